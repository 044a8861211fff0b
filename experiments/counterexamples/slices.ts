/** What of a history a violation may depend on: guesses, the boldest first, that are judged before they are used. Rule CX3. */
import type {Violation} from '../checkers/verdict.ts'
import {isAboutConsistency} from '../guarantees/about-consistency.ts'
import type {History, RecordedEvent} from '../history/history-event.ts'
import {parentsIn} from './without-messages.ts'

/** Each of them holds what the one before it held. */
export function slicesOf(history: History, {lines, tab}: Violation): readonly (readonly RecordedEvent[])[] {
  const events = history.events.filter(isAboutConsistency)
  const pinned = events.filter(({line}) => lines.includes(line))
  const tabs = new Set([tab, ...pinned.flatMap((event) => ('tab' in event ? [event.tab] : []))])
  const named = withAncestors(history, idsIn(pinned))
  const isPinned = (event: RecordedEvent) => lines.includes(event.line)

  /** Who is there and who is told what; who wrote what is about; and of pieces and views only what proves it. */
  const isOfTheStory = (event: RecordedEvent): boolean => {
    if (isPinned(event)) return true
    if (event.kind === 'ledger') return event.event.kind === 'committed' && named.has(event.event.messageId)
    if (event.kind !== 'witness') return true
    const said = event.event
    if (said.kind === 'acted') return tabs.has(event.tab) || named.has(said.messageId ?? '')
    return said.kind === 'lifecycle' || said.kind === 'notice' || said.kind === 'branch-chosen'
  }
  const isViewOf = (event: RecordedEvent, isAnyTab: boolean): boolean =>
    event.kind === 'witness' &&
    (isAnyTab || tabs.has(event.tab)) &&
    (event.event.kind === 'shown' || event.event.kind === 'reading')
  const isNoPiece = (event: RecordedEvent): boolean =>
    !(event.kind === 'ledger' && event.event.kind === 'appended') &&
    !(event.kind === 'witness' && event.event.kind === 'received')

  return [
    events.filter(isOfTheStory),
    events.filter((event) => isOfTheStory(event) || isViewOf(event, false)),
    events.filter((event) => isNoPiece(event) || isPinned(event)),
    events,
  ]
}

/** The messages that the events speak of, in the order in which they do. */
export function idsIn(events: readonly RecordedEvent[]): ReadonlySet<string> {
  const ids = new Set<string>()
  for (const event of events) {
    if (event.kind === 'ledger' && 'messageId' in event.event) ids.add(event.event.messageId)
    if (event.kind !== 'witness') continue
    const said = event.event
    if (said.kind === 'shown' || said.kind === 'reading') for (const {id} of said.view) ids.add(id)
    if (said.kind === 'received') for (const id of said.messageIds) ids.add(id)
    if (said.kind === 'acted' && said.messageId !== null) ids.add(said.messageId)
    if (said.kind === 'branch-chosen') ids.add(said.messageId)
  }
  return ids
}

function withAncestors(history: History, ids: ReadonlySet<string>): ReadonlySet<string> {
  const parents = parentsIn(history)
  const all = new Set<string>()
  for (const id of ids)
    for (let at: string | null = id; at !== null && !all.has(at); at = parents.get(at) ?? null) all.add(at)
  return all
}
