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
  /** Asked after every piece; true ends the reading. */
  readonly isOver: () => boolean
}

/** Resolves when the stream ended, was cut, fell silent, or `isOver` said so. Throws what `onEvent` throws. */
export async function readSseBody(
  body: ReadableStream<Uint8Array>,
  handlers: BodyHandlers,
  {idleMs, setTimer, stampNow}: {readonly idleMs: number} & Pick<Surroundings, 'setTimer' | 'stampNow'>,
): Promise<void> {
  const reader = body.getReader()
  const decoder = new TextDecoder()
  const parser = createParser({onEvent: handlers.onEvent})
  const cancel = () => void reader.cancel().catch(() => {})
  try {
    while (!handlers.isOver()) {
      const stopWaiting = setTimer(cancel, idleMs)
      const piece = await reader.read().catch(() => null)
      stopWaiting()
      if (!piece || piece.done) return
      const at = stampNow()
      parser.feed(decoder.decode(piece.value, {stream: true}))
      handlers.onPiece(at, piece.value.byteLength)
    }
  } finally {
    cancel()
  }
}
