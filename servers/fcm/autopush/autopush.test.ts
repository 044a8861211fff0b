import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {WebSocket} from 'ws'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {readBrowserMessage} from '#protocol/autopush.ts'
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import {ProtocolError} from '#protocol/protocol-error.ts'
import {startTestAutopush} from './test-autopush.ts'

const CHANNEL = '7f2a8c1e-0000-4000-8000-000000000001'

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
  expect(server.core.subscription(pushEndpoint!.split('/').at(-1)!)).toMatchObject({
    deviceId: uaid,
    subtype: CHANNEL,
    transport: 'autopush',
  })

  const outcome = server.push(pushEndpoint)
  const pushed = await browser.take('notification')
  expect(pushed).toEqual({
    messageType: 'notification',
    channelID: CHANNEL,
    version: outcome.ok && outcome.deliveryId,
    data: 'AQID',
    headers: {encoding: 'aes128gcm'},
  })
  browser.send({messageType: 'ack', updates: [{channelID: CHANNEL, version: pushed.version, code: 100}]})
  expect(await server.recorded('push-acked')).toMatchObject([{deliveryId: pushed.version}])
})

test('[AP2] a browser that comes back keeps its name while it has a subscription', async () => {
  await using server = await startTestAutopush()
  const first = await server.open()
  const {uaid} = await first.hello()
  await first.register(CHANNEL)
  first.socket.terminate()
  await server.recorded('push-link-closed')
  expect((await (await server.open()).hello(uaid)).uaid).toBe(uaid)

  const again = await server.open()
  await again.hello(uaid)
  again.send({messageType: 'unregister', channelID: CHANNEL, code: 200})
  await again.take('unregister')
  expect((await (await server.open()).hello(uaid)).uaid).not.toBe(uaid)
})

test('[AP5] what is sent to a channel that was unregistered is gone', async () => {
  await using server = await startTestAutopush()
  const browser = await server.open()
  await browser.hello()
  const {pushEndpoint} = await browser.register(CHANNEL)
  browser.send({messageType: 'unregister', channelID: CHANNEL})
  expect(await browser.take('unregister')).toMatchObject({channelID: CHANNEL, status: 200})
  expect(server.push(pushEndpoint)).toEqual({ok: false, why: 'gone'})
})

describe('[AP8] queues', () => {
  test('what was pushed meanwhile comes after the next hello, in order and once', async () => {
    await using server = await startTestAutopush()
    const first = await server.open()
    const {uaid} = await first.hello()
    const {pushEndpoint} = await first.register(CHANNEL)
    first.socket.terminate()
    await server.recorded('push-link-closed')
    const wanted = [1, 2, 3].map(() => server.push(pushEndpoint)).map((sent) => sent.ok && sent.deliveryId)

    const second = await server.open()
    await second.hello(uaid)
    const got = [await second.take('notification'), await second.take('notification')]
    got.push(await second.take('notification'))
    expect(got.map(({version}) => version)).toEqual(wanted)
    second.send({
      messageType: 'ack',
      updates: got.map(({version}) => ({channelID: CHANNEL, version, code: 100})),
    })
    await server.recorded('push-acked', 3)
    second.socket.terminate()
    await server.recorded('push-link-closed', 2)

    const third = await server.open()
    await third.hello(uaid)
    const last = server.push(pushEndpoint)
    expect((await third.take('notification')).version).toBe(last.ok && last.deliveryId)
  })

  test('what was sent and not acked comes again', async () => {
    await using server = await startTestAutopush()
    const first = await server.open()
    const {uaid} = await first.hello()
    const {pushEndpoint} = await first.register(CHANNEL)
    server.push(pushEndpoint)
    const {version} = await first.take('notification')
    const second = await server.open()
    await second.hello(uaid)
    expect((await second.take('notification')).version).toBe(version)
  })

  test('names, endpoints and queues outlive the server', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tabwitness-autopush-'))
    try {
      const store = join(folder, 'push.sqlite')
      let uaid = ''
      let endpoint: string | undefined
      {
        await using server = await startTestAutopush({}, store)
        const browser = await server.open()
        uaid = (await browser.hello()).uaid
        endpoint = (await browser.register(CHANNEL)).pushEndpoint
        browser.socket.terminate()
        await server.recorded('push-link-closed')
        server.push(endpoint)
      }
      await using server = await startTestAutopush({}, store)
      const browser = await server.open()
      expect((await browser.hello(uaid)).uaid).toBe(uaid)
      await browser.take('notification')
      expect((await browser.register(CHANNEL)).pushEndpoint).toBe(endpoint)
    } finally {
      rmSync(folder, {recursive: true})
    }
  })

  test('of two connections of one browser the newer wins', async () => {
    await using server = await startTestAutopush()
    const first = await server.open()
    const {uaid} = await first.hello()
    const {pushEndpoint} = await first.register(CHANNEL)
    const second = await server.open()
    await second.hello(uaid)
    expect([CLOSE_CODES.disconnected, 1006]).toContain(await first.closed)
    server.push(pushEndpoint)
    await second.take('notification')
  })
})

test('[AP8] a link that is cut is cut', async () => {
  await using server = await startTestAutopush()
  const browser = await server.open()
  await browser.hello()
  server.core.cutLinks(null)
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
      expect(await server.recorded('push-refused')).toEqual([
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
  expect(await server.recorded('push-link-closed')).toMatchObject([{deviceId: uaid, why: 'goingAway'}])
})
