/**
 * Drives the queues of all devices: keeps them in the store, hands messages to links, waits for what is due, and records
 * every step when it happens. Knows no socket. Rules PU1–PU19.
 */
import {randomBytes} from 'node:crypto'
import type {PushEvent} from '#protocol/push-event.ts'
import {rawDelivery} from '../delivery-model.ts'
import type {DeviceLink, PushCore, PushMessage} from '../push-core.ts'
import {defaultQueueLimits, type QueueLimits} from './defaults.ts'
import {createDeliveryPlans} from './delivery-plans.ts'
import {
  emptyQueue,
  next,
  wakesAtMs,
  type DeviceQueue,
  type QueueEffect,
  type QueueEvent,
} from './device-queue.ts'
import type {PushStore} from './push-store.ts'
import type {QueuedMessage} from './queued-message.ts'
import {realTimer, type SetTimer} from './set-timer.ts'
import {createWakeups} from './wakeups.ts'
import {writesOf} from './writes-of.ts'

export type PushCoreParts = {
  readonly store: PushStore
  readonly record: (event: PushEvent) => void
  /** Milliseconds of CLOCK_MONOTONIC, for the record. */
  readonly now: () => number
  /** For times to live and for what is due, which outlive the process. */
  readonly wallMs: () => number
  readonly setTimer?: SetTimer
  readonly limits?: QueueLimits
}

export function createPushCore(parts: PushCoreParts): PushCore {
  const {store, record, now, wallMs, setTimer = realTimer, limits = defaultQueueLimits} = parts
  const queues = new Map<string, DeviceQueue>()
  const links = new Map<string, DeviceLink>()
  const plans = createDeliveryPlans(rawDelivery)
  const wakeups = createWakeups(wallMs, setTimer, (deviceId) =>
    apply(deviceId, {type: 'woken', at: wallMs()}),
  )
  const unsaid: (() => void)[] = []
  let lastOrder = 0

  for (const {deviceId, message} of store.queued()) {
    const queue = queues.get(deviceId) ?? emptyQueue
    queues.set(deviceId, {name: 'offline', waiting: [...queue.waiting, message]})
    lastOrder = message.order
  }
  for (const deviceId of queues.keys()) apply(deviceId, {type: 'woken', at: wallMs()})

  /** Microseconds since 1970, so that no order is given twice in the lives of a store. */
  const nextOrder = () => (lastOrder = Math.max(lastOrder + 1, Math.floor(wallMs() * 1_000)))

  function apply(deviceId: string, event: QueueEvent, body: Uint8Array | null = null): void {
    const {queue, effects} = next(queues.get(deviceId) ?? emptyQueue, event, limits)
    write(deviceId, effects, body)
    if (queue.name === 'offline' && queue.waiting.length === 0) queues.delete(deviceId)
    else queues.set(deviceId, queue)
    wakeups.set(deviceId, wakesAtMs(queue, event.at))

    const pushed = event.type === 'pushed' ? event.message.deliveryId : null
    const link = links.get(deviceId)
    for (const effect of effects) {
      if (effect.do !== 'send') say(() => tell(deviceId, effect))
      else {
        const {message} = effect
        const read = () => (message.deliveryId === pushed ? body : store.body(message))
        // Whoever is sent to may answer, or go, within the call.
        say(() => link !== undefined && links.get(deviceId) === link && send(link, message, read()))
      }
    }
  }

  /** What a step says goes out behind what the step before still has to say, also where that one's words caused it. */
  function say(word: () => void): void {
    unsaid.push(word)
    if (unsaid.length > 1) return
    for (let first = unsaid[0]; first !== undefined; first = unsaid[0]) {
      first()
      unsaid.shift()
    }
  }

  function write(deviceId: string, effects: readonly QueueEffect[], body: Uint8Array | null): void {
    const writes = writesOf(effects)
    if (writes.length === 0) return
    const all = () => {
      for (const {does, message} of writes) {
        if (does === 'add') store.add(deviceId, message, body)
        else store[does](message)
      }
    }
    if (writes.length === 1) all()
    else store.transaction(all)
  }

  function tell(deviceId: string, effect: Exclude<QueueEffect, {do: 'send'}>): void {
    const {deliveryId, origin, messageId} = effect.message
    if (effect.do === 'store') {
      record({kind: 'push-stored', at: now(), messageId, deliveryId, deviceId, origin})
      return
    }
    if (effect.do === 'confirm') record({kind: 'push-acked', at: now(), deliveryId, origin})
    else record({kind: 'push-dropped', at: now(), deliveryId, origin, why: effect.why})
  }

  function send(link: DeviceLink, message: QueuedMessage, body: Uint8Array | null): void {
    const {deliveryId, origin, topic, ttlSeconds, urgency, acceptedAtMs, attempts} = message
    const subscription = store.subscription(message.endpointToken)
    if (subscription === undefined) return
    record({kind: 'push-sent', at: now(), deliveryId, origin, attempt: attempts})
    link.deliver({deliveryId, subscription, body, ttlSeconds, sentAtMs: acceptedAtMs, topic, urgency})
  }

  function drop(deviceId: string, why: string): void {
    links.delete(deviceId)
    record({kind: 'push-link-closed', at: now(), deviceId, why})
  }

  function queuedFrom(message: PushMessage, origin: string | null, at: number): [QueuedMessage, boolean] {
    const {messageId, endpointToken, topic, urgency} = message
    const plan = plans.next(origin)
    const order = nextOrder()
    const queued = {
      deliveryId: `0:${order}%${randomBytes(4).toString('hex')}`,
      order,
      messageId,
      endpointToken,
      origin,
      topic,
      urgency,
      ttlSeconds: Math.min(Math.max(0, Math.floor(message.ttlSeconds)), limits.maxTtlSeconds),
      acceptedAtMs: at,
      dueAtMs: at + plan.delayMs,
      isHeld: plan.isHeld,
      copies: plan.copies,
      attempts: 0,
    }
    return [queued, plan.isLost]
  }

  return {
    subscribe: (subscription) => store.subscribe(subscription),
    unsubscribe(endpointToken) {
      const subscription = store.subscription(endpointToken)
      if (subscription === undefined) return
      store.transaction(() => {
        apply(subscription.deviceId, {type: 'unsubscribed', at: wallMs(), endpointToken})
        store.unsubscribe(endpointToken)
      })
    },
    subscription: (endpointToken) => store.subscription(endpointToken),
    knowsDevice: (deviceId) => store.hasSubscriptionOf(deviceId),
    push(message) {
      const subscription = store.subscription(message.endpointToken)
      if (subscription === undefined) return {ok: false, why: 'gone'}
      if ((message.body?.length ?? 0) > limits.maxBodyBytes) return {ok: false, why: 'too-large'}
      const at = wallMs()
      const [queued, isLost] = queuedFrom(message, subscription.origin ?? message.origin, at)
      apply(subscription.deviceId, {type: 'pushed', at, message: queued, isLost}, message.body)
      return {ok: true, deliveryId: queued.deliveryId}
    },
    connected(deviceId, link, confirmed) {
      const before = links.get(deviceId)
      if (before !== undefined && before !== link) {
        drop(deviceId, 'newer-link')
        before.close('newer-link')
      }
      links.set(deviceId, link)
      record({kind: 'push-link-opened', at: now(), deviceId, transport: link.transport})
      apply(deviceId, {type: 'connected', at: wallMs(), confirmed})
    },
    disconnected(deviceId, link, why) {
      if (links.get(deviceId) !== link) return
      drop(deviceId, why)
      apply(deviceId, {type: 'disconnected', at: wallMs()})
    },
    acked(deviceId, deliveryIds) {
      if (deliveryIds.length > 0) apply(deviceId, {type: 'acked', at: wallMs(), deliveryIds})
    },
    setDelivery: (origin, model) => plans.set(origin, model),
    cutLinks(deviceId) {
      const cut = deviceId === null ? [...links.keys()] : [deviceId]
      for (const id of cut) {
        const link = links.get(id)
        if (link === undefined) continue
        drop(id, 'cut')
        apply(id, {type: 'disconnected', at: wallMs()})
        link.close('cut')
      }
    },
    close() {
      wakeups.close()
      for (const [deviceId, link] of links) {
        drop(deviceId, 'shut-down')
        link.close('shut-down')
      }
    },
  }
}
