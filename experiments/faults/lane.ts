/**
 * One direction of one proxied connection: parcels taken from one end and not yet given to the other. Pure but for the
 * link that lanes share; time, chance and what stands in the way come in as arguments. It knows no socket, no timer and
 * no fault. Rules FA2, FA5–FA12.
 */
import type {Exchange} from './exchange.ts'
import {reserve, type Link, type Slot} from './link.ts'

export type Parcel = {
  readonly what: 'bytes' | 'fin' | 'rst'
  /** Empty unless `what` is bytes. */
  readonly bytes: Buffer
  readonly exchange: Exchange
  readonly takenAt: number
  /** The faults that hold or delay it. Of a `fin`: the one that asked for it, if any did. */
  readonly touchedBy: readonly number[]
}

type Waiting = Parcel & {readonly dueAt: number}

export type Lane = {
  readonly queue: readonly Waiting[]
  readonly bytes: number
  /** The end of the lane is in the queue or was given: nothing but a reset is taken any more. */
  readonly ended: boolean
  readonly slot: Slot | null
}

export const emptyLane: Lane = {queue: [], bytes: 0, ended: false, slot: null}

/** What stands in the way of an exchange's parcels at this moment. */
export type Gate = {
  readonly held: boolean
  readonly link: Link | null
  /** Bytes that may still pass; Infinity where nothing counts them. */
  readonly allowance: number
}

/** Takes a parcel that is due `delayMs` later, but never before what was taken earlier has left. An ended lane takes no bytes: ask `ended` first. */
export function put(lane: Lane, parcel: Parcel, delayMs: number): Lane {
  if (lane.ended && parcel.what !== 'rst') throw new TypeError('nothing can be put behind the end of a lane')
  return {
    ...lane,
    queue: [...lane.queue, {...parcel, dueAt: parcel.takenAt + delayMs}],
    bytes: lane.bytes + parcel.bytes.length,
    ended: parcel.what !== 'bytes',
  }
}

export type Given = {
  readonly lane: Lane
  readonly parcels: readonly Parcel[]
  /** Why the rest stays: `spent` asks for the cut, `full` for a drain, `due` and `link` for `wakeAt`. */
  readonly stop: 'empty' | 'held' | 'due' | 'link' | 'spent' | 'full'
  readonly wakeAt: number | null
}

/** Gives what may leave now, in order. `room` is what the other end takes: the last parcel may exceed it. */
export function give(lane: Lane, nowMs: number, gateOf: (exchange: Exchange) => Gate, room: number): Given {
  const parcels: Parcel[] = []
  const allowances = new Map<Exchange, number>()
  let {slot} = lane
  let index = 0
  let left: Waiting | undefined = lane.queue[0]
  let givenBytes = 0

  const rest = (stop: Given['stop'], wakeAt: number | null = null): Given => {
    const queue = left === undefined ? [] : [left, ...lane.queue.slice(index + 1)]
    return {lane: {...lane, queue, bytes: lane.bytes - givenBytes, slot}, parcels, stop, wakeAt}
  }

  while (left !== undefined) {
    const gate = gateOf(left.exchange)
    if (gate.held) return rest('held')
    if (left.dueAt > nowMs) return rest('due', left.dueAt)
    if (givenBytes >= room) return rest('full')

    let size = left.bytes.length
    if (left.what === 'bytes') {
      const allowance = allowances.get(left.exchange) ?? gate.allowance
      size = Math.min(size, allowance)
      if (size === 0) return rest('spent')
      if (gate.link !== null) {
        if (slot?.link !== gate.link) slot = reserve(gate.link, size, nowMs)
        if (slot.untilMs > nowMs) return rest('link', slot.untilMs)
        size = Math.min(size, slot.bytes)
      }
      allowances.set(left.exchange, allowance - size)
    }
    slot = null
    givenBytes += size
    const {dueAt, ...parcel}: Waiting = left
    if (size < left.bytes.length) {
      parcels.push({...parcel, bytes: left.bytes.subarray(0, size)})
      left = {...parcel, dueAt, bytes: left.bytes.subarray(size)}
    } else {
      parcels.push(parcel)
      index += 1
      left = lane.queue[index]
    }
  }
  return rest('empty')
}

/** Drops everything that waits; the lane's end with it. */
export function lose(lane: Lane): {readonly lane: Lane; readonly lost: readonly Parcel[]} {
  return {lane: {...lane, queue: [], bytes: 0, slot: null}, lost: lane.queue}
}

/** Notes a fault on the waiting bytes that it concerns and has not touched yet. Says which bytes those are. */
export function touch(
  lane: Lane,
  faultId: number,
  concerns: (exchange: Exchange) => boolean,
): {readonly lane: Lane; readonly touched: readonly Parcel[]} {
  const isNew = (parcel: Parcel) =>
    parcel.what === 'bytes' && !parcel.touchedBy.includes(faultId) && concerns(parcel.exchange)
  const touched = lane.queue.filter(isNew)
  if (touched.length === 0) return {lane, touched}
  const queue = lane.queue.map((parcel) =>
    isNew(parcel) ? {...parcel, touchedBy: [...parcel.touchedBy, faultId]} : parcel,
  )
  return {lane: {...lane, queue}, touched}
}
