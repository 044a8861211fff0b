/** Staleness as survival curves: the share of messages not shown yet, one panel per tab state and place. */
import type {CellJudgement} from '../checkers/judge.ts'
import {kaplanMeier, survivalQuantile} from '../statistics/kaplan-meier.ts'
import type {Survival} from '../statistics/kaplan-meier.ts'
import {draw} from './chart.ts'
import {sayMs} from './format.ts'
import {html, raw} from './html.ts'
import type {Html} from './html.ts'
import {dash, ink} from './policy-ink.ts'
import {inPolicyOrder} from './reading-order.ts'
import {blocksByPlatform} from './sections.ts'
import type {Block, Section} from './sections.ts'
import type {Row} from './summary.ts'

const SHORTEST_MS = 1
const PANEL = {width: 285, height: 170}

type Curve = {readonly policy: string; readonly limitMs: number; readonly survival: Survival}

/** Null where nothing was cut off: then there is nothing that a curve says better than an interval. */
export async function survivalFigure(
  section: Section,
  judgements: readonly CellJudgement[],
): Promise<Html | null> {
  const panels = blocksByPlatform(section)
    .map((block) => ({block, curves: curvesOf(block, judgements)}))
    .filter(({curves}) => curves.length > 0)
  if (!panels.some(({curves}) => curves.some(({survival}) => survival.censored > 0))) return null

  const policies = inPolicyOrder(panels.flatMap(({curves}) => curves.map(({policy}) => policy)))
  const drawn = await Promise.all(panels.map(async ({block, curves}) => panel(block.title, curves)))
  return html`<figure>
    <figcaption>
      <h3>How long tabs stay stale${section.isModelled ? ' (MODELLED push delivery)' : ''}</h3>
      <p>
        Share of messages that a tab does not show yet, against the time since the server's commit
        (logarithmic). A line that stays at 100 % up to the right edge is a tab that showed nothing before the
        window ended. Kaplan–Meier with 95 % bands.
      </p>
    </figcaption>
    <ul class="legend" aria-label="Policies and their lines">
      ${policies.map(key)}
    </ul>
    <div class="panels">${drawn}</div>
    ${table(panels)}
  </figure>`
}

function curvesOf({rows}: Block, judgements: readonly CellJudgement[]): readonly Curve[] {
  return rows.flatMap((row) => {
    const samples = judgements
      .filter((judgement) => judgement.validity === 'valid' && isOf(row, judgement))
      .flatMap((judgement) => judgement.samples.filter(({measure}) => measure === 'staleness'))
    if (samples.length === 0 || row.staleness === null) return []
    return [{policy: row.policy, limitMs: row.staleness.limitMs, survival: kaplanMeier(samples)}]
  })
}

const isOf = (row: Row, {cell}: CellJudgement): boolean =>
  cell.experiment === row.experiment &&
  cell.platform === row.platform &&
  cell.policy === row.policy &&
  Object.entries(row.conditions).every(([name, value]) => cell.conditions[name] === value) &&
  Object.keys(cell.conditions).length === Object.keys(row.conditions).length

function key(policy: string): Html {
  const dashes = dash(policy).join(' ')
  const line = `<svg width="34" height="10" aria-hidden="true"><line x1="1" y1="5" x2="33" y2="5" stroke="${ink(policy)}" stroke-width="2.5" stroke-dasharray="${dashes}"/></svg>`
  return html`<li>${raw(line)} <code>${policy}</code></li>`
}

async function panel(title: string, curves: readonly Curve[]): Promise<Html> {
  const limitMs = Math.max(...curves.map((curve) => curve.limitMs))
  const svg = await draw(specOf(curves, limitMs), `${title}. ${sayPanel(curves)}`)
  return html`<div class="panel">
    <h4>${title === '' ? 'All cells' : title}</h4>
    ${svg}
    <p>${sayPanel(curves)}</p>
  </div>`
}

function sayPanel(curves: readonly Curve[]): string {
  const named = (chosen: readonly Curve[]) => chosen.map(({policy}) => policy).join(', ')
  const never = curves.filter(({survival}) => survival.censored === survival.count)
  const always = curves.filter(({survival}) => survival.censored === 0)
  const partly = curves.filter((curve) => !never.includes(curve) && !always.includes(curve))
  return [
    ...(never.length > 0 ? [`Nothing shown: ${named(never)}.`] : []),
    ...(partly.length > 0 ? [`A part shown: ${named(partly)}.`] : []),
    ...(always.length > 0 ? [`Everything shown: ${named(always)}.`] : []),
  ].join(' ')
}

function specOf(curves: readonly Curve[], limitMs: number): Parameters<typeof draw>[0] {
  const policies = curves.map(({policy}) => policy)
  const values = curves.flatMap(pointsOf)
  const x = {
    field: 'ms',
    type: 'quantitative' as const,
    scale: {type: 'log' as const, domain: [SHORTEST_MS, limitMs], nice: false},
    axis: {
      title: 'since the commit',
      values: [1, 10, 100, 1_000, 10_000].filter((ms) => ms <= limitMs),
      labelExpr: "datum.value < 1000 ? datum.value + ' ms' : datum.value / 1000 + ' s'",
    },
  }
  const color = {
    field: 'policy',
    type: 'nominal',
    scale: {domain: policies, range: policies.map(ink)},
    legend: null,
  } as const
  return {
    ...PANEL,
    data: {values},
    layer: [
      {
        mark: {type: 'area', interpolate: 'step-after', opacity: 0.12},
        encoding: {
          x,
          y: {field: 'lower', type: 'quantitative'},
          y2: {field: 'upper'},
          color,
        },
      },
      {
        mark: {type: 'line', interpolate: 'step-after', strokeWidth: 2},
        encoding: {
          x,
          y: {
            field: 'survival',
            type: 'quantitative',
            scale: {domain: [0, 1]},
            axis: {title: 'not shown yet', format: '.0%', values: [0, 0.5, 1]},
          },
          color,
          strokeDash: {
            field: 'policy',
            type: 'nominal',
            scale: {domain: policies, range: policies.map((policy) => [...dash(policy)])},
            legend: null,
          },
        },
      },
    ],
  }
}

type Point = {policy: string; ms: number; survival: number; lower: number; upper: number}

/** A logarithmic axis has no zero: what was shown at once stands at its left edge. */
function pointsOf({policy, survival: {steps, longestMs}}: Curve): readonly Point[] {
  const start = {policy, ms: SHORTEST_MS, survival: 1, lower: 1, upper: 1}
  const points = steps.map(({timeMs, survival, lower, upper}) => ({
    policy,
    ms: Math.max(SHORTEST_MS, timeMs),
    survival,
    lower,
    upper,
  }))
  const last = points.at(-1) ?? start
  return [start, ...points, {...last, ms: Math.max(SHORTEST_MS, longestMs)}]
}

function table(panels: readonly {readonly block: Block; readonly curves: readonly Curve[]}[]): Html {
  const reached = (survival: Survival, p: number, limitMs: number) => {
    const {valueMs} = survivalQuantile(survival, p)
    return valueMs === null ? `> ${sayMs(limitMs)}` : sayMs(valueMs)
  }
  return html`<details>
    <summary>The numbers behind these curves</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Numbers of the survival curves">
      <table>
        <caption>
          Time by which a share of the messages was shown
        </caption>
        <thead>
          <tr>
            <th scope="col">conditions</th>
            <th scope="col">policy</th>
            <th scope="col">messages</th>
            <th scope="col">censored</th>
            <th scope="col">25 %</th>
            <th scope="col">50 %</th>
            <th scope="col">95 %</th>
          </tr>
        </thead>
        <tbody>
          ${panels.flatMap(({block, curves}) =>
            curves.map(
              ({policy, survival, limitMs}) =>
                html`<tr>
                  <td>${block.title}</td>
                  <th scope="row"><code>${policy}</code></th>
                  <td>${survival.count}</td>
                  <td>${survival.censored}</td>
                  <td>${reached(survival, 0.25, limitMs)}</td>
                  <td>${reached(survival, 0.5, limitMs)}</td>
                  <td>${reached(survival, 0.95, limitMs)}</td>
                </tr>`,
            ),
          )}
        </tbody>
      </table>
    </div>
  </details>`
}
