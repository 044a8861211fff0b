/**
 * The faults of `reconnection` by name (condition `fault`), and the schedule each stands for. Outages are short and the
 * keep-alives that pages go by are quicker than observed: the reports say so.
 */
import {EVERYBODY, type Fault, type FaultSchedule} from '../history/fault.ts'

/** What a page's link goes through. `breaks`: sockets end. `holds`: what is sent meanwhile arrives late. `slows`: it is sound. */
export type FaultNature = 'breaks' | 'holds' | 'slows' | 'none'

type Known = {
  readonly nature: FaultNature
  readonly faults: readonly Fault[]
  /** 0: it strikes once. */
  readonly outageMs: number
  /** Struck is everybody, and not one tab. */
  readonly isForAll?: boolean
}

const SHORT_MS = 2_500
/** Longer than any page takes to give a silent link up. */
const LONG_MS = 7_000

const KNOWN = {
  none: {nature: 'none', faults: [], outageMs: 0},
  fin: {nature: 'breaks', faults: [{name: 'fin'}], outageMs: 0},
  rst: {nature: 'breaks', faults: [{name: 'rst'}], outageMs: 0},
  'rst for a while': {nature: 'breaks', faults: [{name: 'rst'}], outageMs: SHORT_MS},
  blackhole: {nature: 'holds', faults: [{name: 'blackhole'}], outageMs: SHORT_MS},
  'long blackhole': {nature: 'holds', faults: [{name: 'blackhole'}], outageMs: LONG_MS},
  'half-open, deaf': {nature: 'holds', faults: [{name: 'half-open', lost: 'to-client'}], outageMs: LONG_MS},
  'half-open, mute': {nature: 'holds', faults: [{name: 'half-open', lost: 'to-server'}], outageMs: LONG_MS},
  'latency and jitter': {
    nature: 'slows',
    faults: [
      {name: 'latency', ms: 600},
      {name: 'jitter', ms: 500},
    ],
    outageMs: LONG_MS,
  },
  'narrow link': {nature: 'slows', faults: [{name: 'bandwidth', bytesPerSecond: 1_500}], outageMs: SHORT_MS},
  'cdp-offline': {nature: 'holds', faults: [{name: 'cdp-offline'}], outageMs: SHORT_MS},
  'server killed': {nature: 'breaks', faults: [{name: 'kill'}], outageMs: SHORT_MS, isForAll: true},
  'server restarted': {nature: 'breaks', faults: [{name: 'restart'}], outageMs: 0, isForAll: true},
  'history lost': {
    nature: 'breaks',
    faults: [{name: 'restart-lost-history'}],
    outageMs: 0,
    isForAll: true,
  },
  drained: {nature: 'breaks', faults: [{name: 'drain', overMs: 500}], outageMs: SHORT_MS, isForAll: true},
  overloaded: {
    nature: 'breaks',
    faults: [{name: 'overload', retryAfterS: 1}],
    outageMs: SHORT_MS,
    isForAll: true,
  },
  /** Longer than a watchdog bears (two keep-alives of a second); a probe takes what comes meanwhile for a sign of life. */
  'slow server': {nature: 'slows', faults: [{name: 'slow', ms: 2_800}], outageMs: LONG_MS, isForAll: true},
  'push delayed': {
    nature: 'slows',
    faults: [{name: 'push-delay', ms: 2_000}],
    outageMs: SHORT_MS,
    isForAll: true,
  },
  'push dropped': {nature: 'breaks', faults: [{name: 'push-drop'}], outageMs: SHORT_MS, isForAll: true},
  'push doubled': {nature: 'slows', faults: [{name: 'push-duplicate'}], outageMs: SHORT_MS, isForAll: true},
  'push reordered': {
    nature: 'slows',
    faults: [{name: 'push-reorder', withinMs: 2_000}],
    outageMs: SHORT_MS,
    isForAll: true,
  },
  'push link cut': {nature: 'holds', faults: [{name: 'mcs-cut'}], outageMs: 0, isForAll: true},
  'push token expired': {nature: 'breaks', faults: [{name: 'token-expired'}], outageMs: 0, isForAll: true},
} as const satisfies Record<string, Known>

export type FaultCondition = keyof typeof KNOWN
export const FAULT_CONDITIONS = Object.keys(KNOWN) as FaultCondition[]

export const isFaultCondition = (word: unknown): word is FaultCondition =>
  FAULT_CONDITIONS.some((known) => known === word)

export const natureOf = (condition: FaultCondition): FaultNature => KNOWN[condition].nature
export const outageMsOf = (condition: FaultCondition): number => KNOWN[condition].outageMs

/** Aimed at `owner`, where it is not at everybody. */
export function scheduleOf(condition: FaultCondition, owner: string): FaultSchedule {
  const {faults, outageMs, isForAll = false}: Known = KNOWN[condition]
  return faults.map((fault) => ({
    atMs: 0,
    // What is over by itself is not healed by the clock.
    healAtMs: outageMs > 0 || fault.name === 'fin' || fault.name === 'rst' ? outageMs : null,
    owner: isForAll ? EVERYBODY : owner,
    on: 'everything',
    fault,
  }))
}
