/** One HTTP response that follows a turn's events as SSE. The reader may leave; the turn goes on. Rules TU4, TU13–TU14, RS1. */
import {randomUUID} from 'node:crypto'
import type {Response} from 'express'
import {CONDUIT_HEADER} from '#protocol/conduit.ts'
import {done} from '../../stream/chatgpt-answer.ts'
import {sseText} from '../../stream/sse-text.ts'
import type {TurnBuffer} from '../../stream/turn-buffer.ts'

/** A reader that lets this much wait is cut off; it can resume. Invented. */
const MAX_WAITING_BYTES = 1024 * 1024
const DONE_TEXT = sseText(done)

export function openStream(res: Response, token: string): void {
  res.status(200).set({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-oai-request-id': randomUUID(),
    [CONDUIT_HEADER]: token,
  })
  res.flushHeaders()
}

export function streamTurn(res: Response, buffer: TurnBuffer, offset: number): void {
  let isOpen = true
  const leave = buffer.follow(offset, {
    event(text) {
      if (!isOpen) return
      res.write(text)
      if (res.writableLength <= MAX_WAITING_BYTES) return
      isOpen = false
      res.destroy()
    },
    end(how) {
      if (isOpen) res.end(how === 'done' ? DONE_TEXT : undefined)
    },
  })
  // A reader that is gone is no error of ours.
  res.on('error', () => {})
  res.on('close', () => {
    isOpen = false
    leave()
  })
}
