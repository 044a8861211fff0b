/**
 * Which messages, tabs and moments a violation is about, read from the lines that prove it: a violation names lines, and
 * what it means by them each guarantee has its own order for. Rule CX5.
 */
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {factsOf, isAbove, isView, standingAt} from './facts.ts'
import type {Facts, MessageFacts, ViewLine} from './facts.ts'
import type {CounterExample} from './minimise.ts'

export type Matter = {
  readonly guarantee: GuaranteeName
  readonly tab: string
  /** What ought to have been shown, followed or kept. */
  readonly missed: MessageFacts | null
  /** What was written or shown instead of it, or wrongly. */
  readonly wrong: MessageFacts | null
  /** Where it was proved to be known: read, acknowledged, committed. */
  readonly knownAt: RecordedEvent | null
  /** Where the guarantee was broken. */
  readonly brokenAt: RecordedEvent
  /** What the tab showed then. */
  readonly view: ViewLine | null
}

export function matterOf(
  {guarantee, violation, whole, smallest}: CounterExample,
  facts = factsOf(whole),
): Matter {
  const events = violation.lines.flatMap((line) => facts.lines.get(line) ?? [])
  const brokenAt = events.at(-1)
  if (brokenAt === undefined) throw new TypeError('a violation that no line proves')
  const tab = violation.tab === '' ? tabOf(brokenAt) : violation.tab
  const view = standingAt(facts, tab, brokenAt)
  const inSmallest = idsOfMessages(smallest.events, facts)
  const [missed, wrong] = messagesOf({guarantee, events, facts, view, inSmallest})
  const knownAt = events.length > 1 ? (events[0] ?? null) : null
  return {guarantee, tab, missed, wrong, knownAt, brokenAt, view}
}

type Asked = {
  readonly guarantee: GuaranteeName
  readonly events: readonly RecordedEvent[]
  readonly facts: Facts
  readonly view: ViewLine | null
  readonly inSmallest: readonly MessageFacts[]
}

type Pair = readonly [missed: MessageFacts | null, wrong: MessageFacts | null]

function messagesOf({guarantee, events, facts, view, inSmallest}: Asked): Pair {
  const committed = events.flatMap((event) => writtenBy(event, facts) ?? [])
  const [first = null, second = null] = committed
  const showsIt = ({id}: MessageFacts) => view?.event.view.some((line) => line.id === id) ?? false
  switch (guarantee) {
    case 'noPhantom':
      return [
        null,
        first ?? inSmallest.find((message) => showsIt(message) && message.committed === null) ?? null,
      ]
    case 'noDuplicate': {
      if (first !== null) return [first, second]
      const ids = view?.event.view.map(({id}) => id) ?? []
      const twice = ids.find((id, index) => ids.indexOf(id) !== index)
      return [null, facts.messages.get(twice ?? '') ?? null]
    }
    case 'nothingLost':
      return [first, null]
    case 'inOrder':
      return committed.length > 1 ? [first, second] : [null, first]
    case 'convergence': {
      const [others, own] = events.filter(isView)
      return partingOf(others, own, facts)
    }
    case 'monotonicWrites':
    case 'monotonicWritesOfPerson':
      return [first, second]
    case 'writesFollowReads':
    case 'writesFollowReadsOfPerson': {
      const readBefore = events[0] === undefined ? null : standingAt(facts, tabOf(events[0]), events[0])
      const wrong = first
      const passed = inSmallest.find(
        ({id}) =>
          id !== wrong?.id &&
          (readBefore?.event.view.some((line) => line.id === id) ?? false) &&
          !isAbove(facts, id, wrong?.id ?? ''),
      )
      return [passed ?? null, wrong]
    }
    case 'monotonicReads':
    case 'monotonicReadsOfPerson':
    case 'readYourWrites':
    case 'readYourWritesOfPerson': {
      const known = events[0] === undefined ? [] : knownBy(events[0], facts)
      const isOwn = guarantee === 'readYourWrites' || guarantee === 'readYourWritesOfPerson'
      const missed = inSmallest.find(
        (message) => known.includes(message.id) && !showsIt(message) && (!isOwn || message.act !== null),
      )
      const shorter = inSmallest.find((message) => known.includes(message.id) && showsIt(message))
      return missed === undefined ? [null, shorter ?? null] : [missed, null]
    }
    case 'boundedStaleness':
      return [newestMissing(view, facts, inSmallest), null]
    case 'timelyVisibility':
      return [first, null]
    case 'noLostUpdate':
    case 'noSilentFork':
      return [first, committed.at(-1) ?? null]
  }
}

export const tabOf = (event: RecordedEvent): string => ('tab' in event ? (event.tab ?? '') : '')

function writtenBy(event: RecordedEvent, {messages}: Facts): MessageFacts | null {
  if (event.kind !== 'ledger') return null
  const said = event.event
  if (said.kind !== 'committed' && said.kind !== 'appended') return null
  return messages.get(said.messageId) ?? null
}

/** What a line says its tab had in hand or in sight. */
function knownBy(event: RecordedEvent, facts: Facts): readonly string[] {
  if (event.kind !== 'witness') return []
  if (event.event.kind === 'received') return event.event.messageIds
  return standingAt(facts, event.tab, event)?.event.view.map(({id}) => id) ?? []
}

/** Where two views part; the same message twice where they show another text of it. */
function partingOf(others: ViewLine | undefined, own: ViewLine | undefined, {messages}: Facts): Pair {
  const committed = (view: ViewLine | undefined) =>
    (view?.event.view ?? []).flatMap((line) => {
      const message = messages.get(line.id)
      return message === undefined || message.committed === null ? [] : [{message, line}]
    })
  const [theirs, mine] = [committed(others), committed(own)]
  const length = Math.max(theirs.length, mine.length)
  for (let at = 0; at < length; at += 1)
    if (theirs[at]?.message !== mine[at]?.message)
      return [theirs[at]?.message ?? null, mine[at]?.message ?? null]
  const other = mine.findIndex(({line}, index) => !isSameText(line, theirs[index]?.line))
  return [mine[other]?.message ?? null, mine[other]?.message ?? null]
}

type ShownLine = ViewLine['event']['view'][number]

const hashOf = (line: ShownLine): string | null => ('textHash' in line ? line.textHash : null)

function isSameText(a: ShownLine, b: ShownLine | undefined): boolean {
  if (b === undefined || a.chars !== b.chars) return false
  const [one, other] = [hashOf(a), hashOf(b)]
  return one === null || other === null || one === other
}

function newestMissing(
  view: ViewLine | null,
  facts: Facts,
  inSmallest: readonly MessageFacts[],
): MessageFacts | null {
  const until = view === null ? Number.POSITIVE_INFINITY : view.at
  const shown = new Set(view?.event.view.map(({id}) => id))
  return (
    inSmallest.find(({id, committed}) => committed !== null && committed.at <= until && !shown.has(id)) ??
    inSmallest.find(({id, committed}) => committed !== null && !shown.has(id)) ??
    facts.messages.get([...shown].at(-1) ?? '') ??
    null
  )
}

/** In the order of their commits. */
export function idsOfMessages(events: readonly RecordedEvent[], {messages}: Facts): readonly MessageFacts[] {
  const ids = new Set<string>()
  for (const event of events) {
    if (event.kind === 'ledger' && 'messageId' in event.event) ids.add(event.event.messageId)
    if (isView(event)) for (const {id} of event.event.view) ids.add(id)
    if (event.kind === 'witness' && event.event.kind === 'acted' && event.event.messageId !== null)
      ids.add(event.event.messageId)
  }
  return [...ids].flatMap((id) => messages.get(id) ?? []).toSorted((a, b) => orderOf(a) - orderOf(b))
}

export const orderOf = ({name}: MessageFacts): number => Number(name.slice(1))
