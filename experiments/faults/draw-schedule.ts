/** Draws a fault schedule from a seed: the same seed and wishes give the same schedule. Everything heals in time. Rule FA14. */
import {seededRandom} from '../../servers/model/seeded.ts'
import {DIRECTIONS, ENDINGS, EVERYBODY, NETWORK_FAULT_NAMES, type NetworkFault} from '../history/fault.ts'
import type {FaultSchedule, ScheduledFault} from '../history/fault.ts'

export type Wishes = {
  readonly seed: string
  /** Who can be struck; everybody at once can be, too. */
  readonly tabs: readonly string[]
  /** All faults have healed by then. */
  readonly lengthMs: number
  readonly count: number
  readonly faults?: readonly NetworkFault['name'][]
}

const [SHORTEST_MS, LONGEST_MS] = [100, 3_000]
const MOST_LATENCY_MS = 400
const MOST_JITTER_MS = 200
const [NARROWEST, WIDEST] = [2_000, 200_000]
const MOST_BYTES = 20_000

export function drawSchedule({
  seed,
  tabs,
  lengthMs,
  count,
  faults = NETWORK_FAULT_NAMES,
}: Wishes): FaultSchedule {
  const random = seededRandom(`faults/${seed}`)
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  const oneOf = <T>(items: readonly T[]): T => items[whole(0, items.length - 1)] as T

  function drawFault(name: NetworkFault['name']): NetworkFault {
    switch (name) {
      case 'fin':
      case 'rst':
      case 'blackhole':
        return {name}
      case 'half-open':
        return {name, lost: oneOf(DIRECTIONS)}
      case 'latency':
        return {name, ms: whole(1, MOST_LATENCY_MS)}
      case 'jitter':
        return {name, ms: whole(1, MOST_JITTER_MS)}
      case 'bandwidth':
        return {name, bytesPerSecond: whole(NARROWEST, WIDEST)}
      case 'cut-after-bytes':
        return {
          name,
          bytes: whole(0, MOST_BYTES),
          direction: oneOf(DIRECTIONS),
          by: oneOf(ENDINGS),
          times: 1,
        }
    }
  }

  function draw(): ScheduledFault {
    const fault = drawFault(oneOf(faults))
    const shortest = Math.min(SHORTEST_MS, lengthMs)
    const atMs = whole(0, lengthMs - shortest)
    const once = (fault.name === 'fin' || fault.name === 'rst') && random() < 0.5
    const healAtMs = once ? atMs : whole(atMs + shortest, Math.min(lengthMs, atMs + LONGEST_MS))
    return {atMs, healAtMs, owner: oneOf([...tabs, EVERYBODY]), on: 'everything', fault}
  }

  return Array.from({length: count}, draw).toSorted((a, b) => a.atMs - b.atMs)
}
