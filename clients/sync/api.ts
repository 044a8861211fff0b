/**
 * The HTTP calls of a tab, each decoded once. Does not know in which order they are made. Failures are {@link ApiError}.
 * Paths and headers observed; `x-tabwitness-tab` is invented (harness). Rules CE1, TU20–TU21, RS1, ST1, ST5.
 */
import {celsiusBootstrap, CELSIUS_BOOTSTRAP_PATH} from '#protocol/celsius-bootstrap.ts'
import {CONDUIT_HEADER} from '#protocol/conduit.ts'
import {
  conversationList,
  conversationRead,
  type ConversationList,
  type ConversationRead,
} from '#protocol/conversation.ts'
import {decode, parseJson} from '#protocol/decode.ts'
import {messageOfError} from '#protocol/http-error.ts'
import {streamStatus, type StreamStatus} from '#protocol/stream-status.ts'
import type {SessionOptions, Surroundings} from './chat-session.ts'
import {conversationListLimit} from './defaults.ts'

export class ApiError extends Error {
  override readonly name = 'ApiError'
  /** 0 when there was no answer: then the request may have taken effect. */
  readonly status: number

  constructor(status: number, message: string, options?: ErrorOptions) {
    super(message, options)
    this.status = status
  }
}

/** A read, and the moment (`stampNow`) and size in which its bytes were in hand. */
export type ReadConversation = {readonly read: ConversationRead; readonly at: number; readonly bytes: number}

export type Api = {
  socketUrl(): Promise<string>
  list(): Promise<ConversationList>
  conversation(id: string): Promise<ReadConversation>
  status(id: string): Promise<StreamStatus>
  stop(id: string): Promise<void>
  resume(id: string, token: string, offset: number): Promise<Response>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}

type Needs = Pick<Surroundings, 'fetch' | 'stampNow'>

export function createApi(options: SessionOptions, surroundings: Needs, signal: AbortSignal): Api {
  const standing = {authorization: `Bearer ${options.bearer}`, 'x-tabwitness-tab': options.tab}

  async function call(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = {...standing, ...(init.headers as Record<string, string> | undefined)}
    let response: Response
    try {
      response = await surroundings.fetch(`${options.baseUrl}${path}`, {...init, headers, signal})
    } catch (cause) {
      throw new ApiError(0, 'The server could not be reached.', {cause})
    }
    if (!response.ok) throw new ApiError(response.status, await complaintOf(response))
    return response
  }

  const post: Api['post'] = (path, body, headers = {}) =>
    call(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: {'content-type': 'application/json', ...headers},
    })

  const text = async (path: string) => {
    const response = await call(path)
    return response.text().catch((cause: unknown) => {
      throw new ApiError(0, 'The answer of the server was cut off.', {cause})
    })
  }

  const ofConversation = (id: string) => `/backend-api/conversation/${encodeURIComponent(id)}`

  return {
    post,
    async socketUrl() {
      const {websocket_url} = decode(celsiusBootstrap, await text(CELSIUS_BOOTSTRAP_PATH))
      const url = new URL(websocket_url)
      url.searchParams.set('tab', options.tab)
      return url.href
    },
    list: async () =>
      decode(
        conversationList,
        await text(`/backend-api/conversations?offset=0&limit=${conversationListLimit}`),
      ),
    async conversation(id) {
      const body = await text(ofConversation(id))
      const at = surroundings.stampNow()
      return {read: decode(conversationRead, body), at, bytes: body.length}
    },
    status: async (id) => decode(streamStatus, await text(`${ofConversation(id)}/stream_status`)).status,
    async stop(id) {
      await post('/backend-api/stop_conversation', {conversation_id: id, exclude_async_types: []})
    },
    resume: (id, token, offset) =>
      post(
        '/backend-api/f/conversation/resume',
        {conversation_id: id, offset},
        {accept: 'text/event-stream', [CONDUIT_HEADER]: token},
      ),
  }
}

async function complaintOf(response: Response): Promise<string> {
  const body = await response.text().catch(() => '')
  try {
    const said = messageOfError(parseJson(body))
    if (said !== null) return said
  } catch {
    // A body that is none of the API's (a proxy's page) says nothing to a person.
  }
  return `The server answered ${response.status}.`
}
