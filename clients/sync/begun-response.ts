/**
 * A response of which something came. Who sends again what had no answer must know whether there was one: a response that
 * is cut before its first byte, or silent for too long, was none. Rule HB2.
 */
import type {Surroundings} from './chat-session.ts'
import {ApiError} from './http-caller.ts'

type Limits = {readonly idleMs: number; readonly signal: AbortSignal}

/** The response as it was, once its first bytes are there. Throws {@link ApiError} of status 0. */
export async function begunResponse(
  response: Response,
  {idleMs, signal}: Limits,
  {setTimer}: Pick<Surroundings, 'setTimer'>,
): Promise<Response> {
  const reader = response.body?.getReader()
  if (!reader) throw cutOff()
  const over = Promise.withResolvers<never>()
  const giveUp = () => over.reject(new Error('nothing came'))
  const stopWaiting = setTimer(giveUp, idleMs)
  signal.addEventListener('abort', giveUp)
  try {
    const first = await Promise.race([reader.read(), over.promise])
    if (first.done) throw cutOff()
    return new Response(bodyFrom(first.value, reader), response)
  } catch (cause) {
    void reader.cancel().catch(() => {})
    throw cause instanceof ApiError ? cause : cutOff(cause)
  } finally {
    stopWaiting()
    signal.removeEventListener('abort', giveUp)
  }
}

const bodyFrom = (
  first: Uint8Array<ArrayBuffer>,
  rest: ReadableStreamDefaultReader<Uint8Array<ArrayBuffer>>,
) =>
  new ReadableStream<Uint8Array<ArrayBuffer>>({
    start: (begun) => begun.enqueue(first),
    async pull(body) {
      const piece = await rest.read()
      if (piece.done) body.close()
      else body.enqueue(piece.value)
    },
    cancel: (why) => rest.cancel(why),
  })

const cutOff = (cause?: unknown) => new ApiError(0, 'The answer of the server was cut off.', {cause})
