import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {defaultQueueLimits} from './defaults.ts'
import {
  emptyQueue,
  next,
  wakesAtMs,
  type DeviceQueue,
  type QueueEffect,
  type QueueEvent,
} from './device-queue.ts'
import type {QueuedMessage} from './queued-message.ts'
import {writesOf} from './writes-of.ts'

const message = (order: number, about: Partial<QueuedMessage> = {}): QueuedMessage => ({
  deliveryId: `d${order}`,
  order,
  messageId: `m${order}`,
  endpointToken: 'token',
  origin: null,
  topic: null,
  urgency: 'normal',
  ttlSeconds: 100,
  acceptedAtMs: 0,
  dueAtMs: 0,
  isHeld: false,
  copies: 1,
  attempts: 0,
  ...about,
})
const pushed = (added: QueuedMessage, at = 0): QueueEvent => ({
  type: 'pushed',
  at,
  message: added,
  isLost: false,
})

function play(events: readonly QueueEvent[], limits = defaultQueueLimits, from: DeviceQueue = emptyQueue) {
  const effects: QueueEffect[] = []
  let queue = from
  for (const event of events) {
    const step = next(queue, event, limits)
    queue = step.queue
    effects.push(...step.effects)
  }
  return {queue, effects, words: effects.map((effect) => `${effect.do} ${effect.message.deliveryId}`)}
}

describe('when something happens by itself', () => {
  test('[PU5] an idle device sleeps; one with messages wakes when the first expires', () => {
    expect(wakesAtMs(emptyQueue, 0)).toBe(Infinity)
    const {queue} = play([pushed(message(1)), pushed(message(2, {ttlSeconds: 10}))])
    expect(wakesAtMs(queue, 0)).toBe(10_000)
  })

  test('[PU17] a device that is there wakes when the next is due; one that is away does not', () => {
    const late = pushed(message(1, {dueAtMs: 500}))
    expect(wakesAtMs(play([late]).queue, 0)).toBe(100_000)
    expect(wakesAtMs(play([late, {type: 'connected', at: 0, confirmed: []}]).queue, 0)).toBe(500)
    expect(wakesAtMs(play([pushed(message(1, {dueAtMs: 500, ttlSeconds: 0}))]).queue, 0)).toBe(500)
  })

  test('[PU11] what is due and has no room does not wake anybody', () => {
    const limits = {...defaultQueueLimits, maxInFlight: 1}
    const {queue} = play(
      [{type: 'connected', at: 0, confirmed: []}, pushed(message(1)), pushed(message(2))],
      limits,
    )
    expect(wakesAtMs(queue, 1)).toBe(100_000)
  })
})

test('[PU4] under a delay that shrinks, a later message waits for the earlier', () => {
  const {queue} = play([
    {type: 'connected', at: 0, confirmed: []},
    pushed(message(1, {dueAtMs: 900})),
    pushed(message(2, {dueAtMs: 100})),
    pushed(message(3, {dueAtMs: 100, endpointToken: 'other'})),
  ])
  expect(play([{type: 'woken', at: 100}], defaultQueueLimits, queue).words).toEqual(['send d3'])
  expect(play([{type: 'woken', at: 900}], defaultQueueLimits, queue).words).toEqual([
    'send d1',
    'send d2',
    'send d3',
  ])
})

test('[PU8] replacing a message does not start its delay again', () => {
  const {queue, words} = play([
    {type: 'connected', at: 0, confirmed: []},
    pushed(message(1, {topic: 't', dueAtMs: 500})),
    pushed(message(2, {topic: 't', dueAtMs: 900}), 400),
    {type: 'woken', at: 500},
  ])
  expect(words).toEqual(['store d1', 'store d2', 'drop d1', 'send d2'])
  expect(queue).toMatchObject({waiting: [], inFlight: [{deliveryId: 'd2'}]})
})

test('[PU7] an acknowledgement of what was never sent is nothing', () => {
  const before = play([pushed(message(1))]).queue
  expect(play([{type: 'acked', at: 0, deliveryIds: ['d1', 'x']}], defaultQueueLimits, before)).toMatchObject({
    queue: before,
    effects: [],
  })
})

test('[PU13] a message that is stored and sent in one step is written once', () => {
  const {effects} = play([{type: 'connected', at: 0, confirmed: []}, pushed(message(1))])
  expect(writesOf(effects)).toMatchObject([{does: 'add', message: {deliveryId: 'd1', attempts: 1}}])
  const lost = next(
    emptyQueue,
    {type: 'pushed', at: 0, message: message(1), isLost: true},
    defaultQueueLimits,
  )
  expect(writesOf(lost.effects)).toEqual([])
})

/** Random lives of a device: pushes, links that come and go, acknowledgements, time. */
const limits = {...defaultQueueLimits, maxStored: 4, maxTopics: 2, maxInFlight: 3}
const step = fc.oneof(
  fc.record({
    does: fc.constant('push' as const),
    endpointToken: fc.constantFrom('a', 'b'),
    topic: fc.constantFrom(null, null, 's', 't', 'u'),
    ttlSeconds: fc.constantFrom(0, 1, 3, 100),
    delayMs: fc.constantFrom(0, 0, 500),
    isHeld: fc.boolean(),
    copies: fc.constantFrom(1, 1, 2),
  }),
  fc.record({does: fc.constant('connect' as const), confirms: fc.nat(3)}),
  fc.record({does: fc.constantFrom('disconnect' as const, 'unsubscribe' as const)}),
  fc.record({does: fc.constant('ack' as const), which: fc.nat(5)}),
  fc.record({does: fc.constant('wait' as const), ms: fc.constantFrom(100, 500, 2_000)}),
)

test('[PU4] [PU7] [PU11] whatever happens, every message is stored once, ends once, and keeps its place', () => {
  fc.assert(
    fc.property(fc.array(step, {maxLength: 60}), fc.boolean(), (steps, keepsOrder) => {
      let queue = emptyQueue
      let at = 0
      let order = 0
      const all: QueueEffect[] = []
      const ended = new Set<string>()
      const stored = new Map<string, QueuedMessage>()
      /** Of the present link, per subscription. */
      let lastSent = new Map<string, number>()

      const sentSoFar = () =>
        all.filter((effect) => effect.do === 'send').map(({message: sent}) => sent.deliveryId)
      const eventOf = (one: (typeof steps)[number]): QueueEvent => {
        switch (one.does) {
          case 'push': {
            const {does: _, delayMs, isHeld, ...about} = one
            const added = {...about, isHeld: isHeld && !keepsOrder, acceptedAtMs: at, dueAtMs: at + delayMs}
            return pushed(message(++order, added), at)
          }
          case 'connect':
            lastSent = new Map()
            return {type: 'connected', at, confirmed: sentSoFar().slice(0, one.confirms)}
          case 'disconnect':
            return {type: 'disconnected', at}
          case 'unsubscribe':
            return {type: 'unsubscribed', at, endpointToken: 'b'}
          case 'ack':
            return {type: 'acked', at, deliveryIds: sentSoFar().slice(-1 - one.which)}
          case 'wait':
            at += one.ms
            return {type: 'woken', at}
        }
      }

      for (const one of steps) {
        const result = next(queue, eventOf(one), limits)
        queue = result.queue
        for (const effect of result.effects) {
          all.push(effect)
          const {deliveryId, endpointToken, order: place} = effect.message
          expect(ended).not.toContain(deliveryId)
          if (effect.do === 'store') {
            expect(stored.has(deliveryId)).toBe(false)
            stored.set(deliveryId, effect.message)
          } else expect(stored.has(deliveryId)).toBe(true)
          if (effect.do === 'drop' || effect.do === 'confirm') ended.add(deliveryId)
          if (effect.do !== 'send') continue
          expect(queue.name).toBe('online')
          if (keepsOrder) expect(place).toBeGreaterThanOrEqual(lastSent.get(endpointToken) ?? 0)
          lastSent.set(endpointToken, place)
        }
        const inFlight = queue.name === 'online' ? queue.inFlight : []
        const kept = [...queue.waiting, ...inFlight].map(({deliveryId}) => deliveryId)
        // Nothing is lost on the way: what has not ended is here, once.
        expect(kept.toSorted()).toEqual([...stored.keys()].filter((id) => !ended.has(id)).toSorted())
        if (queue.name === 'offline') {
          for (const {message: sent} of result.effects.filter((effect) => effect.do === 'store')) {
            const ofIt = queue.waiting.filter(({endpointToken}) => endpointToken === sent.endpointToken)
            if (sent.topic === null) continue
            expect(ofIt.filter(({topic}) => topic === sent.topic)).toHaveLength(
              ended.has(sent.deliveryId) ? 0 : 1,
            )
          }
        }
      }
    }),
    {numRuns: 500},
  )
})
