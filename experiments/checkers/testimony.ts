/** What each tab said of itself that can prove the state it was in, on the one clock. */
import type {History} from '../history/history-event.ts'

type Stamp = {readonly at: number; readonly line: number}
export type Lifecycle = Stamp & {
  readonly event: string
  readonly visibility: 'visible' | 'hidden'
  /** Of pagehide and pageshow: the browser keeps the page, or kept it. */
  readonly persisted: boolean
}
/** The interval ticked `count` times between `from` and `at`. */
export type Ticks = Stamp & {readonly from: number; readonly count: number}

export type Testimony = {
  readonly lifecycle: readonly Lifecycle[]
  readonly ticks: readonly Ticks[]
  /** Everything it said, of whatever kind. */
  readonly said: readonly Stamp[]
}

export function readTestimony({events}: History): ReadonlyMap<string, Testimony> {
  const byTab = new Map<string, {lifecycle: Lifecycle[]; ticks: Ticks[]; said: Stamp[]}>()
  for (const event of events) {
    if (event.kind !== 'witness') continue
    const own = byTab.get(event.tab) ?? {lifecycle: [], ticks: [], said: []}
    byTab.set(event.tab, own)
    const {at, line, event: said} = event
    own.said.push({at, line})
    if (said.kind === 'lifecycle')
      own.lifecycle.push({
        at,
        line,
        event: said.event,
        visibility: said.visibility,
        persisted: said.persisted,
      })
    // The page counts from its own navigation; both ends move onto the one clock by the same distance.
    if (said.kind === 'ticks')
      own.ticks.push({at, line, from: said.fromAt + (at - said.at), count: said.count})
  }
  return byTab
}
