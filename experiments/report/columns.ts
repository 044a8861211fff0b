/** The columns of the findings, the same in the terminal, in Markdown and in HTML. One that says nothing is left out. */
import {plural, saySpread, share} from './format.ts'
import type {Reached, Spread} from './measured.ts'
import {MORE_RECOVERY_COLUMNS, RECOVERY_COLUMNS} from './recovery-columns.ts'
import type {Row} from './summary.ts'

export type Column = {
  readonly name: string
  readonly title: string
  readonly width: number
  readonly align: 'left' | 'right'
  readonly say: (row: Row) => string
}

/** Of a broken channel they would say again what the link says. */
const AROUND_BREAK: ReadonlySet<string> = new Set(['staleness', 'tokens', 'delivered'])
/** Where tabs recover, the table is about that. */
const BESIDE_RECOVERY: ReadonlySet<string> = new Set(['policy', 'platform', 'cells', 'outcome'])

/** Says nothing of this row. */
export const NONE = '–'

export const COLUMNS: readonly Column[] = [
  {name: 'policy', title: 'policy', width: 16, align: 'left', say: ({policy}) => policy},
  {name: 'platform', title: 'on', width: 7, align: 'left', say: ({platform}) => platform},
  {name: 'cells', title: 'valid', width: 5, align: 'left', say: sayCells},
  {name: 'delivered', title: 'delivered', width: 11, align: 'left', say: sayDelivered},
  {
    name: 'shown',
    title: 'shown',
    width: 6,
    align: 'left',
    say: ({shownInMain, expected}) => share(shownInMain, expected),
  },
  {
    name: 'staleness',
    title: 'median staleness [95 %]',
    width: 29,
    align: 'left',
    say: ({staleness}) => sayP(staleness, 'p50'),
  },
  {
    name: 'tokens',
    title: 'token p50 [95 %]',
    width: 26,
    align: 'left',
    say: ({tokenLatency}) => sayTokens(tokenLatency),
  },
  {name: 'link', title: 'link back', width: 22, align: 'left', say: sayLinkBack},
  {name: 'heard', title: 'pushes heard', width: 24, align: 'left', say: sayHeard},
  {
    name: 'return',
    title: 'on return',
    width: 9,
    align: 'left',
    say: ({shownOnReturn, expected}) => (shownOnReturn === null ? NONE : share(shownOnReturn, expected)),
  },
  {
    name: 'refresh',
    title: 'refreshed',
    width: 9,
    align: 'left',
    say: ({shownAfterRefresh, expected}) =>
      shownAfterRefresh === null ? NONE : share(shownAfterRefresh, expected),
  },
  {name: 'outcome', title: 'hypothesis', width: 13, align: 'left', say: sayOutcome},
]

/** Tokens are worth a column only where they are shown one by one. */
function sayTokens(spread: Spread | null): string {
  return spread?.p50.valueMs == null ? NONE : sayP(spread, 'p50')
}

function sayLinkBack({pushRecovery}: Row): string {
  if (pushRecovery === undefined) return NONE
  const {linkBack} = pushRecovery
  return linkBack === null ? 'stayed up' : saySpread(linkBack, linkBack.p50)
}

/** In a broken channel nothing may be lost, doubled or out of order. */
function sayHeard({pushRecovery, push}: Row): string {
  if (pushRecovery === undefined || push === undefined) return NONE
  const {heard, stored, doubled, reordered} = push
  const wrong = [
    ...(doubled > 0 ? [`${doubled} doubled`] : []),
    ...(reordered > 0 ? [`${reordered} out of order`] : []),
  ]
  return `${heard}/${stored}, ${wrong.length === 0 ? 'once, in order' : wrong.join(', ')}`
}

/** `width`: how much there is room for; a terminal is narrow. */
export function columnsFor(rows: readonly Row[], width: 'narrow' | 'wide' = 'wide'): readonly Column[] {
  const isOnePlatform = new Set(rows.map(({platform}) => platform)).size < 2
  const offered = rows.some(({recoveries}) => recoveries !== undefined) ? recoveryColumns(width) : COLUMNS
  const used = offered
    .filter(({name}) => name !== 'platform' || !isOnePlatform)
    .filter(({say}) => rows.some((row) => say(row) !== NONE))
  const isThere = (column: string) => used.some(({name}) => name === column)
  // Where a person comes back to a tab, the table is about that; tokens have a table of their own. So has what is broken.
  if (isThere('link')) return used.filter(({name}) => !AROUND_BREAK.has(name))
  return isThere('refresh') ? used.filter(({name}) => name !== 'tokens') : used
}

function recoveryColumns(width: 'narrow' | 'wide'): readonly Column[] {
  const beside = COLUMNS.filter(({name}) => BESIDE_RECOVERY.has(name)).map((column) =>
    column.name === 'policy' ? {...column, width: LONG_POLICY_WIDTH} : column,
  )
  const more = width === 'wide' ? MORE_RECOVERY_COLUMNS : []
  return [...beside.slice(0, -1), ...RECOVERY_COLUMNS, ...more, ...beside.slice(-1)]
}

/** `content+resume+watchdog`, indented. */
const LONG_POLICY_WIDTH = 25

/** Valid cells of all. Why the others are not is in the report and in the verdicts. */
function sayCells({cells: {all, valid}}: Row): string {
  return `${valid}/${all}`
}

/** What the channel carried to the tab's socket, the most telling kind first. */
function sayDelivered({delivered: {content, hint, completion}, expected}: Row): string {
  if (expected === 0) return NONE
  if (content > 0) return `${content}/${expected} whole`
  if (hint > 0) return `${hint}/${expected} hints`
  return completion > 0 ? plural(completion, 'turn end') : 'nothing'
}

function sayP(spread: Spread | null, p: 'p50' | 'p95' | 'p99'): string {
  if (spread === null) return NONE
  const reached: Reached = spread[p]
  return saySpread(spread, reached)
}

function sayOutcome({outcome, surprises, cells}: Row): string {
  if (outcome === 'not judged') return cells.invalid > 0 ? 'invalid' : 'unknown'
  return outcome === 'SURPRISE' && cells.valid > 1 ? `SURPRISE ${surprises}/${cells.valid}` : outcome
}
