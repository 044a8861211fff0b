/** One HTTP response that follows a turn's events as SSE. The reader may leave; the turn goes on. Rules TU4, TU13–TU14, RS1, CL15, CL18. */
import {constants, createBrotliCompress} from 'node:zlib'
import type {Response} from 'express'
import type {TurnBuffer, TurnEnd} from '../stream/turn-buffer.ts'

/** A reader that lets this much wait is cut off; it can come back. Invented. */
const MAX_WAITING_BYTES = 1024 * 1024
/** Fast enough that an event is out in the tick after its writing. */
const BROTLI_QUALITY = 4

/** Where the text of events goes: to the response, or through a compressor to it. */
export type EventSink = {
  readonly write: (text: string) => void
  readonly end: (text?: string) => void
  readonly waitingBytes: () => number
}

export function openStream(res: Response, headers: Readonly<Record<string, string>>): EventSink {
  res.status(200).set({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    ...headers,
  })
  res.flushHeaders()
  return {
    write: (text) => void res.write(text),
    end: (text) => void res.end(text),
    waitingBytes: () => res.writableLength,
  }
}

/** As {@link openStream}, compressed, and flushed after every event. */
export function openBrotliStream(res: Response, headers: Readonly<Record<string, string>>): EventSink {
  openStream(res, {...headers, 'content-encoding': 'br', vary: 'accept-encoding'})
  const brotli = createBrotliCompress({params: {[constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY}})
  brotli.pipe(res)
  res.on('close', () => void brotli.destroy())
  return {
    write(text) {
      brotli.write(text)
      brotli.flush()
    },
    end: (text) => void brotli.end(text),
    waitingBytes: () => brotli.writableLength + brotli.readableLength + res.writableLength,
  }
}

/** `lastWords` follow the events of a turn that was said to its end. */
export function streamTurn(
  res: Response,
  sink: EventSink,
  buffer: TurnBuffer,
  offset: number,
  lastWords?: string,
): void {
  let isOpen = true
  const leave = buffer.follow(offset, {
    event(text) {
      if (!isOpen) return
      sink.write(text)
      if (sink.waitingBytes() <= MAX_WAITING_BYTES) return
      isOpen = false
      res.destroy()
    },
    end(how: TurnEnd) {
      if (isOpen) sink.end(how === 'done' ? lastWords : undefined)
    },
  })
  // A reader that is gone is no error of ours.
  res.on('error', () => {})
  res.on('close', () => {
    isOpen = false
    leave()
  })
}
