/**
 * What happens to the messages of one device. Pure: no clock, no store, no link; `at` is wall-clock milliseconds, and
 * whoever drives it carries out the effects in their order. Rules PU4–PU14.
 */
import {makeRoom} from './queue-limits.ts'
import type {QueueLimits} from './defaults.ts'
import {expiresAtMs, type QueuedMessage} from './queued-message.ts'

/** Waiting is in the order of acceptance; in flight, in that of sending, is what the present link has and has not acknowledged. */
export type DeviceQueue =
  | {readonly name: 'offline'; readonly waiting: readonly QueuedMessage[]}
  | {
      readonly name: 'online'
      readonly waiting: readonly QueuedMessage[]
      readonly inFlight: readonly QueuedMessage[]
    }

export type QueueEvent =
  | {readonly type: 'pushed'; readonly at: number; readonly message: QueuedMessage; readonly isLost: boolean}
  | {readonly type: 'connected'; readonly at: number; readonly confirmed: readonly string[]}
  | {readonly type: 'disconnected'; readonly at: number}
  | {readonly type: 'acked'; readonly at: number; readonly deliveryIds: readonly string[]}
  | {readonly type: 'unsubscribed'; readonly at: number; readonly endpointToken: string}
  | {readonly type: 'woken'; readonly at: number}

export type DropReason = 'expired' | 'collapsed' | 'storage-limit' | 'unsubscribed' | 'fault'

export type QueueEffect =
  | {readonly do: 'store'; readonly message: QueuedMessage}
  | {readonly do: 'send'; readonly message: QueuedMessage}
  | {readonly do: 'confirm'; readonly message: QueuedMessage}
  | {readonly do: 'drop'; readonly message: QueuedMessage; readonly why: DropReason}

export type QueueStep = {readonly queue: DeviceQueue; readonly effects: readonly QueueEffect[]}

export const emptyQueue: DeviceQueue = {name: 'offline', waiting: []}

export function next(queue: DeviceQueue, event: QueueEvent, limits: QueueLimits): QueueStep {
  const {at} = event
  switch (event.type) {
    case 'pushed': {
      const {message, isLost} = event
      if (isLost) return {queue, effects: [{do: 'store', message}, drop('fault')(message)]}
      const {kept, added, dropped} = makeRoom(queue, message, limits)
      const effects: QueueEffect[] = [{do: 'store', message: added}, ...dropped]
      return settle({...queue, waiting: [...kept, added]}, at, limits, effects)
    }
    case 'connected': {
      const [confirmed, left] = part(everything(queue), ({deliveryId}) =>
        event.confirmed.includes(deliveryId),
      )
      return settle({name: 'online', waiting: left, inFlight: []}, at, limits, confirmed.map(confirm))
    }
    case 'disconnected':
      return settle({name: 'offline', waiting: everything(queue)}, at, limits, [])
    case 'acked': {
      const isAcked = ({deliveryId, attempts}: QueuedMessage) =>
        attempts > 0 && event.deliveryIds.includes(deliveryId)
      return leave(queue, at, limits, isAcked, confirm)
    }
    case 'unsubscribed': {
      const isOfIt = ({endpointToken}: QueuedMessage) => endpointToken === event.endpointToken
      return leave(queue, at, limits, isOfIt, drop('unsubscribed'))
    }
    case 'woken':
      return settle(queue, at, limits, [])
  }
}

/** When something will happen by itself; Infinity for nothing. */
export function wakesAtMs(queue: DeviceQueue, at: number): number {
  let earliest = Infinity
  for (const message of queue.waiting) {
    // What is due and waits for room on the link goes when an acknowledgement comes.
    if (message.dueAtMs > at && (queue.name === 'online' || message.ttlSeconds === 0))
      earliest = Math.min(earliest, message.dueAtMs)
    earliest = Math.min(earliest, expiresAtMs(message))
  }
  return earliest
}

/** Everything that has not been acknowledged, in the order of acceptance. */
function everything(queue: DeviceQueue): readonly QueuedMessage[] {
  if (queue.name === 'offline' || queue.inFlight.length === 0) return queue.waiting
  return [...queue.inFlight, ...queue.waiting].toSorted((a, b) => a.order - b.order)
}

function leave(
  queue: DeviceQueue,
  at: number,
  limits: QueueLimits,
  goes: (message: QueuedMessage) => boolean,
  effect: (message: QueuedMessage) => QueueEffect,
): QueueStep {
  const [gone, waiting] = part(queue.waiting, goes)
  if (queue.name === 'offline') return settle({...queue, waiting}, at, limits, gone.map(effect))
  const [landed, inFlight] = part(queue.inFlight, goes)
  return settle({name: 'online', waiting, inFlight}, at, limits, [...landed, ...gone].map(effect))
}

/** Drops what has expired, then sends what is due and fits on the link. */
function settle(
  queue: DeviceQueue,
  at: number,
  limits: QueueLimits,
  before: readonly QueueEffect[],
): QueueStep {
  if (queue.waiting.length === 0) return {queue, effects: before}
  const [expired, waiting] = part(queue.waiting, (message) => isExpired(message, at, queue.name === 'online'))
  const effects = [...before, ...expired.map(drop('expired'))]
  if (queue.name === 'offline' || queue.inFlight.length >= limits.maxInFlight)
    return {queue: {...queue, waiting}, effects}

  const inFlight = [...queue.inFlight]
  let stays: QueuedMessage[] = []
  const send = (message: QueuedMessage) => {
    let sent = message
    for (let copy = 0; copy < message.copies; copy++) {
      sent = {
        ...sent,
        attempts: sent.attempts + 1,
        copies: 1,
        isHeld: false,
        dueAtMs: Math.min(at, message.dueAtMs),
      }
      effects.push({do: 'send', message: sent})
    }
    inFlight.push(sent)
  }
  for (const [place, message] of waiting.entries()) {
    if (inFlight.length >= limits.maxInFlight) {
      stays = [...stays, ...waiting.slice(place)]
      break
    }
    if (message.dueAtMs > at) {
      stays.push(message)
      continue
    }
    send(message)
    // What was held for this one goes right behind it.
    for (let index = 0; index < stays.length; index++) {
      const held = stays[index]!
      if (!held.isHeld || held.endpointToken !== message.endpointToken) continue
      stays.splice(index--, 1)
      send(held)
    }
  }
  return {
    queue: {name: 'online', waiting: stays, inFlight},
    effects,
  }
}

function isExpired(message: QueuedMessage, at: number, isOnline: boolean): boolean {
  if (message.ttlSeconds > 0) return at >= expiresAtMs(message)
  return message.attempts > 0 || (!isOnline && message.dueAtMs <= at)
}

const confirm = (message: QueuedMessage): QueueEffect => ({do: 'confirm', message})
const drop =
  (why: DropReason) =>
  (message: QueuedMessage): QueueEffect => ({do: 'drop', message, why})

function part<T>(list: readonly T[], belongs: (item: T) => boolean): [readonly T[], readonly T[]] {
  const chosen: T[] = []
  const others: T[] = []
  for (const item of list) (belongs(item) ? chosen : others).push(item)
  return chosen.length === 0 ? [chosen, list] : [chosen, others]
}
