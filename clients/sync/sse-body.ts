/**
 * The bytes of one streamed response as SSE events. Says when each piece was in hand, and how the response ended.
 * Does not know what the events mean. Rule RS3: sixty seconds without bytes count as a cut.
 */
import {createParser, type EventSourceMessage} from 'eventsource-parser'
import type {Surroundings} from './chat-session.ts'

export type BodyHandlers = {
  readonly onEvent: (event: EventSourceMessage) => void
  /** After the events of one piece: when it was in hand, and how many bytes it had. */
  readonly onPiece: (at: number, bytes: number) => void
  /** Runs all that one piece brings. */
  readonly batch: (run: () => void) => void
  /** Asked after every piece; true ends the reading. */
  readonly isOver: () => boolean
}

/** Resolves when the stream ended, was cut, fell silent, was aborted, or `isOver` said so. Throws what `onEvent` throws. */
export async function readSseBody(
  body: ReadableStream<Uint8Array>,
  handlers: BodyHandlers,
  limits: {readonly idleMs: number; readonly signal: AbortSignal},
  {setTimer, stampNow}: Pick<Surroundings, 'setTimer' | 'stampNow'>,
): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const parser = createParser({onEvent: handlers.onEvent})
  const cancel = () => void reader.cancel().catch(() => {})
  limits.signal.addEventListener('abort', cancel)
  try {
    while (!handlers.isOver() && !limits.signal.aborted) {
      const stopWaiting = setTimer(cancel, limits.idleMs)
      const piece = await reader.read().catch(() => null)
      stopWaiting()
      if (!piece || piece.done) return
      const at = stampNow()
      const text = decoder.decode(piece.value, {stream: true})
      handlers.batch(() => {
        parser.feed(text)
        handlers.onPiece(at, piece.value.byteLength)
      })
    }
  } finally {
    limits.signal.removeEventListener('abort', cancel)
    cancel()
  }
}
