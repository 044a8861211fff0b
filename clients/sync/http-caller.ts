/**
 * HTTP as this tab's person, to the servers of any platform. Failures are {@link ApiError}; nothing is repeated.
 * Never out of the browser's cache: there, while one tab waits for an answer, another that asks for the same address waits
 * with it (FA1). `x-tabwitness-tab` is invented (harness). Rules CO14–CO15.
 */
import {parseJson} from '#protocol/decode.ts'
import type {SessionOptions, Surroundings} from './chat-session.ts'
import type {TurnRefusal} from './turn.ts'

export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0 when there was no answer. */
  readonly status: number
  /** True when what was asked for certainly did not happen. Without an answer nobody knows. */
  readonly isDefinite: boolean
  /** How long the server asked to be left alone, where it did. */
  readonly retryAfterMs: number | null
  /** Set where the server refused to send into a conversation that has gone on. */
  readonly refusal: TurnRefusal | null

  constructor(status: number, message: string, options: ApiErrorOptions = {}) {
    super(message, options)
    this.status = status
    this.isDefinite = options.isDefinite ?? status !== 0
    this.retryAfterMs = options.retryAfterMs ?? null
    this.refusal = options.refusal ?? null
  }
}

type ApiErrorOptions = ErrorOptions & {
  readonly isDefinite?: boolean
  readonly retryAfterMs?: number | null
  readonly refusal?: TurnRefusal | null
}

/** How long an answer may take to begin, and how long it may be silent after that. Then it counts as none. */
export type CallLimits = {readonly openMs: number; readonly idleMs: number}

export type HttpCaller = {
  call(path: string, init?: RequestInit): Promise<Response>
  send(
    method: 'POST' | 'PUT' | 'PATCH',
    path: string,
    body: unknown,
    headers?: Record<string, string>,
  ): Promise<Response>
  /** The body of a read, and the moment (`stampNow`) in which it was in hand. */
  read(path: string): Promise<{readonly text: string; readonly at: number}>
}

export type CallerNeeds = {
  readonly options: Pick<SessionOptions, 'baseUrl' | 'bearer' | 'tab'>
  /** Sent with every request, beside the bearer and the tab's name. */
  readonly headers?: Readonly<Record<string, string>>
  readonly surroundings: Pick<Surroundings, 'fetch' | 'stampNow' | 'setTimer'>
  readonly signal: AbortSignal
  /** Without them a call waits for as long as the browser lets it. */
  readonly limits?: CallLimits
  /** The sentence for a person in the body of a refusal, or null when it is none of the platform's. */
  readonly complaint: (body: unknown) => string | null
  /** The current leaf in the body of a refused send, or null. */
  readonly leafOfConflict?: (body: unknown) => string | null
}

export function createHttpCaller({
  options,
  headers,
  surroundings,
  signal,
  limits,
  complaint,
  leafOfConflict = () => null,
}: CallerNeeds): HttpCaller {
  const standing = {authorization: `Bearer ${options.bearer}`, 'x-tabwitness-tab': options.tab, ...headers}

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const said = {...standing, ...(init.headers as Record<string, string> | undefined)}
    const limit = new AbortController()
    const stopWaiting = limits && surroundings.setTimer(() => limit.abort(), limits.openMs)
    let response: Response
    try {
      response = await surroundings.fetch(`${options.baseUrl}${path}`, {
        cache: 'no-store',
        ...init,
        headers: said,
        signal: AbortSignal.any([signal, limit.signal]),
      })
    } catch (cause) {
      throw new ApiError(0, 'The server could not be reached.', {cause})
    } finally {
      stopWaiting?.()
    }
    if (response.ok) return response
    const retryAfterMs = secondsOf(response.headers.get('retry-after'))
    const {message, leafId} = await complaintOf(response)
    const refusal = leafId === null ? null : {currentLeafId: leafId}
    throw new ApiError(response.status, message, {retryAfterMs, refusal})
  }

  /** Throws when the body breaks off or falls silent. */
  async function textOf(response: Response): Promise<string> {
    if (!response.body) return ''
    const reader = response.body.getReader()
    const decoder = new TextDecoder()
    let text = ''
    for (;;) {
      const silence = Promise.withResolvers<never>()
      const stopWaiting =
        limits && surroundings.setTimer(() => silence.reject(new Error('silence')), limits.idleMs)
      try {
        const piece = await Promise.race([reader.read(), silence.promise])
        if (piece.done) return text + decoder.decode()
        text += decoder.decode(piece.value, {stream: true})
      } catch (error) {
        void reader.cancel().catch(() => {})
        throw error
      } finally {
        stopWaiting?.()
      }
    }
  }

  async function complaintOf(response: Response): Promise<{message: string; leafId: string | null}> {
    const text = await textOf(response).catch(() => '')
    try {
      const body = parseJson(text)
      const message = complaint(body)
      if (message !== null) return {message, leafId: leafOfConflict(body)}
    } catch {
      // A body that is none of the API's (a proxy's page) says nothing to a person.
    }
    return {message: `The server answered ${response.status}.`, leafId: null}
  }

  return {
    call,
    send: (method, path, body, more = {}) =>
      call(path, {
        method,
        body: JSON.stringify(body),
        headers: {'content-type': 'application/json', ...more},
      }),
    async read(path) {
      const response = await call(path)
      const text = await textOf(response).catch((cause: unknown) => {
        throw new ApiError(0, 'The answer of the server was cut off.', {cause})
      })
      return {text, at: surroundings.stampNow()}
    },
  }
}

/** `Retry-After` in seconds; as a date it says nothing here, because nobody's clock is trusted. */
const secondsOf = (header: string | null) =>
  header !== null && /^\d{1,6}$/.test(header) ? Number(header) * 1_000 : null
