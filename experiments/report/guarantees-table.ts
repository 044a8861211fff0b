/** The guarantees that were broken, and how stale tabs were: the same words for a terminal, Markdown and HTML. */
import type {Visibility} from '../guarantees/t-visibility.ts'
import {GUARANTEES} from '../guarantees/guarantee.ts'
import {GUARANTEE_NAMES} from '../counterexamples/sayings.ts'
import {sayCondition} from './conditions.ts'
import {plural, share} from './format.ts'
import {VISIBLE_WITHIN_MS} from './guarantees-in-numbers.ts'
import type {GuaranteeRow} from './guarantees-in-numbers.ts'
import {html} from './html.ts'
import type {Html} from './html.ts'
import {sayMs} from './format.ts'
import type {Summary} from './summary.ts'

const NONE = '–'

/** `SG17 monotonic reads of a person 12/20`, the weakest first. */
export const sayBroken = ({broken, cells}: GuaranteeRow): readonly string[] =>
  broken.map(
    ({guarantee, cells: some}) =>
      `${GUARANTEES[guarantee]} ${GUARANTEE_NAMES[guarantee]} ${share(some, cells)}`,
  )

export function sayBehind({reads: {reads, behind, maxBehind, maxBehindAtActs}}: GuaranteeRow): string {
  if (reads === 0) return NONE
  if (maxBehind === 0) return 'never'
  const acting = maxBehindAtActs === 0 ? '' : `, ${maxBehindAtActs} when acting`
  return `${percent(behind / reads)} % of reads, ${plural(maxBehind, 'commit')} at most${acting}`
}

export function sayVisible({share: shown, lower, upper}: Visibility): string {
  if (shown === null) return NONE
  const interval = lower === null || upper === null ? '' : ` [${percent(lower)}, ${percent(upper)}]`
  return `${percent(shown)} %${interval}`
}

const percent = (part: number): string => String(Number((100 * part).toFixed(1)))

export const titleOfGuarantees = ({experiment, engine, isModelled}: GuaranteeRow): string =>
  [
    experiment,
    ...(engine === 'chromium' ? [] : [sayCondition('browser', engine)]),
    ...(isModelled ? ['MODELLED push delivery'] : []),
  ].join(', ')

export const GUARANTEE_COLUMNS = [
  {title: 'on', say: ({platform}: GuaranteeRow) => platform},
  {title: 'cells', say: ({cells}: GuaranteeRow) => String(cells)},
  {
    title: 'broken, the weakest first',
    say: (row: GuaranteeRow) => sayBroken(row).join(', ') || 'none',
  },
  {title: 'behind', say: sayBehind},
  ...VISIBLE_WITHIN_MS.map((ms, index) => ({
    title: `shown within ${sayMs(ms)}`,
    say: ({visible}: GuaranteeRow) => (visible[index] === undefined ? NONE : sayVisible(visible[index])),
  })),
] as const

/** Null where nothing was committed. */
export function guaranteesSection({guarantees}: Summary): Html | null {
  if (guarantees === undefined) return null
  const tables = Map.groupBy(guarantees, titleOfGuarantees)
  return html`<section aria-labelledby="guarantees">
    <h2 id="guarantees" tabindex="-1">Guarantees that were broken</h2>
    <p>
      In how many cells, of those that can be believed. The weakest guarantee stands first, because the
      stronger presuppose it. Those of a tab, and that nothing is shown which was never written, twice or out
      of order, no experiment predicts to be broken: there it would be a surprise. Those of a person, over all
      their tabs, are what stale tabs break. <em>Behind</em>: by how many commits what a tab showed was behind
      its conversation (k-staleness). <em>Shown within</em>: the probability that a tab showed a commit by
      then, [95 %] by Kaplan–Meier (t-visibility).
    </p>
    ${[...tables].map(([title, rows]) => table(title, rows))}
  </section>`
}

function table(title: string, rows: readonly GuaranteeRow[]): Html {
  return html`<div class="card">
    <div class="scroll" tabindex="0" role="region" aria-label="Guarantees, ${title}">
      <table class="findings-table">
        <caption>
          <span>${title}</span>
        </caption>
        <thead>
          <tr>
            <th scope="col">policy</th>
            ${GUARANTEE_COLUMNS.map((column) => html`<th scope="col">${column.title}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map(line)}
        </tbody>
      </table>
    </div>
  </div>`
}

function line(row: GuaranteeRow): Html {
  const [on, cells, , behind, ...visible] = GUARANTEE_COLUMNS
  const broken = sayBroken(row)
  return html`<tr>
    <th scope="row"><code>${row.policy}</code></th>
    <td>${on.say(row)}</td>
    <td>${cells.say(row)}</td>
    <td>
      ${
        broken.length === 0
          ? html`<span class="good">none</span>`
          : broken.map((each) => html`<span class="line">${each}</span>`)
      }
    </td>
    <td>${behind.say(row)}</td>
    ${visible.map(({say}) => html`<td>${say(row)}</td>`)}
  </tr>`
}
