/** What the core must do over every store. Registered by the test beside it. */
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {rawDelivery} from '../delivery-model.ts'
import {testLink, type TestPushCore, type TestPushCoreOptions} from './test-push-core.ts'

const DEVICE = '1234567890'

export function pushCoreContract(name: string, open: (options?: TestPushCoreOptions) => TestPushCore): void {
  describe(name, () => {
    let back: TestPushCore
    let token: string
    beforeEach(() => {
      back = open()
      token = back.subscribe(DEVICE)
    })
    afterEach(() => back.close())

    const pushAll = (...texts: readonly string[]) => texts.map((text) => back.push(token, text))
    const left = () => back.store.queued().length

    test('[PU13] a message for a connected device is stored, sent and acked, and then gone', () => {
      const link = back.connect(DEVICE)
      const outcome = back.push(token, 'hello', {topic: 't', urgency: 'high'})
      expect(link.deliveries).toMatchObject([
        {subscription: {endpointToken: token}, topic: 't', urgency: 'high', ttlSeconds: 3_600},
      ])
      expect(outcome).toEqual({ok: true, deliveryId: link.deliveries[0]?.deliveryId})
      expect(left()).toBe(1)
      back.ackAll(DEVICE, link)
      expect(back.story()).toEqual(['push-link-opened', 'push-stored', 'push-sent 1', 'push-acked'])
      expect(left()).toBe(0)
    })

    test('[PU4] [PU7] what waited for a device goes in order when it connects', () => {
      pushAll('a', 'b', 'c')
      expect(back.connect(DEVICE).texts()).toEqual(['a', 'b', 'c'])
    })

    test('[PU7] what was not acked goes again over the next link; what the device names as received does not', () => {
      const first = back.connect(DEVICE)
      pushAll('a', 'b', 'c')
      back.core.acked(DEVICE, [first.deliveries[1]!.deliveryId])
      back.core.disconnected(DEVICE, first, 'gone')
      const second = back.connect(DEVICE, [first.deliveries[0]!.deliveryId])
      expect(second.texts()).toEqual(['c'])
      back.ackAll(DEVICE, second)
      expect(left()).toBe(0)
      expect(back.story().slice(-5)).toEqual([
        'push-link-closed gone',
        'push-link-opened',
        'push-acked',
        'push-sent 2',
        'push-acked',
      ])
    })

    test('[PU12] the newest link wins, and what the older one says later changes nothing', () => {
      const older = back.connect(DEVICE)
      const newer = back.connect(DEVICE)
      expect(older.closed).toEqual(['newer-link'])
      back.core.disconnected(DEVICE, older, 'gone')
      back.push(token, 'a')
      expect([older.texts(), newer.texts()]).toEqual([[], ['a']])
      expect(back.story().slice(0, 3)).toEqual([
        'push-link-opened',
        'push-link-closed newer-link',
        'push-link-opened',
      ])
    })

    test('[PU6] a newer link does not get again what was now or never', () => {
      back.connect(DEVICE)
      back.push(token, 'now', {ttlSeconds: 0})
      expect(back.connect(DEVICE).texts()).toEqual([])
      expect(left()).toBe(0)
    })

    test('[PU5] a message expires by the clock, and is told so when it does', () => {
      back.push(token, 'short', {ttlSeconds: 10})
      back.push(token, 'long', {ttlSeconds: 20})
      back.clock.turn(10_000)
      expect(back.story().at(-1)).toBe('push-dropped expired')
      expect(back.connect(DEVICE).texts()).toEqual(['long'])
    })

    test('[PU5] four weeks are the most', () => {
      back.push(token, 'a', {ttlSeconds: 10_000_000})
      back.clock.turn(2_419_200_000 - 1)
      expect(left()).toBe(1)
      back.clock.turn(1)
      expect(left()).toBe(0)
    })

    test('[PU5] on the link nothing expires; when the link is gone it does', () => {
      const link = back.connect(DEVICE)
      back.push(token, 'a', {ttlSeconds: 10})
      back.clock.turn(60_000)
      expect(left()).toBe(1)
      back.core.disconnected(DEVICE, link, 'gone')
      expect([left(), back.story().at(-1)]).toEqual([0, 'push-dropped expired'])
    })

    test('[PU6] TTL 0 reaches a device that is there, once, and nobody else', () => {
      expect(back.push(token, 'nobody', {ttlSeconds: 0})).toMatchObject({ok: true})
      expect(left()).toBe(0)
      const link = back.connect(DEVICE)
      back.push(token, 'now', {ttlSeconds: 0})
      expect(link.texts()).toEqual(['now'])
      back.core.disconnected(DEVICE, link, 'gone')
      expect(back.connect(DEVICE).texts()).toEqual([])
      expect(back.story().filter((line) => line.endsWith('expired'))).toHaveLength(2)
    })

    test('[PU8] a topic replaces what waits of it, in its own subscription only', () => {
      const other = back.subscribe(DEVICE, 'http://other.localhost', '2')
      back.push(token, 'old', {topic: 't'})
      back.push(other, 'theirs', {topic: 't'})
      back.push(token, 'plain')
      back.push(token, 'new', {topic: 't'})
      expect(back.story().at(-1)).toBe('push-dropped collapsed')
      expect(back.connect(DEVICE).texts()).toEqual(['theirs', 'plain', 'new'])
    })

    test('[PU8] what is on the link already is not replaced', () => {
      const link = back.connect(DEVICE)
      back.push(token, 'old', {topic: 't'})
      back.push(token, 'new', {topic: 't'})
      expect(link.texts()).toEqual(['old', 'new'])
      expect(back.story()).not.toContain('push-dropped collapsed')
    })

    test('[PU9] the 101st plain message discards the hundred before it; topics stay', () => {
      back.push(token, 'topic', {topic: 't'})
      pushAll(...Array.from({length: 100}, (_, index) => String(index)))
      expect(left()).toBe(101)
      back.push(token, 'last')
      expect(back.story().filter((line) => line === 'push-dropped storage-limit')).toHaveLength(100)
      expect(back.connect(DEVICE).texts()).toEqual(['topic', 'last'])
    })

    test('[PU10] a fifth topic costs the oldest', () => {
      for (const topic of ['a', 'b', 'c', 'd', 'e']) back.push(token, topic, {topic})
      expect(back.story().at(-1)).toBe('push-dropped storage-limit')
      expect(back.connect(DEVICE).texts()).toEqual(['b', 'c', 'd', 'e'])
    })

    test('[PU9] [PU11] a device that is there has no such limit: what does not fit on the link waits', () => {
      const link = back.connect(DEVICE)
      const texts = Array.from({length: 250}, (_, index) => String(index))
      pushAll(...texts)
      expect(link.texts()).toEqual(texts.slice(0, 100))
      back.ackAll(DEVICE, link)
      expect(link.texts()).toEqual(texts.slice(0, 200))
      back.ackAll(DEVICE, link)
      expect(link.texts()).toEqual(texts)
      back.ackAll(DEVICE, link)
      expect(left()).toBe(0)
    })

    test('[PU4] links that ack within the call get everything once, in order', () => {
      const texts = Array.from({length: 250}, (_, index) => String(index))
      pushAll(...texts.slice(0, 90))
      const link = back.connect(DEVICE, [], ({deliveryId}) => back.core.acked(DEVICE, [deliveryId]))
      pushAll(...texts.slice(90))
      expect(link.texts()).toEqual(texts)
      expect(left()).toBe(0)
    })

    test('[PU2] what ended is gone, and its messages with it', () => {
      pushAll('a', 'b')
      back.core.unsubscribe(token)
      expect(back.push(token, 'c')).toEqual({ok: false, why: 'gone'})
      expect(back.story().slice(-2)).toEqual(['push-dropped unsubscribed', 'push-dropped unsubscribed'])
      expect([left(), back.core.subscription(token)]).toEqual([0, undefined])
      expect([back.store.wasGivenOut(token), back.store.wasGivenOut('never')]).toEqual([true, false])
      expect(back.connect(DEVICE).texts()).toEqual([])
    })

    test('[PU20] a body over the limit is refused and not stored', () => {
      expect(back.push(token, 'x'.repeat(4_097))).toEqual({ok: false, why: 'too-large'})
      expect(back.push(token, 'x'.repeat(4_096))).toMatchObject({ok: true})
      expect(left()).toBe(1)
    })

    test('a push without payload has none', () => {
      back.push(token, null)
      expect(back.connect(DEVICE).deliveries).toMatchObject([{body: null}])
    })

    test('a device is known while it has a subscription', () => {
      expect([back.core.knowsDevice(DEVICE), back.core.knowsDevice('9')]).toEqual([true, false])
      back.core.unsubscribe(token)
      expect(back.core.knowsDevice(DEVICE)).toBe(false)
    })

    test('[PU21] a cut ends the links that are there and keeps what they carried', () => {
      const link = back.connect(DEVICE)
      const other = testLink()
      back.core.connected('2', other, [])
      pushAll('a')
      back.core.cutLinks(DEVICE)
      expect([link.closed, other.closed]).toEqual([['cut'], []])
      pushAll('b')
      expect(back.connect(DEVICE).texts()).toEqual(['a', 'b'])
      back.core.cutLinks(null)
      expect(other.closed).toEqual(['cut'])
    })

    test('[PU15] a model holds for the messages of its origin from now on', () => {
      const link = back.connect(DEVICE)
      const elsewhere = back.subscribe(DEVICE, 'http://other.localhost', '2')
      back.core.setDelivery('http://localhost:8080', {...rawDelivery, name: 'late', delayMs: 500})
      pushAll('late')
      back.push(elsewhere, 'at once')
      expect(link.texts()).toEqual(['at once'])
      back.clock.turn(500)
      expect(link.texts()).toEqual(['at once', 'late'])
      back.core.setDelivery(null, {...rawDelivery, name: 'lost', dropRate: 1})
      back.push(elsewhere, 'lost')
      expect(back.story().slice(-2)).toEqual(['push-stored', 'push-dropped fault'])
      expect(left()).toBe(2)
    })

    test('[PU18] a doubled message is sent twice under one id, and acked once', () => {
      const link = back.connect(DEVICE)
      back.core.setDelivery(null, {...rawDelivery, name: 'doubled', duplicateRate: 1})
      pushAll('a')
      expect(link.texts()).toEqual(['a', 'a'])
      expect(new Set(link.deliveries.map(({deliveryId}) => deliveryId)).size).toBe(1)
      back.ackAll(DEVICE, link)
      expect(back.story().slice(1)).toEqual(['push-stored', 'push-sent 1', 'push-sent 2', 'push-acked'])
    })

    test('[PU19] a reordered message goes behind the next one, or when its time is over', () => {
      const link = back.connect(DEVICE)
      const model = {...rawDelivery, name: 'reordered', reorderRate: 1, reorderWithinMs: 1_000}
      back.core.setDelivery(null, model)
      pushAll('first')
      back.core.setDelivery(null, rawDelivery)
      pushAll('second')
      expect(link.texts()).toEqual(['second', 'first'])
      back.core.setDelivery(null, model)
      pushAll('alone')
      back.clock.turn(999)
      expect(link.texts()).toHaveLength(2)
      back.clock.turn(1)
      expect(link.texts()).toEqual(['second', 'first', 'alone'])
    })

    test('[PU4] [PU19] what was reordered once goes in the order of acceptance over the next link', () => {
      const link = back.connect(DEVICE)
      back.core.setDelivery(null, {...rawDelivery, name: 'x', reorderRate: 1, reorderWithinMs: 1_000})
      pushAll('first')
      back.core.setDelivery(null, rawDelivery)
      pushAll('second')
      expect(link.texts()).toEqual(['second', 'first'])
      expect(back.connect(DEVICE).texts()).toEqual(['first', 'second'])
    })

    test('[PU6] TTL 0 under a delay is tried when it is due', () => {
      back.core.setDelivery(null, {...rawDelivery, name: 'late', delayMs: 500})
      back.push(token, 'a', {ttlSeconds: 0})
      const link = back.connect(DEVICE)
      back.clock.turn(500)
      expect(link.texts()).toEqual(['a'])
      back.core.disconnected(DEVICE, link, 'gone')
      back.push(token, 'b', {ttlSeconds: 0})
      back.clock.turn(500)
      expect(left()).toBe(0)
    })

    test('when it is closed nothing waits any more, and links are told', () => {
      const link = back.connect('2')
      back.push(token, 'a')
      expect(back.clock.waiting()).toBe(1)
      back.core.close()
      expect([back.clock.waiting(), link.closed]).toEqual([0, ['shut-down']])
    })
  })
}
