/**
 * HTTP as this tab's person, to the servers of any platform. Failures are {@link ApiError}; nothing is repeated.
 * `x-tabwitness-tab` is invented (harness).
 */
import {parseJson} from '#protocol/decode.ts'
import type {SessionOptions, Surroundings} from './chat-session.ts'

export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0 when there was no answer: then the request may have taken effect. */
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

export type HttpCaller = {
  call(path: string, init?: RequestInit): Promise<Response>
  send(
    method: 'POST' | 'PUT',
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
  readonly surroundings: Pick<Surroundings, 'fetch' | 'stampNow'>
  readonly signal: AbortSignal
  /** The sentence for a person in the body of a refusal, or null when it is none of the platform's. */
  readonly complaint: (body: unknown) => string | null
}

export function createHttpCaller({
  options,
  headers,
  surroundings,
  signal,
  complaint,
}: CallerNeeds): HttpCaller {
  const standing = {authorization: `Bearer ${options.bearer}`, 'x-tabwitness-tab': options.tab, ...headers}

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const said = {...standing, ...(init.headers as Record<string, string> | undefined)}
    let response: Response
    try {
      response = await surroundings.fetch(`${options.baseUrl}${path}`, {...init, headers: said, signal})
    } catch (cause) {
      throw new ApiError(0, 'The server could not be reached.', {cause})
    }
    if (!response.ok) throw new ApiError(response.status, await complaintOf(response))
    return response
  }

  async function complaintOf(response: Response): Promise<string> {
    const body = await response.text().catch(() => '')
    try {
      const said = complaint(parseJson(body))
      if (said !== null) return said
    } catch {
      // A body that is none of the API's (a proxy's page) says nothing to a person.
    }
    return `The server answered ${response.status}.`
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
      const text = await response.text().catch((cause: unknown) => {
        throw new ApiError(0, 'The answer of the server was cut off.', {cause})
      })
      return {text, at: surroundings.stampNow()}
    },
  }
}
