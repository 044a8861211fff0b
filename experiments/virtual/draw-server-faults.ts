/** Draws what befalls the server of a group: one fault, healed in time. The same seed gives the same. Pure. Rule VT8. */
import type {Platform} from '#protocol/platform.ts'
import {seededRandom} from '../../servers/model/seeded.ts'
import {EVERYBODY, SERVER_FAULT_NAMES, type FaultSchedule, type ServerFault} from '../history/fault.ts'

const SHORTEST_MS = 100
const LONGEST_MS = 1_500
const MOST_DRAIN_MS = 400
const MOST_RETRY_S = 2
const MOST_SLOW_MS = 400

export type ServerFaultWishes = {
  readonly seed: string
  readonly platform: Platform
  readonly lengthMs: number
}

export function drawServerFaults({seed, platform, lengthMs}: ServerFaultWishes): FaultSchedule {
  const random = seededRandom(`server-faults/${seed}`)
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  // Only a channel of sockets can be drained.
  const names = SERVER_FAULT_NAMES.filter((each) => platform === 'chatgpt' || each !== 'drain')
  const name = names[whole(0, names.length - 1)] ?? 'kill'
  const shortest = Math.min(SHORTEST_MS, lengthMs)
  const atMs = whole(0, lengthMs - shortest)
  const healAtMs = whole(atMs + shortest, Math.min(lengthMs, atMs + LONGEST_MS))
  return [{atMs, healAtMs, owner: EVERYBODY, on: 'everything', fault: drawFault(name, whole)}]
}

function drawFault(name: ServerFault['name'], whole: (least: number, most: number) => number): ServerFault {
  switch (name) {
    case 'kill':
    case 'restart':
    case 'restart-lost-history':
      return {name}
    case 'drain':
      return {name, overMs: whole(0, MOST_DRAIN_MS)}
    case 'overload':
      return {name, retryAfterS: whole(0, MOST_RETRY_S)}
    case 'slow':
      return {name, ms: whole(1, MOST_SLOW_MS)}
  }
}
