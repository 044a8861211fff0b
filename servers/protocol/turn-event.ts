/**
 * What an answer stream says, one SSE event each, in the order of SPEC TU10. Observed (vendor client code, captures).
 * A page skips types it does not know. How bytes become events is not known here.
 */
import * as v from 'valibot'
import {message} from './conversation.ts'
import {parseJson, decodeValue} from './decode.ts'
import {delta, type Delta} from './delta.ts'
import {identifier} from './identifier.ts'
import {ProtocolError} from './protocol-error.ts'

const ofConversation = {conversation_id: identifier}

const resumeToken = v.object({
  type: v.literal('resume_conversation_token'),
  kind: v.string(),
  token: v.pipe(v.string(), v.nonEmpty()),
  ...ofConversation,
})
const inputMessage = v.object({type: v.literal('input_message'), input_message: message, ...ofConversation})
const serverMetadata = v.object({
  type: v.literal('server_ste_metadata'),
  ...ofConversation,
  metadata: v.looseObject({model_slug: v.optional(v.string()), turn_exchange_id: v.optional(identifier)}),
})

export const MARKERS = [
  'user_visible_token',
  'final_channel_token',
  'cot_token',
  'navlink_token',
  'search_start',
  'last_token',
] as const
const marker = v.object({
  type: v.literal('message_marker'),
  ...ofConversation,
  message_id: identifier,
  marker: v.picklist(MARKERS),
  event: v.picklist(['first', 'last']),
})
const streamComplete = v.object({type: v.literal('message_stream_complete'), ...ofConversation})
const titleGeneration = v.object({type: v.literal('title_generation'), title: v.string(), ...ofConversation})

const limit = v.looseObject({
  feature_name: v.string(),
  remaining: v.optional(v.nullable(v.number())),
  reset_after: v.optional(v.nullable(v.string())),
})
/** Only `deep_research` was seen; what the limit of messages is called is invented. */
export const MESSAGES_FEATURE = 'messages'

const detailMetadata = v.object({
  type: v.literal('conversation_detail_metadata'),
  banner_info: v.optional(v.unknown()),
  limits_progress: v.optional(v.array(limit)),
})
const asyncStatus = v.object({
  type: v.literal('conversation_async_status'),
  conversation_id: v.optional(identifier),
  async_status: v.nullable(v.pipe(v.number(), v.integer())),
})

/** The answer continues elsewhere: over HTTP resume, or on a channel topic from offset `"0"`. */
const streamHandoff = v.object({
  type: v.literal('stream_handoff'),
  ...ofConversation,
  turn_exchange_id: identifier,
  options: v.array(v.object({type: v.string(), topic_id: v.string()})),
})
export const HANDOFF_OPTIONS = ['resume_sse_endpoint', 'subscribe_ws_topic'] as const

export const turnEvent = v.variant('type', [
  resumeToken,
  inputMessage,
  serverMetadata,
  marker,
  streamComplete,
  titleGeneration,
  detailMetadata,
  asyncStatus,
  streamHandoff,
])
export type TurnEvent = v.InferOutput<typeof turnEvent>

/** The error frame ends the stream: `{"error": "text" | {message, code}, "error_code"?}`. */
export const turnError = v.object({
  error: v.union([v.string(), v.object({message: v.string(), code: v.optional(v.nullable(v.string()))})]),
  error_code: v.optional(v.nullable(v.string())),
})

/** One SSE event of an answer stream, read. */
export type TurnStreamEvent =
  | {readonly kind: 'encoding'}
  | {readonly kind: 'delta'; readonly delta: Delta}
  | {readonly kind: 'event'; readonly event: TurnEvent}
  | {readonly kind: 'error'; readonly message: string; readonly code: string | null}
  | {readonly kind: 'done'}
  | {readonly kind: 'ping'}
  | {readonly kind: 'unknown'; readonly name: string}

export const DONE_DATA = '[DONE]'
export const DELTA_ENCODING = 'v1'

const named = v.object({type: v.string()})

/** `event` is the SSE event name, absent or `message` where none was sent. Throws {@link ProtocolError}. */
export function readTurnEvent(sse: {
  readonly event?: string | undefined
  readonly data: string
}): TurnStreamEvent {
  if (sse.event === 'ping' || sse.data === '') return {kind: 'ping'}
  if (sse.data === DONE_DATA) return {kind: 'done'}
  if (sse.event === 'delta_encoding') return readEncoding(sse.data)
  const value = parseJson(sse.data)
  if (sse.event === 'delta') return {kind: 'delta', delta: decodeValue(delta, value)}

  const failure = v.safeParse(turnError, value)
  if (failure.success) {
    const {error, error_code} = failure.output
    if (typeof error === 'string') return {kind: 'error', message: error, code: error_code ?? null}
    return {kind: 'error', message: error.message, code: error_code ?? error.code ?? null}
  }
  const typed = v.safeParse(named, value)
  if (!typed.success) return {kind: 'unknown', name: ''}
  const {type} = typed.output
  const known = turnEvent.options.some((option) => option.entries.type.literal === type)
  return known ? {kind: 'event', event: decodeValue(turnEvent, value)} : {kind: 'unknown', name: type}
}

/** Accepted as `v1` and as the JSON string `"v1"` (observed). */
function readEncoding(data: string): TurnStreamEvent {
  if (data === DELTA_ENCODING || data === JSON.stringify(DELTA_ENCODING)) return {kind: 'encoding'}
  throw new ProtocolError('unknown-encoding', 'the answer is in an encoding nobody here knows')
}

/** Resume counts every event except pings, empty data and `[DONE]` (observed). */
export const countsTowardsOffset = (event: TurnStreamEvent): boolean =>
  event.kind !== 'ping' && event.kind !== 'done'
