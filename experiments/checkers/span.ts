/** Stretches of time out of a history: the measured windows, and how long a tab was held in a state. */
import type {History, RecordedEvent, TabState} from '../history/history-event.ts'

export type WindowName = Extract<RecordedEvent, {kind: 'window'}>['name']

/** `limitMs` is what the window could have lasted; it closes earlier when all was seen. */
export type Window = {
  readonly name: WindowName
  readonly from: number
  readonly to: number
  readonly limitMs: number
  readonly lines: readonly number[]
}

/** The window of that name, the first if there are several. A window that never closed lasts until the footer. */
export function windowNamed({events, footer}: History, name: WindowName): Window | null {
  const marks = events.filter((event) => event.kind === 'window').filter((event) => event.name === name)
  const opened = marks.find((event) => event.phase === 'opened')
  if (opened === undefined) return null
  const closed = marks.find((event) => event.phase === 'closed' && event.at >= opened.at)
  return {
    name,
    from: opened.at,
    to: closed?.at ?? footer.at,
    limitMs: opened.limitMs,
    lines: closed === undefined ? [opened.line] : [opened.line, closed.line],
  }
}

export const isWithin = (at: number, {from, to}: {readonly from: number; readonly to: number}): boolean =>
  at >= from && at <= to

/**
 * A tab was held in a state. The step that brought it there may have written the `tab-state` line at any moment between
 * `askedFrom` and `heldFrom`; the next such step begins at `heldTo`. The state is claimed from `heldFrom` to `heldTo`.
 */
export type Hold = {
  readonly tab: string
  readonly state: TabState
  readonly askedFrom: number
  readonly heldFrom: number
  readonly heldTo: number
  readonly line: number
}

type Stretch = {from: number; to: number}

export function holdsOf(history: History): readonly Hold[] {
  const {events, footer} = history
  const moves = movesOf(history)
  const rivalEnds = lastRivalSightings(history)
  const open = new Map<string, Omit<Hold, 'heldTo'>>()
  const holds: Hold[] = []

  for (const event of events) {
    if (event.kind !== 'tab-state') continue
    const move = moves.find(({from, to}) => event.at >= from && event.at <= to) ?? {
      from: event.at,
      to: event.at,
    }
    const before = open.get(event.tab)
    if (before !== undefined) holds.push({...before, heldTo: move.from})
    const {tab, state, line} = event
    open.set(tab, {tab, state, line, askedFrom: move.from, heldFrom: move.to})
  }
  for (const last of open.values()) holds.push({...last, heldTo: rivalEnds.get(last.tab) ?? footer.at})
  return holds
}

const MOVES: ReadonlySet<string> = new Set([
  'open',
  'hold',
  'return',
  'refresh',
  'close',
  'reopen',
  'quit-browser',
  'kill-browser',
  'crash',
  'duplicate',
])

/** When each step that brings a tab into another state was under way. One that never ended lasts until the footer. */
function movesOf({events, footer}: History): readonly Stretch[] {
  const stretches = new Map<number, Stretch>()
  for (const event of events) {
    if (event.kind !== 'step' || !MOVES.has(event.do)) continue
    const known = stretches.get(event.index)
    if (event.phase === 'began') stretches.set(event.index, {from: event.at, to: footer.at})
    else if (known !== undefined) known.to = event.at
  }
  return [...stretches.values()]
}

/** A rival's tabs are its own and close with it: nothing is claimed of them after its last sighting. */
const lastRivalSightings = ({events}: History): ReadonlyMap<string, number> =>
  new Map(events.filter((event) => event.kind === 'rival').map(({tab, at}) => [tab, at]))

/** The state a tab was held in at a moment, for grouping what was measured then. */
export function stateAt(holds: readonly Hold[], tab: string, at: number): TabState | null {
  let state: TabState | null = null
  for (const hold of holds) if (hold.tab === tab && hold.askedFrom <= at) state = hold.state
  return state
}
