/** Draws what befalls the pushes of a cell, all healed in time. The same seed gives the same. Pure. Rules VT5, FA18. */
import {seededRandom} from '../../servers/model/seeded.ts'
import {EVERYBODY, PUSH_FAULT_NAMES, type FaultSchedule, type PushFault} from '../history/fault.ts'

const MOST = 2
const SHORTEST_MS = 100
const LONGEST_MS = 1_500
const MOST_DELAY_MS = 600
const MOST_REORDER_MS = 300

export function drawPushFaults({
  seed,
  lengthMs,
}: {
  readonly seed: string
  readonly lengthMs: number
}): FaultSchedule {
  const random = seededRandom(`push-faults/${seed}`)
  const whole = (least: number, most: number) => least + Math.floor(random() * (most - least + 1))
  const shortest = Math.min(SHORTEST_MS, lengthMs)

  function drawFault(name: PushFault['name']): PushFault {
    switch (name) {
      case 'push-delay':
        return {name, ms: whole(1, MOST_DELAY_MS)}
      case 'push-reorder':
        return {name, withinMs: whole(1, MOST_REORDER_MS)}
      case 'push-drop':
      case 'push-duplicate':
      case 'mcs-cut':
      case 'token-expired':
        return {name}
    }
  }

  return Array.from({length: whole(0, MOST)}, () => {
    const atMs = whole(0, lengthMs - shortest)
    const healAtMs = whole(atMs + shortest, Math.min(lengthMs, atMs + LONGEST_MS))
    const name = PUSH_FAULT_NAMES[whole(0, PUSH_FAULT_NAMES.length - 1)] ?? 'push-drop'
    return {atMs, healAtMs, owner: EVERYBODY, on: 'everything', fault: drawFault(name)}
  })
}
