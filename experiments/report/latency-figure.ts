/** Latency as intervals: p50 and p95 with their 95 % intervals, for persons' messages and for the tokens of an answer. */
import {draw} from './chart.ts'
import {sayMs, saySpread} from './format.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import type {Spread} from './measured.ts'
import {ink} from './policy-ink.ts'
import type {Section} from './sections.ts'
import type {Row} from './summary.ts'

const WIDTH = 215
const ROW_HEIGHT = 38
const DECADES_MS = [0.1, 1, 10, 100, 1_000, 10_000, 100_000]

type Bar = {readonly name: string; readonly policy: string; readonly spread: Spread}

type Kind = {readonly title: string; readonly about: string; readonly of: (row: Row) => Spread | null}

const KINDS: readonly Kind[] = [
  {
    title: 'Messages',
    about: "from the server's commit of a person's message to the tab showing it",
    of: ({messageLatency}) => messageLatency,
  },
  {
    title: 'Tokens',
    about: 'from the model writing on to the tab showing at least as much of the answer',
    of: ({tokenLatency}) => tokenLatency,
  },
]

/** Null where no answer was watched token by token. */
export async function latencyFigure(section: Section): Promise<Html | null> {
  const kinds = KINDS.map((kind) => ({kind, bars: barsOf(section, kind)}))
  if (kinds.some(({bars}) => bars.length === 0)) return null
  const drawn = await Promise.all(
    kinds.map(
      async ({kind, bars}) =>
        html`<div class="panel">
          <h4>${kind.title}</h4>
          ${await draw(specOf(bars), `${kind.title}: ${bars.map(sayBar).join('; ')}`)}
          <p>${kind.title}: ${kind.about}.</p>
        </div>`,
    ),
  )
  return html`<figure>
    <figcaption>
      <h3>How fast tabs show it${section.isModelled ? ' (MODELLED push delivery)' : ''}</h3>
      <p>
        Filled: half of the samples are at least this fast (p50). Hollow: 95 % are (p95). The bars are 95 %
        intervals; the axis is logarithmic.
      </p>
    </figcaption>
    <div class="panels">${drawn}</div>
    ${table(kinds)}
  </figure>`
}

function barsOf(section: Section, kind: Kind): readonly Bar[] {
  const {blocks, platforms} = section
  return blocks.flatMap(({title, rows}) =>
    rows.flatMap((row) => {
      const spread = kind.of(row)
      const where = platforms.length < 2 ? '' : ` on ${row.platform}`
      return spread === null ? [] : [{name: `${row.policy}${where}|${title}`, policy: row.policy, spread}]
    }),
  )
}

const QUANTILES = ['p50', 'p95'] as const

function specOf(bars: readonly Bar[]): Parameters<typeof draw>[0] {
  const values = bars.flatMap(({name, policy, spread}) =>
    QUANTILES.map((p) => {
      const {valueMs, lowerMs, upperMs} = spread[p]
      const at = (ms: number | null) => Math.max(0.1, ms ?? spread.limitMs)
      const isReached = valueMs !== null
      const label = isReached ? '' : `> ${sayMs(spread.limitMs)}`
      return {name, policy, p, ms: at(valueMs), lower: at(lowerMs), upper: at(upperMs), isReached, label}
    }),
  )
  const domain = decadesAround(values.flatMap(({lower, ms, upper}) => [lower, ms, upper]))
  const names = bars.map(({name}) => name)
  const policies = [...new Set(bars.map(({policy}) => policy))]
  const color = {
    field: 'policy',
    type: 'nominal',
    scale: {domain: policies, range: policies.map(ink)},
    legend: null,
  } as const
  const y = {
    field: 'name',
    type: 'nominal',
    sort: names,
    axis: {title: null, labelExpr: "split(datum.label, '|')", labelLimit: 220, ticks: false, domain: false},
  } as const
  const x = {
    field: 'lower',
    type: 'quantitative' as const,
    scale: {type: 'log' as const, domain, nice: false},
    axis: {
      title: null,
      values: DECADES_MS,
      labelOverlap: false,
      labelExpr: "datum.value < 1000 ? datum.value + ' ms' : datum.value / 1000 + ' s'",
    },
  }
  return {
    width: WIDTH,
    height: {step: ROW_HEIGHT},
    data: {values},
    layer: [
      {
        mark: {type: 'rule', strokeWidth: 4, opacity: 0.35},
        encoding: {x, x2: {field: 'upper'}, y, color},
      },
      {
        transform: [{filter: "datum.isReached && datum.p === 'p95'"}],
        mark: {type: 'point', size: 80, strokeWidth: 2, opacity: 1, fill: 'var(--card)'},
        encoding: {x: {...x, field: 'ms'}, y, color},
      },
      {
        transform: [{filter: "datum.isReached && datum.p === 'p50'"}],
        mark: {type: 'point', filled: true, size: 50, opacity: 1},
        encoding: {x: {...x, field: 'ms'}, y, color},
      },
      {
        transform: [{filter: '!datum.isReached'}],
        mark: {type: 'text', align: 'right', fill: 'var(--text)'},
        encoding: {x: {...x, field: 'ms'}, y, text: {field: 'label'}},
      },
    ],
  }
}

/** The powers of ten that hold all values. */
function decadesAround(values: readonly number[]): [number, number] {
  const least = DECADES_MS.findLast((decade) => values.every((value) => value >= decade))
  const most = DECADES_MS.find((decade) => values.every((value) => value <= decade))
  return [least ?? 0.1, most ?? 100_000]
}

const sayBar = ({name, spread}: Bar) =>
  `${name.replace('|', ', ')}: p50 ${saySpread(spread, spread.p50)}, p95 ${saySpread(spread, spread.p95)}`

function table(kinds: readonly {readonly kind: Kind; readonly bars: readonly Bar[]}[]): Html {
  return html`<details>
    <summary>The numbers behind these intervals</summary>
    <div class="scroll" tabindex="0" role="region" aria-label="Numbers of the latency intervals">
      <table>
        <caption>
          Latency quantiles with 95 % intervals
        </caption>
        <thead>
          <tr>
            <th scope="col">of</th>
            <th scope="col">policy and conditions</th>
            <th scope="col">samples</th>
            <th scope="col">p50</th>
            <th scope="col">p95</th>
            <th scope="col">p99</th>
          </tr>
        </thead>
        <tbody>
          ${kinds.flatMap(({kind, bars}) =>
            bars.map(
              ({name, spread}) =>
                html`<tr>
                  <td>${kind.title.toLowerCase()}</td>
                  <th scope="row">${name.replace('|', ', ')}</th>
                  <td>${spread.count}</td>
                  <td>${saySpread(spread, spread.p50)}</td>
                  <td>${saySpread(spread, spread.p95)}</td>
                  <td>${saySpread(spread, spread.p99)}</td>
                </tr>`,
            ),
          )}
        </tbody>
      </table>
    </div>
  </details>`
}
