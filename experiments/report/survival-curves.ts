/** Survival curves of policies beside each other, in panels: what share has not come to pass yet. Words come from whoever asks. */
import {survivalQuantile} from '../statistics/kaplan-meier.ts'
import type {Survival} from '../statistics/kaplan-meier.ts'
import {draw} from './chart.ts'
import {sayMs} from './format.ts'
import {html, raw} from './html.ts'
import type {Html} from './html.ts'
import {dash, ink} from './policy-ink.ts'
import {inPolicyOrder} from './reading-order.ts'

const SHORTEST_MS = 1
const PANEL = {width: 285, height: 170}
/** The bands of more curves than these hide each other. */
const MOST_BANDS = 7

export type Curve = {readonly policy: string; readonly limitMs: number; readonly survival: Survival}
export type Panel = {readonly title: string; readonly curves: readonly Curve[]}

export type CurveWords = {
  readonly heading: string
  readonly about: string
  /** Of the axes: what time is counted from, and what has not come to pass. */
  readonly since: string
  readonly notYet: string
  /** What is counted, and what it does: `messages`, `shown`. */
  readonly counted: string
  readonly done: string
}

export async function survivalPanels(panels: readonly Panel[], words: CurveWords): Promise<Html> {
  const policies = inPolicyOrder(panels.flatMap(({curves}) => curves.map(({policy}) => policy)))
  const drawn = await Promise.all(panels.map(async (one) => panel(one, words)))
  return html`<figure>
    <figcaption>
      <h3>${words.heading}</h3>
      <p>${words.about}</p>
    </figcaption>
    <ul class="legend" aria-label="Policies and their lines">
      ${policies.map(key)}
    </ul>
    <div class="panels">${drawn}</div>
    ${table(panels, words)}
  </figure>`
}

function key(policy: string): Html {
  const dashes = dash(policy).join(' ')
  const line = `<svg width="34" height="10" aria-hidden="true"><line x1="1" y1="5" x2="33" y2="5" stroke="${ink(policy)}" stroke-width="2.5" stroke-dasharray="${dashes}"/></svg>`
  return html`<li>${raw(line)} <code>${policy}</code></li>`
}

async function panel({title, curves}: Panel, words: CurveWords): Promise<Html> {
  const limitMs = Math.max(...curves.map((curve) => curve.limitMs))
  const said = sayPanel(curves, words)
  const svg = await draw(specOf(curves, limitMs, words), `${title}. ${said}`)
  return html`<div class="panel">
    <h4>${title === '' ? 'All cells' : title}</h4>
    ${svg}
    <p>${said}</p>
  </div>`
}

function sayPanel(curves: readonly Curve[], {done}: CurveWords): string {
  const named = (chosen: readonly Curve[]) => chosen.map(({policy}) => policy).join(', ')
  const never = curves.filter(({survival}) => survival.censored === survival.count)
  const always = curves.filter(({survival}) => survival.censored === 0)
  const partly = curves.filter((curve) => !never.includes(curve) && !always.includes(curve))
  return [
    ...(never.length > 0 ? [`Nothing ${done}: ${named(never)}.`] : []),
    ...(partly.length > 0 ? [`A part ${done}: ${named(partly)}.`] : []),
    ...(always.length > 0 ? [`Everything ${done}: ${named(always)}.`] : []),
  ].join(' ')
}

function specOf(
  curves: readonly Curve[],
  limitMs: number,
  {since, notYet}: CurveWords,
): Parameters<typeof draw>[0] {
  const policies = curves.map(({policy}) => policy)
  const values = curves.flatMap(pointsOf)
  const x = {
    field: 'ms',
    type: 'quantitative' as const,
    scale: {type: 'log' as const, domain: [SHORTEST_MS, limitMs], nice: false},
    axis: {
      title: since,
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
        mark: {type: 'area', interpolate: 'step-after', opacity: curves.length > MOST_BANDS ? 0 : 0.12},
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
            axis: {title: notYet, format: '.0%', values: [0, 0.5, 1]},
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

function table(panels: readonly Panel[], {counted, done}: CurveWords): Html {
  const reached = (survival: Survival, p: number, limitMs: number) => {
    const {valueMs} = survivalQuantile(survival, p)
    return valueMs === null ? `> ${sayMs(limitMs)}` : sayMs(valueMs)
  }
  return html`<details>
    <summary>The numbers behind these curves</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Numbers of the survival curves">
      <table>
        <caption>
          Time by which a share of the ${counted} was ${done}
        </caption>
        <thead>
          <tr>
            <th scope="col">conditions</th>
            <th scope="col">policy</th>
            <th scope="col">${counted}</th>
            <th scope="col">censored</th>
            <th scope="col">25 %</th>
            <th scope="col">50 %</th>
            <th scope="col">95 %</th>
          </tr>
        </thead>
        <tbody>
          ${panels.flatMap(({title, curves}) =>
            curves.map(
              ({policy, survival, limitMs}) =>
                html`<tr>
                  <td>${title}</td>
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
