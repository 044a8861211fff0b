/**
 * Reads one completion's response to its end, whatever end that is. Says only what the server said: a stream without
 * `message_stop` or an error is cut, not over. Rules CL17, CL19.
 */
import {ProtocolError} from '#protocol/protocol-error.ts'
import type {Surroundings} from '../chat-session.ts'
import {readSseBody} from '../sse-body.ts'
import {createCompletionReader, type CompletionUpdate} from './completion-reader.ts'
import {streamIdleMs} from './defaults.ts'

export type StreamEnd = 'complete' | 'stopped' | 'failed' | 'cut'

export type StreamHandlers = {
  readonly onUpdate: (update: CompletionUpdate) => void
  /** Runs all that one piece of the response brings. */
  readonly batch: (run: () => void) => void
  /** After the updates of one piece: when it was in hand (`stampNow`), and how many bytes it had. */
  readonly onPiece: (at: number, bytes: number) => void
}

export async function readCompletion(
  response: Response,
  handlers: StreamHandlers,
  signal: AbortSignal,
  surroundings: Pick<Surroundings, 'setTimer' | 'stampNow'>,
): Promise<StreamEnd> {
  const reader = createCompletionReader()
  let end: StreamEnd = 'cut'

  function take(update: CompletionUpdate): void {
    if (signal.aborted) return
    if (update.type === 'ended') end = update.how
    if (update.type === 'error') end = 'failed'
    handlers.onUpdate(update)
  }

  if (!response.body) return end
  try {
    await readSseBody(
      response.body,
      {
        onEvent: (sse) => reader.take(sse).forEach(take),
        onPiece: handlers.onPiece,
        batch: handlers.batch,
        isOver: () => end !== 'cut',
      },
      {idleMs: streamIdleMs, signal},
      surroundings,
    )
  } catch (error) {
    // What cannot be read tells nothing of how the answer ended: the server is asked.
    if (!(error instanceof ProtocolError)) throw error
  }
  return end
}
