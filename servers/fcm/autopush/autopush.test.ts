import {once} from 'node:events'
import {WebSocket} from 'ws'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {readBrowserMessage} from '#protocol/autopush.ts'
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import type {Subscription} from '../push-core.ts'
import {startTestAutopush} from './test-autopush.ts'

const CHANNEL = '7f2a8c1e-0000-4000-8000-000000000001'
const delivery = (deliveryId: string, subscription: Subscription) => ({
  deliveryId,
  subscription,
  body: Uint8Array.of(1, 2, 3),
  ttlSeconds: 60,
  sentAtMs: 0,
  topic: null,
  urgency: 'normal' as const,
})

test('[AP1] a browser asks for the subprotocol and gets it; a ping is answered', async () => {
  await using server = await startTestAutopush()
  const browser = await server.open()
  expect(browser.socket.protocol).toBe('push-notification')
  browser.send({})
  expect(await browser.take('ping')).toEqual({messageType: 'ping'})
})

test('[AP2] [AP3] [AP6] [AP7] a browser registers, gets a push and acks it', async () => {
  await using server = await startTestAutopush()
  const browser = await server.open()
  const {uaid} = await browser.hello()
  expect(uaid).toMatch(/^[0-9a-f]{32}$/)
  const {pushEndpoint} = await browser.register(CHANNEL)
  const subscription = server.core.subscription(pushEndpoint!.split('/').at(-1)!)!
  expect(subscription).toMatchObject({deviceId: uaid, subtype: CHANNEL, transport: 'autopush'})

  server.links.get(uaid)!.deliver(delivery('d1', subscription))
  expect(await browser.take('notification')).toEqual({
    messageType: 'notification',
    channelID: CHANNEL,
    version: 'd1',
    data: 'AQID',
    headers: {encoding: 'aes128gcm'},
  })
  browser.send({messageType: 'ack', updates: [{channelID: CHANNEL, version: 'd1', code: 100}]})
  await server.called(`acked ${uaid} d1`)
})

test('[AP2] a browser that comes back keeps its name while it has a subscription', async () => {
  await using server = await startTestAutopush()
  const first = await server.open()
  const {uaid} = await first.hello()
  await first.register(CHANNEL)
  first.socket.terminate()
  await server.called(`disconnected ${uaid}`)
  expect((await (await server.open()).hello(uaid)).uaid).toBe(uaid)

  const again = await server.open()
  await again.hello(uaid)
  again.send({messageType: 'unregister', channelID: CHANNEL, code: 200})
  await again.take('unregister')
  expect((await (await server.open()).hello(uaid)).uaid).not.toBe(uaid)
})

test('[AP8] a link that the core closes is cut', async () => {
  await using server = await startTestAutopush()
  const browser = await server.open()
  const {uaid} = await browser.hello()
  server.links.get(uaid)!.close('a newer one')
  expect([CLOSE_CODES.disconnected, 1006]).toContain(await browser.closed)
})

describe('bad input', () => {
  test.each([
    ['what is not JSON', '{"messageType"', CLOSE_CODES.badFrame, 'not-json'],
    ['an array', '[]', CLOSE_CODES.badFrame, 'bad-shape'],
    ['null', 'null', CLOSE_CODES.badFrame, 'bad-shape'],
    ['an unknown type', '{"messageType":"steal"}', CLOSE_CODES.badFrame, 'bad-shape'],
    ['a hello of the old protocol', '{"messageType":"hello"}', CLOSE_CODES.badFrame, 'bad-shape'],
    [
      'a channel that is no UUID',
      '{"messageType":"register","channelID":"1"}',
      CLOSE_CODES.badFrame,
      'bad-shape',
    ],
    ['an ack before hello', '{"messageType":"ack","updates":[]}', CLOSE_CODES.badFrame, 'not-connected'],
    ['binary data', Buffer.from('{}'), CLOSE_CODES.unsupportedData, 'binary'],
    ['too much at once', ' '.repeat(64 * 1024 + 1), CLOSE_CODES.tooLarge, 'too-large'],
    ['text that is not UTF-8', null, CLOSE_CODES.invalidText, 'not-utf8'],
  ])(
    '[AP10] %s closes its own connection, with a code and no contents in the ledger',
    async (_name, text, code, word) => {
      await using server = await startTestAutopush()
      const good = await server.open()
      await good.hello()
      const bad = await server.open()
      if (text === null) bad.socket.send(Buffer.from([0xff]), {binary: false})
      else bad.socket.send(text)
      expect(await bad.closed).toBe(code)
      expect(server.ledger).toEqual([
        {kind: 'push-refused', at: expect.any(Number), where: 'autopush', code: word},
      ])
      expect((await good.register(CHANNEL)).status).toBe(200)
    },
  )

  test('[AP10] reading never fails but in words of the protocol', () => {
    const json = fc.json()
    const nearly = fc
      .record(
        {
          messageType: fc.constantFrom('hello', 'register', 'unregister', 'ack', 'nack', 'notification'),
          use_webpush: fc.constantFrom(true, false, 1),
          uaid: fc.oneof(fc.string(), fc.constant(null)),
          channelID: fc.oneof(fc.uuid(), fc.string()),
          updates: fc.anything(),
        },
        {requiredKeys: []},
      )
      .map((message) => JSON.stringify(message))
    fc.assert(
      fc.property(fc.oneof(fc.string(), json, nearly), (text) => {
        try {
          expect(readBrowserMessage(text)).toHaveProperty('messageType')
        } catch (error) {
          expect(error).toBeInstanceOf(ProtocolError)
        }
      }),
    )
  })

  test('[AP10] a browser that does not read is cut off, and the others read on', async () => {
    await using server = await startTestAutopush({maxQueuedBytes: 100_000})
    const sleeper = await server.open()
    const {uaid} = await sleeper.hello()
    const {pushEndpoint} = await sleeper.register(CHANNEL)
    const subscription = server.core.subscription(pushEndpoint!.split('/').at(-1)!)!
    sleeper.socket.pause()
    const body = new Uint8Array(4_000)
    for (let sent = 0; sent < 100_000 && !server.calls.includes(`disconnected ${uaid} closed`); sent++) {
      server.links.get(uaid)!.deliver({...delivery(`d${sent}`, subscription), body})
      if (sent % 100 === 0) await new Promise(setImmediate)
    }
    await server.called(`disconnected ${uaid}`)
    expect((await (await server.open()).hello()).status).toBe(200)
  })
})

test('[AP12] a socket that says nothing is closed', async () => {
  await using server = await startTestAutopush({helloWithinMs: 5})
  const silent = await server.open()
  expect(await silent.closed).toBe(CLOSE_CODES.badFrame)
})

test.each(['http://example.com', 'https://127.0.0.1:4000', 'null'])(
  '[AP13] a page at %s is not let in',
  async (origin) => {
    await using server = await startTestAutopush()
    const socket = new WebSocket(server.autopush.url, {origin})
    const [error] = await once(socket, 'error')
    expect((error as Error).message).toContain('403')
    expect(server.ledger).toMatchObject([{kind: 'push-refused', code: 'origin'}])
  },
)

test('[AP13] nothing but loopback is listened on', async () => {
  await using server = await startTestAutopush()
  expect(new URL(server.autopush.url).hostname).toBe('127.0.0.1')
})

test('[AP8] closing the server disconnects everybody', async () => {
  await using server = await startTestAutopush()
  const browser = await server.open()
  const {uaid} = await browser.hello()
  await server.autopush.close()
  await browser.closed
  expect(server.calls).toContain(`disconnected ${uaid} goingAway`)
})
