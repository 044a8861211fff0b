/**
 * The HTTP calls of a tab, each decoded once. Does not know in which order they are made. Failures are {@link ApiError}.
 * Paths and headers observed. Rules CE1, TU20–TU21, RS1, ST1, ST5, HB6–HB7.
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
import {asSignedIn} from '../signed-in.ts'
import type {Freshness} from '../visit.ts'
import {callLimits, conversationListLimit} from './defaults.ts'
import {isStreaming, knownConversation} from './wire-words.ts'

/** `isStreaming`: the server says that an answer is being written. */
export type ChatgptReading = Reading & {readonly isStreaming: boolean}

export type Api = {
  socketUrl(): Promise<string>
  list(): Promise<readonly Pick<ConversationSummary, 'id' | 'title'>[]>
  conversation(id: string, freshness: Freshness): Promise<ChatgptReading>
  status(id: string): Promise<StreamStatus>
  stop(id: string): Promise<void>
  rename(id: string, title: string): Promise<void>
  remove(id: string): Promise<void>
  chooseModel(id: string, model: string): Promise<void>
  resume(id: string, token: string, offset: number): Promise<Response>
  post(path: string, body: unknown, headers?: Record<string, string>): Promise<Response>
}

type Needs = Pick<Surroundings, 'fetch' | 'stampNow' | 'setTimer' | 'storage'>

/** Nothing like it was observed of ChatGPT. Rule HB7. */
const STRONG = 'consistency=strong'

export function createApi(options: SessionOptions, surroundings: Needs, signal: AbortSignal): Api {
  const {send, read} = createHttpCaller({
    options,
    surroundings: asSignedIn(options, surroundings),
    signal,
    limits: callLimits,
    complaint: messageOfError,
    leafOfConflict,
  })
  const post: Api['post'] = (path, body, headers) => send('POST', path, body, headers)
  const ofConversation = (id: string) => `/backend-api/conversation/${encodeURIComponent(id)}`
  const change = async (id: string, changes: unknown) => {
    await send('PATCH', ofConversation(id), changes)
  }
  const isStrong = options.habits?.reads === 'strong'
  // A guard that looks before it sends must see what is there (CF12).
  const isLatestStrong = isStrong || (options.sendGuards ?? []).includes('refetch-first')

  return {
    post,
    async socketUrl() {
      const {websocket_url} = decode(celsiusBootstrap, (await read(CELSIUS_BOOTSTRAP_PATH)).text)
      const url = new URL(websocket_url)
      url.searchParams.set('tab', options.tab)
      return url.href
    },
    async list() {
      const page = `offset=0&limit=${conversationListLimit}${isStrong ? `&${STRONG}` : ''}`
      const {text} = await read(`/backend-api/conversations?${page}`)
      return decode(conversationList, text).items.map(({id, title}) => ({id, title: title ?? ''}))
    },
    async conversation(id, freshness) {
      const asksPrimary = freshness === 'latest' ? isLatestStrong : isStrong
      const {text, at} = await read(ofConversation(id) + (asksPrimary ? `?${STRONG}` : ''))
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
    rename: (id, title) => change(id, {title}),
    remove: (id) => change(id, {is_visible: false}),
    chooseModel: (id, model) => change(id, {model}),
    resume: (id, token, offset) =>
      post(
        '/backend-api/f/conversation/resume',
        {conversation_id: id, offset},
        {accept: 'text/event-stream', [CONDUIT_HEADER]: token},
      ),
  }
}
