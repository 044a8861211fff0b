import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, describe, expect, test, vi} from 'vitest'
import {rawDelivery} from '../delivery-model.ts'
import {newVapidKey, startTestBackEnd} from './test-back-end.ts'
import {VirtualDevice} from './virtual-device.ts'

const folder = mkdtempSync(join(tmpdir(), 'mcs-'))
afterAll(() => rmSync(folder, {recursive: true, force: true}))

describe('stanzas', () => {
  test('[MC9] a device that logged in gets what is pushed, in order, and acknowledges it', async () => {
    await using backEnd = await startTestBackEnd()
    const {endpointToken, texts, messages} = await backEnd.device()
    for (const text of ['a', 'b', 'c']) backEnd.push(endpointToken, text)
    await vi.waitFor(() => expect(backEnd.kinds('push-acked')).toHaveLength(3))
    expect(texts()).toEqual(['a', 'b', 'c'])
    expect(messages[0]?.subtype).toBe('wp:http://localhost:8080/#0-V2')
    expect(backEnd.store.queued()).toEqual([])
  })

  test('[MC9] the largest body and none at all get through whole', async () => {
    await using backEnd = await startTestBackEnd()
    const {endpointToken, messages} = await backEnd.device()
    const largest = Buffer.alloc(4_096, 7)
    backEnd.push(endpointToken, '', {body: largest})
    backEnd.push(endpointToken, '', {body: null})
    await vi.waitFor(() => expect(messages).toHaveLength(2))
    expect(messages.map(({body}) => body)).toEqual([largest, null])
  })

  test('[PU11] hundreds at once arrive once each, in order', async () => {
    await using backEnd = await startTestBackEnd()
    const {endpointToken, texts} = await backEnd.device()
    const sent = Array.from({length: 500}, (_, index) => String(index))
    for (const text of sent) backEnd.push(endpointToken, text)
    await vi.waitFor(() => expect(backEnd.store.queued()).toEqual([]))
    expect(texts()).toEqual(sent)
  })

  test('[PU18] a doubled stanza comes twice under one id', async () => {
    await using backEnd = await startTestBackEnd()
    const {endpointToken, messages} = await backEnd.device()
    backEnd.core.setDelivery(null, {...rawDelivery, name: 'doubled', duplicateRate: 1})
    backEnd.push(endpointToken, 'a')
    await vi.waitFor(() => expect(backEnd.store.queued()).toEqual([]))
    await vi.waitFor(() => expect(messages).toHaveLength(2))
    expect(messages[0]).toEqual(messages[1])
    expect(backEnd.kinds('push-acked')).toHaveLength(1)
  })
})

describe('links', () => {
  test('[PU7] what was received and not acknowledged is named at the next login, and not sent again', async () => {
    await using backEnd = await startTestBackEnd()
    const {device, endpointToken, texts} = await backEnd.device()
    device.link?.setAcknowledging(false)
    backEnd.push(endpointToken, 'seen')
    await vi.waitFor(() => expect(texts()).toEqual(['seen']))
    await device.disconnect()
    await vi.waitFor(() => expect(backEnd.kinds('push-link-closed')).toHaveLength(1))
    backEnd.push(endpointToken, 'missed')
    await device.connect()
    await vi.waitFor(() => expect(backEnd.store.queued()).toEqual([]))
    expect(texts()).toEqual(['seen', 'missed'])
    expect(backEnd.kinds('push-acked')).toHaveLength(2)
  })

  test('[PU12] [MC12] a second login of a device ends the first connection', async () => {
    await using backEnd = await startTestBackEnd()
    const {device, endpointToken, texts} = await backEnd.device()
    const first = device.link
    await device.connect()
    await first?.closed
    backEnd.push(endpointToken, 'a')
    await vi.waitFor(() => expect(texts()).toEqual(['a']))
    expect(backEnd.kinds('push-link-closed')).toMatchObject([{why: 'newer-link'}])
  })

  test('[PU21] a cut ends the connection; what is pushed meanwhile waits for the next', async () => {
    await using backEnd = await startTestBackEnd()
    const {device, endpointToken, texts} = await backEnd.device()
    const other = await backEnd.device('http://other.localhost')
    backEnd.core.cutLinks(device.identity.deviceId)
    await device.link?.closed
    backEnd.push(endpointToken, 'a')
    backEnd.push(other.endpointToken, 'b')
    await device.connect()
    await vi.waitFor(() => expect([texts(), other.texts()]).toEqual([['a'], ['b']]))
  })

  test('[MC11] heartbeats are answered; a device that misses them is taken for gone', async () => {
    await using backEnd = await startTestBackEnd({settings: {heartbeatMs: 40, missedHeartbeats: 2}})
    const {device} = await backEnd.device()
    const pings = setInterval(() => device.link?.ping(), 20)
    const answers = vi.fn<() => void>()
    device.link?.socket.on('data', answers)
    await vi.waitFor(() => expect(answers.mock.calls.length).toBeGreaterThan(8))
    expect(backEnd.kinds('push-link-closed')).toEqual([])
    clearInterval(pings)
    await device.link?.closed
    expect(backEnd.kinds('push-link-closed')).toMatchObject([{why: 'silent'}])
  })

  test('[MC8] a wrong security token is refused, and the device it is of keeps its link', async () => {
    await using backEnd = await startTestBackEnd()
    const {device, endpointToken, texts} = await backEnd.device()
    const thief = new VirtualDevice({...device.identity, securityToken: '1'}, backEnd.backEnd, () => {})
    await expect(thief.connect()).rejects.toThrow('refused')
    expect(backEnd.kinds('push-refused')).toMatchObject([{where: 'mcs', code: 'wrong-token'}])
    backEnd.push(endpointToken, 'a')
    await vi.waitFor(() => expect(texts()).toEqual(['a']))
  })

  test('[MC8] a device that nobody knows is taken in, with its own token from then on', async () => {
    await using backEnd = await startTestBackEnd()
    const identity = {deviceId: '18446744073709551615', securityToken: '77'}
    const stranger = new VirtualDevice(identity, backEnd.backEnd, () => {})
    await stranger.connect()
    expect(backEnd.kinds('push-link-opened')).toMatchObject([{deviceId: identity.deviceId, transport: 'mcs'}])
    const thief = new VirtualDevice({...identity, securityToken: '78'}, backEnd.backEnd, () => {})
    await expect(thief.connect()).rejects.toThrow('refused')
  })
})

test('[PU1] a back end that starts again over its file delivers what the former one accepted', async () => {
  const file = join(folder, 'push.sqlite')
  const before = await startTestBackEnd({file})
  const {device, endpointToken} = await before.device()
  before.push(endpointToken, 'over the link')
  await vi.waitFor(() => expect(before.kinds('push-acked')).toHaveLength(1))
  before.core.cutLinks(null)
  for (const text of ['a', 'b', 'c']) before.push(endpointToken, text)
  await before[Symbol.asyncDispose]()

  await using after = await startTestBackEnd({file})
  const texts: string[] = []
  const again = new VirtualDevice(device.identity, after.backEnd, ({body}) => texts.push(String(body)))
  await again.connect()
  await vi.waitFor(() => expect(texts).toEqual(['a', 'b', 'c']))
  // The very same token still works, and registering again gives it.
  after.push(endpointToken, 'd')
  await vi.waitFor(() => expect(texts).toEqual(['a', 'b', 'c', 'd']))
  await expect(again.register({origin: 'http://localhost:8080', vapidKey: newVapidKey()})).resolves.not.toBe(
    endpointToken,
  )
})
