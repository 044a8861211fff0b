/** HTTP/2 frames (RFC 9113, section 4), in and out. Pure; knows nothing of what they mean. Rule FB71. */

export const FRAME = {
  DATA: 0,
  HEADERS: 1,
  PRIORITY: 2,
  RST_STREAM: 3,
  SETTINGS: 4,
  PUSH_PROMISE: 5,
  PING: 6,
  GOAWAY: 7,
  WINDOW_UPDATE: 8,
  CONTINUATION: 9,
} as const

export const FLAG = {END_STREAM: 0x1, ACK: 0x1, END_HEADERS: 0x4, PADDED: 0x8, PRIORITY: 0x20} as const

export const HTTP2_ERROR = {
  NO_ERROR: 0,
  PROTOCOL_ERROR: 1,
  INTERNAL_ERROR: 2,
  FLOW_CONTROL_ERROR: 3,
  STREAM_CLOSED: 5,
  FRAME_SIZE_ERROR: 6,
  REFUSED_STREAM: 7,
  COMPRESSION_ERROR: 9,
  ENHANCE_YOUR_CALM: 11,
} as const

export type Frame = {
  readonly type: number
  readonly flags: number
  readonly streamId: number
  readonly payload: Buffer
}

export class Http2Error extends Error {
  override readonly name = 'Http2Error'
  readonly code: number

  constructor(code: keyof typeof HTTP2_ERROR, message: string) {
    super(message)
    this.code = HTTP2_ERROR[code]
  }
}

export const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
/** What everybody must take, and all that we offer to take. */
export const MAX_FRAME_BYTES = 16_384
const HEAD_BYTES = 9

/** Throws an Http2Error for what is no frame; nothing can be read after it. */
export function createFrameReader(): (chunk: Uint8Array) => readonly Frame[] {
  let waiting: Buffer = Buffer.alloc(0)
  let hasPreface = false

  function* frames(): Generator<Frame> {
    if (!hasPreface) {
      const known = Math.min(waiting.length, PREFACE.length)
      if (!waiting.subarray(0, known).equals(PREFACE.subarray(0, known)))
        throw new Http2Error('PROTOCOL_ERROR', 'not the preface of HTTP/2')
      if (known < PREFACE.length) return
      waiting = waiting.subarray(PREFACE.length)
      hasPreface = true
    }
    while (waiting.length >= HEAD_BYTES) {
      const sizeBytes = waiting.readUIntBE(0, 3)
      if (sizeBytes > MAX_FRAME_BYTES) throw new Http2Error('FRAME_SIZE_ERROR', 'a frame over the limit')
      if (waiting.length < HEAD_BYTES + sizeBytes) return
      yield {
        type: waiting.readUInt8(3),
        flags: waiting.readUInt8(4),
        streamId: waiting.readUInt32BE(5) & 0x7fff_ffff,
        payload: waiting.subarray(HEAD_BYTES, HEAD_BYTES + sizeBytes),
      }
      waiting = waiting.subarray(HEAD_BYTES + sizeBytes)
    }
  }

  return (chunk) => {
    waiting = waiting.length === 0 ? Buffer.from(chunk) : Buffer.concat([waiting, chunk])
    return [...frames()]
  }
}

export function frame(
  type: number,
  flags: number,
  streamId: number,
  payload: Uint8Array = new Uint8Array(),
): Buffer {
  const head = Buffer.alloc(HEAD_BYTES)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(streamId, 5)
  return Buffer.concat([head, payload])
}

/** A payload of 32-bit numbers. */
export function words(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length)
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, 4 * index)
  return bytes
}

/** `[identifier, value]` pairs of a SETTINGS frame. */
export function settingsOf({payload}: Frame): readonly (readonly [number, number])[] {
  if (payload.length % 6 !== 0) throw new Http2Error('FRAME_SIZE_ERROR', 'settings of a broken length')
  return Array.from({length: payload.length / 6}, (_, index) => [
    payload.readUInt16BE(index * 6),
    payload.readUInt32BE(index * 6 + 2),
  ])
}

export function settingsFrame(pairs: readonly (readonly [number, number])[]): Buffer {
  const payload = Buffer.alloc(6 * pairs.length)
  for (const [index, [identifier, value]] of pairs.entries()) {
    payload.writeUInt16BE(identifier, 6 * index)
    payload.writeUInt32BE(value, 6 * index + 2)
  }
  return frame(FRAME.SETTINGS, 0, 0, payload)
}

/** The part of a DATA or HEADERS payload between padding, and behind a priority. */
export function contentOf({type, flags, payload}: Frame): Buffer {
  const padding = flags & FLAG.PADDED ? (payload[0] ?? 0) : 0
  const start = (flags & FLAG.PADDED ? 1 : 0) + (type === FRAME.HEADERS && flags & FLAG.PRIORITY ? 5 : 0)
  if (start + padding > payload.length) throw new Http2Error('PROTOCOL_ERROR', 'more padding than payload')
  return payload.subarray(start, payload.length - padding)
}
