/** The lenient front against Node's own HTTP/2 client, and against bytes that no client should send. */
import {once} from 'node:events'
import type {IncomingMessage, ServerResponse} from 'node:http'
import {connect as connectHttp2, constants, type ClientHttp2Session} from 'node:http2'
import {connect as connectTls} from 'node:tls'
import fc from 'fast-check'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {listenToApi, type ApiListener} from '../api/listener.ts'
import {createTrust, type Trust} from '../trust/trust.ts'
import {createFrameReader, FRAME, frame, PREFACE, words, type Frame} from './http2-frame.ts'

let trust: Trust
let listener: ApiListener
const sessions: ClientHttp2Session[] = []

/** Says back what it heard; `/large` says a megabyte, `/slow` waits for the body of another request. */
async function handler(req: IncomingMessage, res: ServerResponse): Promise<void> {
  const chunks: Buffer[] = []
  for await (const chunk of req) chunks.push(chunk as Buffer)
  if (req.url === '/large') return void res.end('x'.repeat(1_000_000))
  const {host, authorization} = req.headers
  res.writeHead(req.url === '/teapot' ? 418 : 200, {'content-type': 'application/json', 'retry-after': '7'})
  res.end(
    JSON.stringify({
      method: req.method,
      url: req.url,
      host,
      authorization,
      body: String(Buffer.concat(chunks)),
    }),
  )
}

beforeAll(async () => {
  trust = await createTrust()
  listener = await listenToApi({port: 0, trust, handler: (req, res) => void handler(req, res)})
})
afterAll(async () => {
  for (const opened of sessions) opened.destroy()
  await listener.close()
})

const TO = {host: '127.0.0.1', servername: 'fcm.googleapis.com'} as const

function session(): ClientHttp2Session {
  const opened = connectHttp2('https://fcm.googleapis.com', {
    peerMaxConcurrentStreams: 100,
    createConnection: () => connectTls({...TO, port: listener.port, ca: trust.caPem, ALPNProtocols: ['h2']}),
  })
  sessions.push(opened)
  return opened
}

async function ask(on: ClientHttp2Session, headers: Record<string, string>, body = '') {
  const stream = on.request({':method': 'POST', ...headers}, {endStream: false})
  stream.end(body)
  const answered = once(stream, 'response') as Promise<[Record<string, unknown>]>
  let text = ''
  stream.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await once(stream, 'end')
  const [head] = await answered
  return {head, text}
}

test('[FB70] a request with the scheme that the Admin SDK writes is answered', async () => {
  const {head, text} = await ask(
    session(),
    {':path': '/v1/x?y=1', ':scheme': 'https:', authorization: 'Bearer t'},
    'hello',
  )
  expect(head).toMatchObject({':status': 200, 'retry-after': '7'})
  expect(JSON.parse(text)).toEqual({
    method: 'POST',
    url: '/v1/x?y=1',
    host: 'fcm.googleapis.com:443',
    authorization: 'Bearer t',
    body: 'hello',
  })
})

test('[FB70] status codes and methods pass through', async () => {
  const {head, text} = await ask(session(), {':path': '/teapot', ':method': 'DELETE', ':scheme': 'https:'})
  expect(head).toMatchObject({':status': 418})
  expect(JSON.parse(text)).toMatchObject({method: 'DELETE'})
})

test('[FB71] bodies larger than every window arrive whole, in both directions', async () => {
  const on = session()
  const body = 'y'.repeat(200_000)
  const [there, back] = await Promise.all([
    ask(on, {':path': '/echo', ':scheme': 'https:'}, body),
    ask(on, {':path': '/large', ':scheme': 'https:'}),
  ])
  expect(JSON.parse(there.text)).toMatchObject({body})
  expect(back.text).toHaveLength(1_000_000)
})

test('[FB72] five hundred requests on one connection are all answered', async () => {
  const on = session()
  const answers = await Promise.all(
    Array.from({length: 500}, (_, index) =>
      ask(on, {':path': `/n/${index}`, ':scheme': 'https:'}, `b${index}`),
    ),
  )
  expect(answers.map(({text}) => (JSON.parse(text) as {body: string}).body)).toEqual(
    answers.map((_, index) => `b${index}`),
  )
})

test('[FB72] a body over the limit ends its stream and no other', async () => {
  const on = session()
  const tooLarge = on.request({':method': 'POST', ':path': '/echo', ':scheme': 'https:'})
  tooLarge.on('error', () => {})
  tooLarge.end('z'.repeat(300_000))
  await new Promise((resolve) => tooLarge.once('close', resolve))
  expect(tooLarge.rstCode).toBe(constants.NGHTTP2_ENHANCE_YOUR_CALM)
  expect((await ask(on, {':path': '/after', ':scheme': 'https:'})).head).toMatchObject({':status': 200})
})

test('[FB70] who offers HTTP/1.1 too is served that', async () => {
  const socket = connectTls({...TO, port: listener.port, ca: trust.caPem, ALPNProtocols: ['h2', 'http/1.1']})
  await once(socket, 'secureConnect')
  expect(socket.alpnProtocol).toBe('http/1.1')
  socket.write('GET /plain HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n')
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
  await once(socket, 'end')
  expect(text).toContain('"url":"/plain"')
})

/** What the front says to these bytes, until it ends the connection or has said `count` frames. */
async function saysTo(bytes: Uint8Array, count = Infinity): Promise<readonly Frame[]> {
  const socket = connectTls({...TO, port: listener.port, ca: trust.caPem, ALPNProtocols: ['h2']})
  socket.on('error', () => {})
  const said: Frame[] = []
  // A client's preface is what our reader wants to see first.
  const read = createFrameReader()
  read(PREFACE)
  const enough = Promise.withResolvers<void>()
  socket.on('data', (chunk: Buffer) => {
    said.push(...read(chunk))
    if (said.length >= count) enough.resolve()
  })
  socket.once('close', () => enough.resolve())
  socket.write(bytes)
  await enough.promise
  socket.destroy()
  return said
}

test.each([
  ['no preface', Buffer.from('GET / HTTP/1.1\r\nhost: a\r\n\r\n')],
  ['a frame over the limit', Buffer.concat([PREFACE, Buffer.from([0xff, 0xff, 0xff, 0, 0, 0, 0, 0, 1])])],
  ['headers of no stream', Buffer.concat([PREFACE, frame(FRAME.HEADERS, 4, 0)])],
  ['an even stream', Buffer.concat([PREFACE, frame(FRAME.HEADERS, 4, 2, Buffer.from([0x82]))])],
  [
    'a header block that cannot be read',
    Buffer.concat([PREFACE, frame(FRAME.HEADERS, 4, 1, Buffer.from([0xff, 0xff]))]),
  ],
  [
    'an interrupted header block',
    Buffer.concat([PREFACE, frame(FRAME.HEADERS, 0, 1), frame(FRAME.PING, 0, 0, words(1, 2))]),
  ],
  ['a promise', Buffer.concat([PREFACE, frame(FRAME.PUSH_PROMISE, 4, 1, words(2))])],
  [
    'more padding than payload',
    Buffer.concat([PREFACE, frame(FRAME.HEADERS, 12, 1, Buffer.from([9, 0x82]))]),
  ],
  ['data of a stream that was never open', Buffer.concat([PREFACE, frame(FRAME.DATA, 0, 7, words(1))])],
])('[FB71] %s ends the connection with a GOAWAY', async (_, bytes) => {
  const said = await saysTo(bytes)
  expect(said.at(-1)?.type).toBe(FRAME.GOAWAY)
})

test('[FB71] a ping is answered with its own bytes', async () => {
  const [, pong] = await saysTo(Buffer.concat([PREFACE, frame(FRAME.PING, 0, 0, words(12, 34))]), 2)
  expect(pong).toMatchObject({type: FRAME.PING, flags: 1, payload: words(12, 34)})
})

test('[FB71] whatever bytes come, other connections are served', async () => {
  const on = session()
  const anyFrame = fc
    .record({
      type: fc.integer({min: 0, max: 12}),
      flags: fc.integer({min: 0, max: 255}),
      streamId: fc.integer({min: 0, max: 9}),
      payload: fc.uint8Array({maxLength: 40}),
    })
    .map(({type, flags, streamId, payload}) => frame(type, flags, streamId, payload))
  const broken = frame(FRAME.SETTINGS, 0, 0, words(1))
  await fc.assert(
    fc.asyncProperty(fc.array(anyFrame, {maxLength: 8}), async (frames) => {
      // Ends by itself: with the answer to the ping, or because the connection is over.
      await saysTo(Buffer.concat([PREFACE, ...frames, broken]))
    }),
    {numRuns: 60},
  )
  expect((await ask(on, {':path': '/still', ':scheme': 'https:'})).head).toMatchObject({':status': 200})
})
