/**
 * Whose bytes are whose on one connection: follows requests and answers and says of every byte which exchange it is part
 * of. A request's bytes are kept back until its head is whole, because only then its tab is known. Rule FA1.
 */
import type {Direction} from '../history/fault.ts'
import {nobodys, type Exchange} from './exchange.ts'
import {isSend, ownerOf} from './exchange-owner.ts'
import {createMessageReader, methodOf, type Head} from './message-reader.ts'

export type Piece = {readonly bytes: Buffer; readonly exchange: Exchange}

export type ExchangeReader = {
  read(direction: Direction, chunk: Buffer): readonly Piece[]
  /** What was kept back of a head that will not become whole. */
  rest(): readonly Piece[]
  /** The exchange that the next byte of a direction, or its end, is part of. */
  current(direction: Direction): Exchange
}

/** For connections that are not read: everything is one socket of one owner. */
export function oneOwner(owner: string): ExchangeReader {
  const exchange: Exchange = {owner, part: 'socket'}
  return {read: (_, bytes) => [{bytes, exchange}], rest: () => [], current: () => exchange}
}

type Asked = {readonly exchange: Exchange; readonly method: string; readonly upgrade: boolean}

export function readExchanges(): ExchangeReader {
  const nobody = nobodys()
  /** Asked and not wholly answered, the oldest first. */
  const unanswered: Asked[] = []
  let asking: Asked | null = null
  let keptBack: Buffer[] = []
  /** Where set, the bytes of a direction are not read any more. */
  const tunnel: {[direction in Direction]: Exchange | null} = {'to-server': null, 'to-client': null}
  /** A 1xx answer is followed by another one to the same request. */
  let interim = false

  // Of the chunk that is being read.
  let chunk: Buffer = Buffer.alloc(0)
  let from = 0
  let pieces: Piece[] = []

  const readRequests = createMessageReader('REQUEST', {onHead: beginRequest, onEnd: endRequest})
  const readAnswers = createMessageReader('RESPONSE', {onHead: beginAnswer, onEnd: endAnswer})

  function hand(end: number, exchange: Exchange): void {
    const bytes = chunk.subarray(from, end)
    from = end
    if (bytes.length > 0) pieces.push({bytes, exchange})
  }

  function beginRequest(head: Head): boolean {
    const method = methodOf(head)
    const exchange: Exchange = {
      owner: ownerOf(head.headers, head.url),
      part: head.upgrade ? 'socket' : 'exchange',
      ...(isSend(method, head.url) && {isSend: true}),
    }
    asking = {exchange, method, upgrade: head.upgrade}
    unanswered.push(asking)
    for (const bytes of keptBack) pieces.push({bytes, exchange})
    keptBack = []
    return true
  }

  function endRequest(end: number): void {
    if (asking === null) return
    hand(end, asking.exchange)
    // Until the server has decided, what follows can only be the socket's.
    if (asking.upgrade) tunnel['to-server'] = asking.exchange
    asking = null
  }

  function beginAnswer({statusCode}: Head): boolean {
    const [asked] = unanswered
    interim = statusCode < 200 && statusCode !== 101
    if (asked?.upgrade && !interim) {
      const taken = statusCode === 101 || (asked.method === 'CONNECT' && statusCode < 300)
      tunnel['to-server'] = taken ? asked.exchange : null
      tunnel['to-client'] = taken ? asked.exchange : null
    }
    return asked?.method !== 'HEAD' || interim
  }

  function endAnswer(end: number): void {
    if (interim) return
    hand(end, current('to-client'))
    unanswered.shift()
  }

  function fromClient(): void {
    const sound = readRequests(chunk)
    if (!sound) tunnel['to-server'] = current('to-server')
    const exchange = tunnel['to-server'] ?? asking?.exchange
    if (exchange === undefined) {
      if (from < chunk.length) keptBack.push(chunk.subarray(from))
      return
    }
    for (const bytes of keptBack) pieces.push({bytes, exchange})
    keptBack = []
    hand(chunk.length, exchange)
  }

  function fromServer(): void {
    const sound = readAnswers(chunk)
    if (!sound) tunnel['to-client'] ??= current('to-client')
    hand(chunk.length, current('to-client'))
  }

  function current(direction: Direction): Exchange {
    const asked = direction === 'to-server' ? (asking ?? unanswered[0]) : unanswered[0]
    return tunnel[direction] ?? asked?.exchange ?? nobody
  }

  return {
    read(direction, bytes) {
      const tunnelled = tunnel[direction]
      if (tunnelled) return [{bytes, exchange: tunnelled}]
      chunk = bytes
      from = 0
      pieces = []
      if (direction === 'to-server') fromClient()
      else fromServer()
      return pieces
    },
    rest() {
      const exchange = current('to-server')
      const left = keptBack.map((bytes) => ({bytes, exchange}))
      keptBack = []
      return left
    },
    current,
  }
}
