/**
 * Stretches of time that explain a counter-example: the states of a tab, the faults, and for how long a tab lacked a message
 * that had been committed. Rule CX6.
 */
import type {History, RecordedEvent, TabState} from '../history/history-event.ts'
import type {Facts, MessageFacts} from './facts.ts'

export type Stretch = {readonly from: number; readonly to: number}
export type StateBand = Stretch & {readonly state: TabState}
/** `owner` is a tab, a browser, or `*`: everybody. */
export type FaultBand = Stretch & {readonly name: string; readonly owner: string}
/** `shown`: it ended because the tab showed it. */
export type StaleSpan = Stretch & {readonly message: MessageFacts; readonly ends: 'shown' | 'gone' | 'over'}

/** What the runner says it holds the tab in, and what the page itself hears of it in between. */
export function statesOf({events, footer}: History, tab: string): readonly StateBand[] {
  const bands: {state: TabState; from: number; to: number}[] = []
  for (const event of events) {
    const last = bands.at(-1)
    const state = stateSaidBy(event, tab, last?.state ?? null)
    if (state === null || state === last?.state) continue
    if (last !== undefined) last.to = event.at
    bands.push({state, from: event.at, to: footer.at})
  }
  return bands
}

const WITHOUT_PAGE: ReadonlySet<TabState> = new Set(['closed', 'discarded', 'crashed'])

function stateSaidBy(event: RecordedEvent, tab: string, now: TabState | null): TabState | null {
  if (event.kind === 'tab-state') return event.tab === tab ? event.state : null
  if (event.kind !== 'witness' || event.tab !== tab || event.event.kind !== 'lifecycle') return null
  const said = event.event
  // A page that is gone can still be heard of a moment later.
  if (now !== null && WITHOUT_PAGE.has(now) && said.event !== 'loaded') return null
  if (said.event === 'freeze') return 'frozen'
  if (said.visibility === 'visible') return 'visible'
  if (said.event === 'resume' || now === null || now === 'visible') return 'hidden'
  return null
}

export function faultsOf({events, footer}: History): readonly FaultBand[] {
  const bands = new Map<number, {name: string; owner: string; from: number; to: number}>()
  for (const {kind, event} of events.filter((each) => each.kind === 'fault')) {
    if (kind !== 'fault') continue
    if (event.kind === 'fault-began')
      bands.set(event.faultId, {
        name: event.fault.name,
        owner: event.target.owner,
        from: event.at,
        to: footer.at,
      })
    const known = 'faultId' in event ? bands.get(event.faultId) : undefined
    if (event.kind === 'fault-healed' && known !== undefined) known.to = event.at
  }
  return [...bands.values()]
}

/** Null where the tab had shown it before it was committed, wrote it itself, or is another person's. */
export function staleSpanOf(
  message: MessageFacts,
  tab: string,
  {standing, userOf}: Facts,
  {footer}: History,
): StaleSpan | null {
  const {committed, act, shownIn, userId} = message
  if (committed === null || act?.tab === tab || (userOf.get(tab) ?? userId) !== userId) return null
  const all = standing.get(tab) ?? []
  const shown = shownIn.get(tab)
  if (shown !== undefined && shown.at <= committed.at) return null
  const isThere = all.some(({at, view}) => at <= committed.at && view !== null)
  if (!isThere) return null
  const gone = all.find(({at, view}) => at > committed.at && view === null)
  if (gone !== undefined && (shown === undefined || gone.at < shown.at))
    return {message, from: committed.at, to: gone.at, ends: 'gone'}
  return {message, from: committed.at, to: shown?.at ?? footer.at, ends: shown ? 'shown' : 'over'}
}

/** One stretch for what lies in several, for drawing. */
export function merged(spans: readonly Stretch[]): readonly Stretch[] {
  const all: {from: number; to: number}[] = []
  for (const {from, to} of spans.toSorted((a, b) => a.from - b.from)) {
    const last = all.at(-1)
    if (last !== undefined && from <= last.to) last.to = Math.max(last.to, to)
    else all.push({from, to})
  }
  return all
}

/** The band that a moment lies in. */
export const bandAt = <B extends Stretch>(bands: readonly B[], at: number): B | null =>
  bands.findLast(({from, to}) => from <= at && at < to) ?? null
