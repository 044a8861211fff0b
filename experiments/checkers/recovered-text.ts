/** Whether what a tab shows in the end is the server's, to the letter, and what it called complete meanwhile. Rules K12–K13. */
import type {History} from '../history/history-event.ts'
import {committedMessages} from './message.ts'
import type {RecoverySpan} from './recovery-span.ts'
import {viewsOf} from './view.ts'

type Entry = {readonly id: string; readonly chars: number; readonly textHash: string; readonly status: string}

/** What the server has of a message in the end. `status` is null where only the ledger tells. */
type Known = {readonly chars: number; readonly textHash: string; readonly status: string | null}

const COMPLETE = 'complete'

export type RecoveredText = {
  readonly exact: boolean | null
  readonly exactLines: readonly number[]
  /** The lines of the views. */
  readonly saidComplete: readonly number[]
}

export function recoveredText(history: History, span: RecoverySpan): RecoveredText {
  const known = knownMessages(history)
  return {...compareReading(history, span, known), saidComplete: liesOf(history, span, known)}
}

function knownMessages(history: History): ReadonlyMap<string, Known> {
  const known = new Map<string, Known>()
  for (const {id, chars, textHash} of committedMessages(history).values())
    known.set(id, {chars, textHash, status: null})
  for (const event of history.events) {
    if (event.kind !== 'server-view') continue
    for (const {id, chars, textHash, status} of event.view) known.set(id, {chars, textHash, status})
  }
  return known
}

function compareReading(
  history: History,
  {tab, countFrom, until}: RecoverySpan,
  known: ReadonlyMap<string, Known>,
): Pick<RecoveredText, 'exact' | 'exactLines'> {
  const reading = history.events.findLast(
    (event) => event.kind === 'witness' && event.tab === tab && event.event.kind === 'reading',
  )
  if (reading?.kind !== 'witness' || reading.event.kind !== 'reading') return {exact: null, exactLines: []}
  const {view} = reading.event
  const server = history.events.findLast((event) => event.kind === 'server-view')
  if (server?.kind === 'server-view') {
    return {
      exact: isSamePath(withoutUnsent(view, known), server.view),
      exactLines: [server.line, reading.line],
    }
  }
  const committed = [...committedMessages(history).values()].filter(({at}) => at >= countFrom && at <= until)
  const shown = new Map(view.map(({id, textHash}) => [id, textHash]))
  const wrong = committed.filter(({id, textHash}) => shown.get(id) !== textHash)
  const others = withoutUnsent(view, known).filter(({id, textHash}) => known.get(id)?.textHash !== textHash)
  return {
    exact: wrong.length === 0 && others.length === 0,
    exactLines: [...wrong.map(({line}) => line), reading.line],
  }
}

/** What the server never had may stand there, as long as it is not called complete. */
const withoutUnsent = (view: readonly Entry[], known: ReadonlyMap<string, Known>): readonly Entry[] =>
  view.filter(({id, status}) => known.has(id) || status === COMPLETE)

type Text = Pick<Entry, 'id' | 'textHash'>

const isSamePath = (a: readonly Text[], b: readonly Text[]): boolean =>
  a.length === b.length &&
  a.every(({id, textHash}, index) => id === b[index]?.id && textHash === b[index].textHash)

function liesOf(
  history: History,
  {tab, countFrom, until}: RecoverySpan,
  known: ReadonlyMap<string, Known>,
): readonly number[] {
  return viewsOf(history)
    .filter((view) => view.tab === tab && view.at >= countFrom && view.at <= until)
    .filter(({shown}) => shown.some((line) => line.status === COMPLETE && isLie(line, known.get(line.id))))
    .map(({line}) => line)
}

function isLie({chars}: {readonly chars: number}, known: Known | undefined): boolean {
  if (known === undefined) return true
  return chars < known.chars || (known.status !== null && known.status !== COMPLETE)
}
