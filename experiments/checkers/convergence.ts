/**
 * Rule K6: read after its refresh, a tab shows one path of the committed tree from the root to a leaf, texts included,
 * and all tabs of a user show the same one. Commits that fall between the reload and the reading may be there or not;
 * an answer that is still being written may follow.
 */
import type {History, RecordedEvent} from '../history/history-event.ts'
import {verdictOf} from './checker.ts'
import type {Checker} from './checker.ts'
import {committedMessages, openedTabs} from './message.ts'
import type {Message} from './message.ts'
import {reloadsOf} from './presence.ts'
import type {Violation} from './verdict.ts'

export const AFTER_REFRESH = 'after-refresh'

export const convergence: Checker = (history) => {
  const reloads = reloadsOf(history)
  const readings = readingsAfterRefresh(history)
  const unread = [...reloads.keys()].filter((tab) => !readings.has(tab))
  if (unread.length > 0)
    return {verdict: 'unknown', why: `${unread.join(', ')} was reloaded, but not read afterwards`}

  const messages = [...committedMessages(history).values()]
  const userOf = new Map(openedTabs(history).map(({tab, userId}) => [tab, userId]))
  const because: Violation[] = []
  const leaves = new Map<string, {leaf: string; tab: string; line: number}>()

  for (const [tab, reading] of readings) {
    const own = messages.filter(
      ({conversationId, at}) => conversationId === reading.conversationId && at <= reading.at,
    )
    const settledBy = reloads.get(tab) ?? reading.at
    const difference = differenceFrom(own, settledBy, reading.view)
    if (difference !== null) {
      const lines = [...difference.lines, reading.line]
      because.push({rule: 'K6', tab, lines, note: difference.note})
      continue
    }
    const leaf = reading.view.findLast(({id}) => own.some((message) => message.id === id))?.id ?? ''
    const key = JSON.stringify([userOf.get(tab), reading.conversationId])
    const other = leaves.get(key)
    if (other === undefined) leaves.set(key, {leaf, tab, line: reading.line})
    else if (!areInLine(own, leaf, other.leaf)) {
      const note = `it shows the branch of ${leaf}, ${other.tab} that of ${other.leaf}`
      because.push({rule: 'K6', tab, lines: [other.line, reading.line], note})
    }
  }
  return verdictOf(because, {readings: readings.size})
}

type Entry = {readonly id: string; readonly textHash: string}
type Reading = {
  readonly at: number
  readonly line: number
  readonly conversationId: string | null
  readonly view: readonly Entry[]
}

/** The last such reading of each tab. */
function readingsAfterRefresh({events}: History): ReadonlyMap<string, Reading> {
  return new Map(
    events.filter(isReadAfterRefresh).map(({tab, at, line, event}) => [tab, {...event, at, line}]),
  )
}

type WitnessLine = Extract<RecordedEvent, {kind: 'witness'}>
type ReadingLine = WitnessLine & {readonly event: Extract<WitnessLine['event'], {kind: 'reading'}>}

const isReadAfterRefresh = (event: RecordedEvent): event is ReadingLine =>
  event.kind === 'witness' && event.event.kind === 'reading' && event.event.label === AFTER_REFRESH

type Difference = {readonly note: string; readonly lines: readonly number[]}

/** What keeps the view from being one path of the tree, or null. */
function differenceFrom(
  messages: readonly Message[],
  settledBy: number,
  view: readonly Entry[],
): Difference | null {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const committed = view.filter(({id}) => byId.has(id))
  let parent: Message | undefined

  for (const entry of committed) {
    const message = byId.get(entry.id)
    if (message === undefined) continue
    if (message.textHash !== entry.textHash)
      return {note: `${message.id} has another text than the server's`, lines: [message.line]}
    const isNext = parent === undefined ? !byId.has(message.parentId ?? '') : message.parentId === parent.id
    if (!isNext)
      return {note: `${message.id} does not follow from what stands before it`, lines: [message.line]}
    parent = message
  }

  const missing = messages.find(
    ({parentId, at}) => at <= settledBy && (parent === undefined ? true : parentId === parent.id),
  )
  if (missing !== undefined) return {note: `${missing.id} is missing`, lines: [missing.line]}
  const stranger = view.slice(0, committed.length).find(({id}) => !byId.has(id))
  if (stranger !== undefined) return {note: `${stranger.id} is not known to the server`, lines: []}
  if (view.length > committed.length + 1)
    return {note: 'more than one message is not known to the server', lines: []}
  return null
}

/** Whether one of the two is the other or stands above it. */
function areInLine(messages: readonly Message[], a: string, b: string): boolean {
  const parents = new Map(messages.map(({id, parentId}) => [id, parentId]))
  return standsAbove(parents, a, b) || standsAbove(parents, b, a)
}

function standsAbove(parents: ReadonlyMap<string, string | null>, above: string, below: string): boolean {
  const visited = new Set<string>()
  let at: string | null | undefined = below
  while (typeof at === 'string' && !visited.has(at)) {
    if (at === above) return true
    visited.add(at)
    at = parents.get(at)
  }
  return above === ''
}
