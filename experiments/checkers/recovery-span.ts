/**
 * Which tabs of a cell have to recover (those that are read after the deadline), since when each could, and until when it
 * had time to: the ground of K11–K17.
 */
import type {Fault, FaultTarget} from '../history/fault.ts'
import {EVERYBODY} from '../history/fault.ts'
import type {History, RecordedEvent, TabState} from '../history/history-event.ts'
import {openedTabs} from './message.ts'
import type {OpenedTab} from './message.ts'
import {windowNamed} from './span.ts'
import type {RecoversFrom} from './tab-recovery.ts'

type Stamp = {readonly at: number; readonly line: number}

/** A fault that was aimed at the tab. */
export type Strike = {
  readonly fault: Fault
  readonly target: FaultTarget
  readonly began: Stamp
  /** A server that had to be started again has healed when it is there. What never healed lasts until the footer. */
  readonly healedAt: number
  /** The first that this tab's own connections felt of it. */
  readonly bite: Stamp | null
}

export type RecoverySpan = {
  readonly tab: string
  readonly userId: string
  readonly state: TabState
  readonly strikes: readonly Strike[]
  /** What is committed from here on counts. */
  readonly countFrom: number
  readonly from: RecoversFrom
  readonly fromAt: number
  /** Where faults struck: when the last of them had healed, before or after the scenario said that all should. */
  readonly soundFrom: number
  /** Where its present page began: what an earlier one showed is gone. */
  readonly pageFrom: number
  /** The deadline, or the last reading of the tab if that came a little later. */
  readonly until: number
}

export function recoverySpans(history: History): readonly RecoverySpan[] {
  const deadline = deadlineOf(history)
  if (deadline === null) return []
  const countFrom = windowNamed(history, 'main')?.from ?? 0
  return openedTabs(history).flatMap((opened) => {
    const readAt = lastReadingAt(history, opened.tab)
    return readAt === null || readAt < deadline ? [] : [spanOf(history, opened, {countFrom, readAt})]
  })
}

/** The end of the last `recover`; null where the scenario has none. */
export function deadlineOf({events, footer}: History): number | null {
  const steps = events.filter((event) => event.kind === 'step').filter(({do: what}) => what === 'recover')
  const last = steps.at(-1)
  if (last === undefined) return null
  return last.phase === 'ended' ? last.at : footer.at
}

function lastReadingAt({events}: History, tab: string): number | null {
  const reading = events.findLast(
    (event) => event.kind === 'witness' && event.tab === tab && event.event.kind === 'reading',
  )
  return reading?.at ?? null
}

function spanOf(
  history: History,
  opened: OpenedTab,
  {countFrom, readAt}: {readonly countFrom: number; readonly readAt: number},
): RecoverySpan {
  const {tab, userId} = opened
  const strikes = strikesOn(history, opened)
  const healed = strikes.length === 0 ? null : Math.max(...strikes.map(({healedAt}) => healedAt))
  const beginnings = [healIn(history, healed), comebackOf(history, opened, countFrom)]
  const [latest = lossIn(history, countFrom)] = beginnings
    .filter((each) => each !== null)
    .toSorted((a, b) => b.at - a.at)
  return {
    tab,
    userId,
    state: stateOf(history, tab, countFrom, readAt) ?? 'visible',
    strikes,
    countFrom,
    from: latest.from,
    fromAt: latest.at,
    soundFrom: latest.from === 'heal' ? (healed ?? latest.at) : latest.at,
    pageFrom: pageBeganAt(history, tab, readAt),
    until: readAt,
  }
}

type Beginning = {readonly from: RecoversFrom; readonly at: number}

/** The main steps under faults end with the step `heal`: what was committed until then is owed, however short the fault. */
function healIn({events}: History, healed: number | null): Beginning | null {
  if (healed === null) return null
  const step = events.find((event) => event.kind === 'step' && event.do === 'heal')
  return {from: 'heal', at: Math.max(healed, step?.at ?? healed)}
}

/** Nothing was done to the tab itself: what served it may have gone. */
function lossIn({events}: History, countFrom: number): Beginning {
  const lost = events.findLast(
    (event) => event.kind === 'step' && event.phase === 'began' && TAKES.has(event.do),
  )
  return {from: 'loss', at: Math.max(countFrom, lost?.at ?? countFrom)}
}

const TAKES: ReadonlySet<string> = new Set(['hold', 'crash', 'close', 'end-shared-worker'])

/** The last time it was brought back; a page that was opened only when the cell had begun counts as such. */
function comebackOf(history: History, {tab, openedAt}: OpenedTab, countFrom: number): Beginning | null {
  const back = history.events.findLast(
    (event) =>
      event.kind === 'step' &&
      event.phase === 'began' &&
      event.tab === tab &&
      event.at >= countFrom &&
      BACK.has(event.do as RecoversFrom),
  )
  if (back?.kind === 'step') return {from: back.do as RecoversFrom, at: back.at}
  return openedAt > countFrom && countFrom > 0
    ? {from: 'opened', at: pageBeganAt(history, tab, openedAt)}
    : null
}

const BACK: ReadonlySet<RecoversFrom> = new Set(['return', 'reopen', 'refresh'])

/** What the tab was in, other than visible, when the cell began to count, or was put into afterwards. */
function stateOf({events}: History, tab: string, countFrom: number, until: number): TabState | null {
  const states = events
    .filter((event) => event.kind === 'tab-state')
    .filter((event) => event.tab === tab && event.at <= until)
  const first = Math.max(
    0,
    states.findLastIndex(({at}) => at <= countFrom),
  )
  return states.slice(first).findLast(({state}) => state !== 'visible')?.state ?? null
}

function pageBeganAt({events}: History, tab: string, until: number): number {
  const opened = events.findLast(
    (event) => event.kind === 'tab-opened' && event.tab === tab && event.at <= until,
  )
  return opened?.kind === 'tab-opened' ? opened.navigationStartMs : 0
}

function strikesOn({events, footer}: History, {tab, device}: OpenedTab): readonly Strike[] {
  const faults = events.filter((event) => event.kind === 'fault')
  const others = new Set(events.flatMap((event) => (event.kind === 'tab-opened' ? event.tab : [])))
  others.delete(tab)
  return faults.flatMap((line): Strike[] => {
    if (line.event.kind !== 'fault-began') return []
    const {faultId, fault, target} = line.event
    if (![tab, device, EVERYBODY].includes(target.owner)) return []
    const about = faults.filter(({event}) => 'faultId' in event && event.faultId === faultId)
    const bite = about.find(({event}) => isFelt(event, others))
    return [
      {
        fault,
        target,
        began: {at: line.at, line: line.line},
        healedAt: endOf(about) ?? footer.at,
        bite: bite === undefined ? null : {at: bite.at, line: bite.line},
      },
    ]
  })
}

type FaultLine = Extract<RecordedEvent, {kind: 'fault'}>

/** Who carried it out may say more in `whom` than whose it was: how a process ended, how many there were. */
function isFelt(event: FaultLine['event'], others: ReadonlySet<string>): boolean {
  // What belongs to no tab by name is a link that several share.
  if (event.kind === 'fault-bit' || event.kind === 'connection-cut')
    return event.owner !== null && !others.has(event.owner)
  return event.kind === 'fault-carried-out' && !others.has(event.whom ?? '')
}

function endOf(about: readonly FaultLine[]): number | null {
  const healed = about.find(({event}) => event.kind === 'fault-healed')
  if (healed === undefined) return null
  const started = about.findLast(
    ({event}) => event.kind === 'fault-carried-out' && event.what === 'server-started',
  )
  return Math.max(healed.at, started?.at ?? 0)
}
