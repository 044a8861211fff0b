/**
 * One HTTP/2 connection of a client whose headers nghttp2 would refuse: the Admin SDK says `:scheme: https:` (observed:
 * 13 and 14). Whole requests in, whole answers out, flow control both ways. Knows no socket. Rules FB70–FB72.
 */
import {createHeaderBlocks, type Headers} from './header-block.ts'
import {
  contentOf,
  createFrameReader,
  FLAG,
  FRAME,
  frame,
  Http2Error,
  HTTP2_ERROR,
  MAX_FRAME_BYTES,
  settingsFrame,
  settingsOf,
  words,
  type Frame,
} from './http2-frame.ts'

export type Http2Request = {readonly headers: Headers; readonly body: Buffer}
export type Http2Answer = {
  readonly status: number
  readonly headers: Iterable<readonly [string, string]>
  readonly body: Buffer
}

export type Http2Connection = {
  /** False once the connection is over; the farewell has been written. */
  receive(chunk: Uint8Array): boolean
}

export type Http2Surroundings = {
  readonly write: (bytes: Uint8Array) => void
  readonly answer: (request: Http2Request) => Promise<Http2Answer>
}

/** A request that comes in, or an answer that goes out as far as the client's windows let it. */
type Stream = {
  headers: Headers
  readonly body: Buffer[]
  bodyBytes: number
  window: number
  readonly unsent: Buffer[]
  /** Asked: the request is whole. Ending: the answer is. */
  state: 'open' | 'asked' | 'ending'
}

const SETTING = {MAX_CONCURRENT_STREAMS: 3, INITIAL_WINDOW_SIZE: 4}
const MAX_STREAMS = 100
const FIRST_WINDOW = 65_535
const LARGEST_WINDOW = 2 ** 31 - 1
const MAX_BODY_BYTES = 256 * 1024
const MAX_HEADER_BYTES = 32 * 1024

export function createHttp2Connection({write, answer}: Http2Surroundings): Http2Connection {
  const read = createFrameReader()
  const blocks = createHeaderBlocks()
  const streams = new Map<number, Stream>()
  let window = FIRST_WINDOW
  let firstWindow = FIRST_WINDOW
  let lastId = 0
  /** A header block that CONTINUATION goes on with. */
  let open: {readonly id: number; readonly parts: Buffer[]; readonly flags: number} | null = null

  write(settingsFrame([[SETTING.MAX_CONCURRENT_STREAMS, MAX_STREAMS]]))

  const reset = (id: number, code: keyof typeof HTTP2_ERROR) => {
    streams.delete(id)
    write(frame(FRAME.RST_STREAM, 0, id, words(HTTP2_ERROR[code])))
  }

  function endHeaders(id: number, parts: readonly Buffer[], flags: number): void {
    // Decoded whatever becomes of the stream: the table is the connection's.
    const headers = blocks.decode(Buffer.concat(parts))
    const known = streams.get(id)
    // Trailers say nothing that we need.
    if (known) return known.state === 'open' ? dispatch(id, known) : reset(id, 'STREAM_CLOSED')
    if (id % 2 === 0 || id <= lastId) throw new Http2Error('PROTOCOL_ERROR', 'a stream out of order')
    lastId = id
    if (streams.size >= MAX_STREAMS) return reset(id, 'REFUSED_STREAM')
    const stream: Stream = {headers, body: [], bodyBytes: 0, window: firstWindow, unsent: [], state: 'open'}
    streams.set(id, stream)
    if (flags & FLAG.END_STREAM) dispatch(id, stream)
  }

  function dispatch(id: number, stream: Stream): void {
    stream.state = 'asked'
    answer({headers: stream.headers, body: Buffer.concat(stream.body)}).then(
      ({status, headers, body}) => {
        if (streams.get(id) !== stream) return
        const block = blocks.encode([[':status', String(status)], ...headers])
        write(frame(FRAME.HEADERS, FLAG.END_HEADERS, id, block))
        for (let at = 0; at < body.length; at += MAX_FRAME_BYTES)
          stream.unsent.push(body.subarray(at, at + MAX_FRAME_BYTES))
        stream.state = 'ending'
        flush(id, stream)
      },
      () => streams.get(id) === stream && reset(id, 'INTERNAL_ERROR'),
    )
  }

  function flush(id: number, stream: Stream): void {
    if (stream.state !== 'ending') return
    for (let next = stream.unsent[0]; next; next = stream.unsent[0]) {
      const room = Math.min(window, stream.window, next.length)
      if (room <= 0) return
      stream.unsent.splice(0, 1, ...(room < next.length ? [next.subarray(room)] : []))
      window -= room
      stream.window -= room
      write(frame(FRAME.DATA, 0, id, next.subarray(0, room)))
    }
    write(frame(FRAME.DATA, FLAG.END_STREAM, id))
    streams.delete(id)
  }

  const flushAll = () => {
    for (const [id, stream] of streams) flush(id, stream)
  }

  function takeData(received: Frame): void {
    const {streamId: id, payload, flags} = received
    if (id === 0 || id > lastId) throw new Http2Error('PROTOCOL_ERROR', 'data of a stream that is not open')
    // The connection's window is given back even for a stream that is gone.
    if (payload.length > 0) write(frame(FRAME.WINDOW_UPDATE, 0, 0, words(payload.length)))
    const stream = streams.get(id)
    if (!stream) return
    if (stream.state !== 'open') return reset(id, 'STREAM_CLOSED')
    const content = contentOf(received)
    stream.bodyBytes += content.length
    if (stream.bodyBytes > MAX_BODY_BYTES) return reset(id, 'ENHANCE_YOUR_CALM')
    stream.body.push(Buffer.from(content))
    if (flags & FLAG.END_STREAM) return dispatch(id, stream)
    if (payload.length > 0) write(frame(FRAME.WINDOW_UPDATE, 0, id, words(payload.length)))
  }

  function takeHeaders(received: Frame): void {
    const {type, streamId: id, flags, payload} = received
    if (id === 0) throw new Http2Error('PROTOCOL_ERROR', 'headers of no stream')
    const isMore = type === FRAME.CONTINUATION
    if (isMore !== (open !== null) || (open !== null && open.id !== id))
      throw new Http2Error('PROTOCOL_ERROR', 'a header block was interrupted')
    const block = open ?? {id, parts: [], flags}
    block.parts.push(Buffer.from(isMore ? payload : contentOf(received)))
    if (block.parts.reduce((sum, {length}) => sum + length, 0) > MAX_HEADER_BYTES)
      throw new Http2Error('ENHANCE_YOUR_CALM', 'headers over the limit')
    open = flags & FLAG.END_HEADERS ? null : block
    if (open === null) endHeaders(id, block.parts, block.flags)
  }

  function takeSettings(received: Frame): void {
    if (received.flags & FLAG.ACK) return
    for (const [identifier, value] of settingsOf(received)) {
      if (identifier !== SETTING.INITIAL_WINDOW_SIZE) continue
      if (value > LARGEST_WINDOW) throw new Http2Error('FLOW_CONTROL_ERROR', 'a window over the limit')
      for (const stream of streams.values()) stream.window += value - firstWindow
      firstWindow = value
    }
    write(frame(FRAME.SETTINGS, FLAG.ACK, 0))
    flushAll()
  }

  function takeWindow({streamId: id, payload}: Frame): void {
    if (payload.length !== 4) throw new Http2Error('FRAME_SIZE_ERROR', 'a window update of a broken length')
    const more = payload.readUInt32BE() & 0x7fff_ffff
    const stream = streams.get(id)
    if (id === 0) window += more
    else if (stream) stream.window += more
    if (window > LARGEST_WINDOW) throw new Http2Error('FLOW_CONTROL_ERROR', 'a window over the limit')
    flushAll()
  }

  function take(received: Frame): void {
    const {type, streamId, flags, payload} = received
    if (open !== null && type !== FRAME.CONTINUATION)
      throw new Http2Error('PROTOCOL_ERROR', 'a header block was interrupted')
    switch (type) {
      case FRAME.DATA:
        return takeData(received)
      case FRAME.HEADERS:
      case FRAME.CONTINUATION:
        return takeHeaders(received)
      case FRAME.SETTINGS:
        return takeSettings(received)
      case FRAME.WINDOW_UPDATE:
        return takeWindow(received)
      case FRAME.RST_STREAM:
        return void streams.delete(streamId)
      case FRAME.PING:
        if (!(flags & FLAG.ACK)) write(frame(FRAME.PING, FLAG.ACK, 0, payload))
        return
      case FRAME.PUSH_PROMISE:
        throw new Http2Error('PROTOCOL_ERROR', 'clients promise nothing')
      // PRIORITY, GOAWAY and what is unknown need no answer.
    }
  }

  return {
    receive(chunk) {
      try {
        for (const received of read(chunk)) take(received)
        return true
      } catch (error) {
        if (!(error instanceof Http2Error)) throw error
        streams.clear()
        write(frame(FRAME.GOAWAY, 0, 0, words(lastId, error.code)))
        return false
      }
    },
  }
}
