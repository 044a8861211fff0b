/** The faults that stand at a moment, and what they amount to for one exchange in one direction. Rules FA5–FA10. */
import type {Direction, FaultTarget, NetworkFault} from '../history/fault.ts'
import {isAimedAt, type Exchange} from './exchange.ts'
import type {Gate} from './lane.ts'
import {createLink, type Link} from './link.ts'

export type StandingFault = {
  readonly id: number
  readonly fault: NetworkFault
  readonly target: FaultTarget
  readonly beganAt: number
  /** Of `bandwidth`: one for each direction, shared by all connections that the fault is aimed at. */
  readonly links: {readonly [direction in Direction]: Link} | null
  /** Of `cut-after-bytes`: what has passed of each exchange since the fault began. */
  readonly passed: WeakMap<Exchange, number>
  cutsLeft: number
}

export function stand(id: number, fault: NetworkFault, target: FaultTarget, beganAt: number): StandingFault {
  const links =
    fault.name === 'bandwidth'
      ? {'to-server': createLink(fault.bytesPerSecond), 'to-client': createLink(fault.bytesPerSecond)}
      : null
  const cutsLeft = fault.name === 'cut-after-bytes' ? fault.times : Infinity
  return {id, fault, target, beganAt, links, passed: new WeakMap(), cutsLeft}
}

export type Conditions = Gate & {
  readonly delayMs: number
  readonly jitterMs: number
  /** The faults that hold or delay what is taken now. */
  readonly touching: readonly number[]
}

const CALM: Conditions = {
  held: false,
  link: null,
  allowance: Infinity,
  delayMs: 0,
  jitterMs: 0,
  touching: [],
}

/** Of a connection's parcels; `openedAt` is the connection's. */
export type Place = {
  readonly exchange: Exchange
  readonly direction: Direction
  readonly openedAt: number
}

/**
 * Faults compose: one that holds is enough, delays add up, the narrowest link and the smallest allowance count.
 */
export function conditionsOf(standing: readonly StandingFault[], place: Place): Conditions {
  if (standing.length === 0) return CALM
  return standing
    .filter(({target}) => isAimedAt(target, place.exchange))
    .reduce((sum, each) => withFault(sum, each, place), CALM)
}

function withFault(sum: Conditions, standing: StandingFault, place: Place): Conditions {
  const {fault, id} = standing
  switch (fault.name) {
    case 'fin':
    case 'rst':
      return sum
    case 'blackhole':
    case 'half-open':
      return holds(standing, place) ? {...touched(sum, id), held: true} : sum
    case 'latency':
      return {...touched(sum, id), delayMs: sum.delayMs + fault.ms}
    case 'jitter':
      return {...touched(sum, id), jitterMs: sum.jitterMs + fault.ms}
    case 'bandwidth':
      return {...touched(sum, id), link: narrower(sum.link, standing.links?.[place.direction] ?? null)}
    case 'cut-after-bytes':
      return fault.direction === place.direction
        ? {...sum, allowance: Math.min(sum.allowance, allowanceOf(standing, fault.bytes, place.exchange))}
        : sum
  }
}

/** A connection that begins under a half-open link needs both directions to be made: it hangs as in a blackhole. */
export function holds(
  {fault, beganAt}: StandingFault,
  {direction, openedAt}: Omit<Place, 'exchange'>,
): boolean {
  if (fault.name === 'blackhole') return true
  return fault.name === 'half-open' && (fault.lost === direction || openedAt >= beganAt)
}

const touched = (sum: Conditions, id: number): Conditions => ({...sum, touching: [...sum.touching, id]})

const narrower = (a: Link | null, b: Link | null) =>
  a === null || (b !== null && b.bytesPerSecond < a.bytesPerSecond) ? b : a

export const allowanceOf = ({passed}: StandingFault, bytes: number, exchange: Exchange): number =>
  Math.max(0, bytes - (passed.get(exchange) ?? 0))

/** Counts what was given, for the faults that cut after so many bytes. */
export function countPassed(standing: readonly StandingFault[], place: Place, bytes: number): void {
  for (const {fault, target, passed} of standing) {
    if (fault.name !== 'cut-after-bytes' || fault.direction !== place.direction) continue
    if (isAimedAt(target, place.exchange))
      passed.set(place.exchange, (passed.get(place.exchange) ?? 0) + bytes)
  }
}
