import {fork} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import * as fc from 'fast-check'
import {afterAll, afterEach, beforeEach, describe, expect, test} from 'vitest'
import {foundingDelivery, rawDelivery} from '../delivery-model.ts'
import {pushCoreContract} from './push-core.contract.ts'
import {createTestClock} from './test-clock.ts'
import {testPushCore, type TestLink, type TestPushCore} from './test-push-core.ts'

const folder = mkdtempSync(join(tmpdir(), 'push-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))
let files = 0
const newFile = () => join(folder, `${files++}.sqlite`)

pushCoreContract('over memory', (options) => testPushCore(':memory:', options))
pushCoreContract('over a file', (options) => testPushCore(newFile(), options))

describe('a restart', () => {
  let file: string
  let back: TestPushCore
  const restart = (clock = back.clock) => {
    back.close()
    back = testPushCore(file, {clock})
  }
  beforeEach(() => {
    file = newFile()
    back = testPushCore(file)
  })
  afterEach(() => back.close())

  test('[PU1] keeps subscriptions and queues, in order, with what is known of every message', () => {
    const token = back.subscribe('1')
    const link = back.connect('1')
    back.push(token, 'sent', {topic: 't', urgency: 'low', ttlSeconds: 99})
    const {deliveryId} = link.deliveries[0]!
    back.core.cutLinks(null)
    back.push(token, 'waiting')
    const subscription = back.core.subscription(token)
    restart()
    expect(back.core.subscription(token)).toEqual(subscription)
    const after = back.connect('1')
    expect(after.texts()).toEqual(['sent', 'waiting'])
    expect(after.deliveries[0]).toMatchObject({deliveryId, topic: 't', urgency: 'low', ttlSeconds: 99})
    expect(back.story()).toEqual(['push-link-opened', 'push-sent 2', 'push-sent 1'])
  })

  test('[PU5] [PU6] what expired meanwhile is dropped at once, and so is what was now or never', () => {
    const token = back.subscribe('1')
    back.push(token, 'short', {ttlSeconds: 10})
    back.push(token, 'long', {ttlSeconds: 1_000})
    const link = back.connect('2')
    back.push(back.subscribe('2'), 'never again', {ttlSeconds: 0})
    expect(link.texts()).toEqual(['never again'])
    restart(createTestClock(back.clock.nowMs() + 10_000))
    expect(back.story()).toEqual(['push-dropped expired', 'push-dropped expired'])
    expect(back.connect('1').texts()).toEqual(['long'])
  })

  test('[PU17] a delayed message is still due when it was', () => {
    const token = back.subscribe('1')
    back.core.setDelivery(null, {...rawDelivery, name: 'late', delayMs: 500})
    back.push(token, 'late')
    restart()
    const link = back.connect('1')
    back.clock.turn(499)
    expect(link.texts()).toEqual([])
    back.clock.turn(1)
    expect(link.texts()).toEqual(['late'])
  })

  test('[PU7] ids are never given twice, however often the clock is where it was', () => {
    const ids = new Set<string>()
    for (let life = 0; life < 5; life++) {
      const token = back.subscribe('1')
      const link = back.connect('1')
      back.push(token, 'a')
      back.push(token, 'b')
      for (const {deliveryId} of link.deliveries) ids.add(deliveryId)
      back.ackAll('1', link)
      restart()
    }
    expect(ids.size).toBe(10)
  })

  test('[PU3] a store that was lost takes its own tokens in again, if it has the former secret', () => {
    const token = back.subscribe('1')
    const {secret} = back.store
    const lost = testPushCore(':memory:', {secret})
    expect(lost.core.subscription(token)).toEqual(back.core.subscription(token))
    const link = lost.connect('1')
    lost.push(token, 'again')
    expect(link.texts()).toEqual(['again'])
    lost.core.unsubscribe(token)
    expect(lost.push(token, 'ended')).toEqual({ok: false, why: 'gone'})
    lost.close()
    const stranger = testPushCore(':memory:')
    expect(stranger.push(token, 'x')).toEqual({ok: false, why: 'gone'})
    stranger.close()
  })
})

test('[PU1] [PU4] [PU7] whatever comes between, every message arrives, in order, and is acknowledged once', () => {
  const step = fc.oneof(
    {weight: 4, arbitrary: fc.constantFrom('push a', 'push b', 'ack')},
    fc.constantFrom('connect', 'disconnect', 'cut', 'restart', 'wait'),
  )
  const delay = fc.constantFrom(rawDelivery, foundingDelivery('x'), {...rawDelivery, duplicateRate: 0.5})
  fc.assert(
    fc.property(fc.array(step, {maxLength: 50}), delay, (steps, model) => {
      const file = newFile()
      let back = testPushCore(file)
      const tokens = {a: back.subscribe('1'), b: back.subscribe('1', 'http://b.localhost')}
      const pushed: Record<'a' | 'b', string[]> = {a: [], b: []}
      /** What the device has, in the order in which it came first; it remembers ids over its connections. */
      const arrived = new Map<string, string>()
      const acked: string[] = []
      let link: TestLink | null = null
      const connect = () => {
        link = back.connect('1', [], ({deliveryId, body}) =>
          arrived.set(deliveryId, Buffer.from(body ?? '').toString()),
        )
      }
      const book = () => {
        for (const event of back.recorded) if (event.kind === 'push-acked') acked.push(event.deliveryId)
      }
      back.core.setDelivery(null, model)

      const play = (one: (typeof steps)[number]) => {
        if (one === 'push a' || one === 'push b') {
          const [, which] = one.split(' ') as [string, 'a' | 'b']
          pushed[which].push(`${which}${pushed[which].length}`)
          back.push(tokens[which], pushed[which].at(-1)!)
        }
        if (one === 'connect') connect()
        if (one === 'disconnect' && link) back.core.disconnected('1', link, 'gone')
        if (one === 'cut') back.core.cutLinks(null)
        if (one === 'ack' && link) back.ackAll('1', link)
        if (one === 'wait') back.clock.turn(300)
        if (one !== 'restart') return
        book()
        back.close()
        back = testPushCore(file, {clock: back.clock})
        back.core.setDelivery(null, model)
        link = null
      }
      for (const one of steps) play(one)
      connect()
      back.clock.turn(60_000)
      back.ackAll('1', link!)
      book()
      expect(back.store.queued()).toEqual([])
      back.close()

      for (const which of ['a', 'b'] as const) {
        expect([...arrived.values()].filter((text) => text.startsWith(which))).toEqual(pushed[which])
      }
      expect(acked.toSorted()).toEqual([...arrived.keys()].toSorted())
    }),
    {numRuns: 60},
  )
})

test('[PU1] a killed process loses no push that it answered, and no subscription', async () => {
  const file = newFile()
  const child = fork(fileURLToPath(new URL('crashing-sender.ts', import.meta.url)), [file], {execArgv: []})
  const answered: string[] = []
  let token = ''
  child.on('message', (message: {token?: string; deliveryId?: string}) => {
    if (message.token !== undefined) token = message.token
    if (message.deliveryId !== undefined) answered.push(message.deliveryId)
    if (answered.length === 150) child.kill('SIGKILL')
  })
  const [, signal] = (await once(child, 'exit')) as [number | null, string]
  expect(signal).toBe('SIGKILL')

  const back = testPushCore(file, {clock: createTestClock(Date.now())})
  expect(back.core.subscription(token)).toMatchObject({deviceId: '1'})
  const queued = back.store.queued().map(({message}) => message.deliveryId)
  expect(queued.slice(0, answered.length)).toEqual(answered)
  const link = back.connect('1', answered.slice(0, 10))
  expect(link.deliveries.map(({deliveryId}) => deliveryId)).toEqual(queued.slice(10, 110))
  expect(back.recorded.filter(({kind}) => kind === 'push-dropped')).toEqual([])
  back.close()
})

test('[PU17] under the founding model messages keep their order and most take between 0.5 and 2 s', () => {
  const back = testPushCore(':memory:')
  const token = back.subscribe('1')
  back.core.setDelivery(null, foundingDelivery('seed'))
  const tookMs: number[] = []
  const link = back.connect('1', [], ({deliveryId, sentAtMs}) => {
    tookMs.push(back.clock.nowMs() - sentAtMs)
    back.core.acked('1', [deliveryId])
  })
  const texts = Array.from({length: 300}, (_, index) => String(index))
  for (const text of texts) {
    back.push(token, text)
    back.clock.turn(10_000)
  }
  expect(link.texts()).toEqual(texts)
  const share = tookMs.filter((ms) => ms >= 500 && ms <= 2_000).length / tookMs.length
  expect(share).toBeGreaterThan(0.85)
  expect(share).toBeLessThan(0.95)
  back.close()
})
