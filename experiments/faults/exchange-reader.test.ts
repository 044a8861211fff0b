import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Direction} from '../history/fault.ts'
import {oneOwner, readExchanges, type ExchangeReader, type Piece} from './exchange-reader.ts'

const crlf = (...lines: string[]) => lines.map((line) => `${line}\r\n`).join('')
const get = (owner: string, path = '/') =>
  crlf(`GET ${path} HTTP/1.1`, 'host: x', `x-tabwitness-tab: ${owner}`, '')
const ok = (body = 'hello') => `${crlf('HTTP/1.1 200 OK', `content-length: ${body.length}`, '')}${body}`
const upgrade = (query: string) =>
  crlf(`GET /ws?${query} HTTP/1.1`, 'host: x', 'connection: Upgrade', 'upgrade: websocket', '')
const switching = crlf('HTTP/1.1 101 Switching Protocols', 'connection: upgrade', 'upgrade: websocket', '')

const inWords = (pieces: readonly Piece[]) =>
  pieces.map(({bytes, exchange}) => `${exchange.owner} ${exchange.part}: ${bytes.toString('latin1')}`)
const read = (reader: ExchangeReader, direction: Direction, text: string) =>
  inWords(reader.read(direction, Buffer.from(text, 'latin1')))

test('[FA1] a connection belongs to the tab of its present exchange, and to nobody in between', () => {
  const reader = readExchanges()
  const owner = () => reader.current('to-client').owner
  read(reader, 'to-server', get('A'))
  expect(owner()).toBe('A')
  read(reader, 'to-client', ok())
  expect(owner()).toBe(null)
  read(reader, 'to-server', get('B'))
  expect(owner()).toBe('B')
})

test('[FA1] a request is kept back until its head is whole', () => {
  const reader = readExchanges()
  const [head, rest] = [get('A').slice(0, 30), get('A').slice(30)]
  expect(read(reader, 'to-server', head)).toEqual([])
  expect(read(reader, 'to-server', rest)).toEqual([`A exchange: ${head}`, `A exchange: ${rest}`])
})

test('[FA1] half of a head is handed over when no more of it comes', () => {
  const reader = readExchanges()
  read(reader, 'to-server', 'GET / HT')
  expect(inWords(reader.rest())).toEqual(['null exchange: GET / HT'])
  expect(reader.rest()).toEqual([])
})

test.each([
  ['tab=A', 'A'],
  ['verify=1-2&tab=tab.7', 'tab.7'],
  ['tab=no%20name', null],
  ['other=A', null],
])('[FA1] a socket is its tab’s by the query %s', (query, owner) => {
  const reader = readExchanges()
  read(reader, 'to-server', upgrade(query))
  expect(reader.current('to-server')).toEqual({owner, part: 'socket'})
})

test.each([
  ['POST', '/backend-api/f/conversation', true],
  ['POST', '/api/organizations/o/chat_conversations/c/completion?x=1', true],
  ['POST', '/api/organizations/o/chat_conversations/c/retry_completion', true],
  ['POST', '/backend-api/f/conversation/prepare', undefined],
  ['GET', '/backend-api/f/conversation', undefined],
])('[FA1] whether a message is sent: %s %s', (method, path, isSend) => {
  const reader = readExchanges()
  read(reader, 'to-server', crlf(`${method} ${path} HTTP/1.1`, 'host: x', 'content-length: 0', ''))
  expect(reader.current('to-client').isSend).toBe(isSend)
})

test('[FA1] the header goes before the query', () => {
  const reader = readExchanges()
  read(reader, 'to-server', get('A', '/?tab=B'))
  expect(reader.current('to-client').owner).toBe('A')
})

test('[FA1] an upgraded socket stays its tab’s, whatever passes', () => {
  const reader = readExchanges()
  read(reader, 'to-server', upgrade('tab=A'))
  expect(read(reader, 'to-client', `${switching}frame`)).toEqual([
    `A socket: ${switching}`,
    'A socket: frame',
  ])
  expect(read(reader, 'to-server', get('B'))).toEqual([`A socket: ${get('B')}`])
  expect(read(reader, 'to-client', ok())).toEqual([`A socket: ${ok()}`])
})

test('[FA1] after a refused upgrade the connection serves exchanges again', () => {
  const reader = readExchanges()
  read(reader, 'to-server', upgrade('tab=A'))
  read(reader, 'to-client', crlf('HTTP/1.1 401 Unauthorized', 'content-length: 0', ''))
  expect(read(reader, 'to-server', get('B'))).toEqual([`B exchange: ${get('B')}`])
})

test('[FA1] a CONNECT that is granted is a socket', () => {
  const reader = readExchanges()
  read(
    reader,
    'to-server',
    crlf('CONNECT a.example:443 HTTP/1.1', 'host: a.example', 'x-tabwitness-tab: A', ''),
  )
  read(reader, 'to-client', crlf('HTTP/1.1 200 Connection established', ''))
  expect(read(reader, 'to-server', '\x16\x03\x01')).toEqual(['A socket: \x16\x03\x01'])
})

test('[FA15] what is no HTTP passes as nobody’s', () => {
  const reader = readExchanges()
  expect(read(reader, 'to-server', '\x16\x03\x01\x00\n')).toEqual(['null exchange: \x16\x03\x01\x00\n'])
  expect(read(reader, 'to-server', get('A'))).toEqual([`null exchange: ${get('A')}`])
})

test('[FA15] a listener with one owner reads nothing', () => {
  expect(read(oneOwner('device-1'), 'to-server', get('A'))).toEqual([`device-1 socket: ${get('A')}`])
})

type Told = {readonly owner: string; readonly asks: string; readonly answers: string}

const body = fc.string({unit: fc.constantFrom('a', '\r', '\n', '0', ':'), maxLength: 40})
const chunked = (text: string) =>
  [
    ...(text.match(/[^]{1,9}/g) ?? []).map((part) => `${part.length.toString(16)}\r\n${part}\r\n`),
    '0\r\n\r\n',
  ].join('')
const framed = (first: string, text: string, isChunked: boolean) =>
  isChunked
    ? `${crlf(first, 'transfer-encoding: chunked', '')}${chunked(text)}`
    : `${crlf(first, `content-length: ${text.length}`, '')}${text}`

const exchange: fc.Arbitrary<Told> = fc
  .record({
    owner: fc.constantFrom('A', 'B', 'C'),
    method: fc.constantFrom('GET', 'POST', 'HEAD'),
    sent: body,
    got: body,
    sentChunked: fc.boolean(),
    gotChunked: fc.boolean(),
    status: fc.constantFrom(200, 204, 304, 404),
    interim: fc.boolean(),
  })
  .map(({owner, method, sent, got, sentChunked, gotChunked, status, interim}) => {
    const line = `${method} / HTTP/1.1\r\nx-tabwitness-tab: ${owner}`
    const answer = framed(`HTTP/1.1 ${status} Said`, got, gotChunked)
    const isBare = method === 'HEAD' || status === 204 || status === 304
    const bare =
      status === 200 || status === 404 ? crlf(`HTTP/1.1 ${status} Said`, 'content-length: 7', '') : null
    return {
      owner,
      asks: method === 'POST' ? framed(line, sent, sentChunked) : crlf(line, ''),
      answers: `${interim ? crlf('HTTP/1.1 103 Early', '') : ''}${isBare ? (bare ?? crlf(`HTTP/1.1 ${status} Said`, '')) : answer}`,
    }
  })

/** Whose every byte is, as one letter a byte. */
const ownersOf = (pieces: readonly Piece[]) =>
  pieces.map(({bytes, exchange: {owner}}) => (owner ?? '-').repeat(bytes.length)).join('')
const bytesOf = (pieces: readonly Piece[]) => Buffer.concat(pieces.map(({bytes}) => bytes)).toString('latin1')

test('[FA1][FA2] however exchanges follow each other and are cut into chunks: every byte passes and is its tab’s', () => {
  fc.assert(
    fc.property(
      fc.array(exchange, {maxLength: 6}),
      fc.boolean(),
      fc.array(fc.integer({min: 1, max: 60}), {minLength: 1, maxLength: 20}),
      (exchanges, pipelined, sizes) => {
        const reader = readExchanges()
        const passed: Record<Direction, Piece[]> = {'to-server': [], 'to-client': []}
        let turn = 0
        const feed = (direction: Direction, text: string) => {
          const bytes = Buffer.from(text, 'latin1')
          for (let from = 0; from < bytes.length;) {
            const size = sizes[turn++ % sizes.length] ?? 1
            passed[direction].push(...reader.read(direction, bytes.subarray(from, from + size)))
            from += size
          }
        }
        const all = (side: 'asks' | 'answers') => exchanges.map((each) => each[side]).join('')
        if (pipelined) {
          feed('to-server', all('asks'))
          feed('to-client', all('answers'))
        } else
          for (const {asks, answers} of exchanges) {
            feed('to-server', asks)
            feed('to-client', answers)
          }
        for (const [direction, side] of [
          ['to-server', 'asks'],
          ['to-client', 'answers'],
        ] as const) {
          expect(bytesOf(passed[direction])).toBe(all(side))
          expect(ownersOf(passed[direction])).toBe(
            exchanges.map((each) => each.owner.repeat(each[side].length)).join(''),
          )
        }
        expect(reader.current('to-client').owner).toBe(null)
      },
    ),
  )
})
