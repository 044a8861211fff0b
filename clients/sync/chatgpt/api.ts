/**
 * The HTTP calls of a tab, each decoded once. Does not know in which order they are made. Failures are {@link ApiError}.
 * Paths and headers observed. Rules CE1, TU20–TU21, RS1, ST1, ST5.
 */
import {celsiusBootstrap, CELSIUS_BOOTSTRAP_PATH} from '#protocol/celsius-bootstrap.ts'
import {CONDUIT_HEADER} from '#protocol/conduit.ts'
import {conversationList, conversationRead} from '#protocol/conversation.ts'
import {decode} from '#protocol/decode.ts'
import {leafOfConflict, messageOfError} from '#protocol/http-error.ts'
import {streamStatus, type StreamStatus} from '#protocol/stream-status.ts'
import type {ConversationSummary, SessionOptions, Surroundings} from '../chat-session.ts'
import {createHttpCaller} from '../http-caller.ts'
import type {Reading} from '../known-conversation.ts'
import {callLimits, conversationListLimit} from './defaults.ts'
import {isStreaming, knownConversation} from './wire-words.ts'

/** `isStreaming`: the server says that an answer is being written. */
export type ChatgptReading = Reading & {readonly isStreaming: boolean}

export type Api = {
  socketUrl(): Promise<string>
  list(): Promise<readonly Pick<ConversationSummary, 'id' | 'title'>[]>
  conversation(id: string): Promise<ChatgptReading>
  status(id: string): Promise<StreamStatus>
  stop(id: string): Promise<void>
  resume(id: string, token: string, offset: number): Promise<Response>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}

type Needs = Pick<Surroundings, 'fetch' | 'stampNow' | 'setTimer'>

export function createApi(options: SessionOptions, surroundings: Needs, signal: AbortSignal): Api {
  const {send, read} = createHttpCaller({
    options,
    surroundings,
    signal,
    limits: callLimits,
    complaint: messageOfError,
    leafOfConflict,
  })
  const post: Api['post'] = (path, body, headers) => send('POST', path, body, headers)
  const ofConversation = (id: string) => `/backend-api/conversation/${encodeURIComponent(id)}`

  return {
    post,
    async socketUrl() {
      const {websocket_url} = decode(celsiusBootstrap, (await read(CELSIUS_BOOTSTRAP_PATH)).text)
      const url = new URL(websocket_url)
      url.searchParams.set('tab', options.tab)
      return url.href
    },
    async list() {
      const {text} = await read(`/backend-api/conversations?offset=0&limit=${conversationListLimit}`)
      return decode(conversationList, text).items.map(({id, title}) => ({id, title: title ?? ''}))
    },
    async conversation(id) {
      const {text, at} = await read(ofConversation(id))
      const wire = decode(conversationRead, text)
      return {
        conversation: knownConversation(wire),
        isStreaming: isStreaming(wire),
        at,
        bytes: text.length,
      }
    },
    status: async (id) =>
      decode(streamStatus, (await read(`${ofConversation(id)}/stream_status`)).text).status,
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
