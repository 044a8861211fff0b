/**
 * What celsius messages carry (observed: vendor client code, captures, several public sources; each rule says which).
 * A page meets payloads it does not know and goes on: they read as `{type: 'unknown'}`. Rules CE30–CE39.
 */
import * as v from 'valibot'
import {message} from './conversation.ts'
import {identifier} from './identifier.ts'

const ofConversation = v.object({conversation_id: identifier})
const metadata = v.optional(v.nullable(v.unknown()))

/** An answer ended, whoever asked. Carries no content. */
const turnComplete = v.object({
  type: v.literal('conversation-turn-complete'),
  payload: ofConversation,
  metadata,
})

const listed = v.object({conversation_id: identifier, title: v.optional(v.nullable(v.string()))})
const created = v.object({type: v.literal('conversation-created'), payload: listed, metadata})
const deleted = v.object({type: v.literal('conversation-deleted'), payload: ofConversation, metadata})
const historyUpdate = v.object({type: v.literal('conversation-history-update'), payload: listed, metadata})

const unixMs = v.pipe(v.number(), v.finite())
const streamItem = v.object({
  type: v.literal('stream-item'),
  conversation_id: identifier,
  turn_id: identifier,
  /** One SSE event as text, the trailing blank line may be missing. */
  encoded_item: v.string(),
  stream_item_id: identifier,
  parent_stream_item_id: v.nullable(identifier),
  server_timestamp_ms: unixMs,
})
const heartbeat = v.object({
  type: v.literal('heartbeat'),
  turn_id: identifier,
  conversation_id: v.nullable(identifier),
  server_timestamp_ms: unixMs,
})
const done = v.object({type: v.literal('done'), turn_id: identifier, conversation_id: identifier})
export const turnStreamPart = v.variant('type', [streamItem, heartbeat, done])
export type TurnStreamPart = v.InferOutput<typeof turnStreamPart>
export type StreamItem = v.InferOutput<typeof streamItem>

const turnStream = v.object({type: v.literal('conversation-turn-stream'), payload: turnStreamPart})

/** A page refetches the conversation for these, if it has it loaded. */
export const REFETCHING_UPDATES = [
  'add-messages',
  'async-task-insert-message',
  'refetch-conversation',
] as const
const update = v.object({
  type: v.literal('conversation-update'),
  payload: v.object({
    conversation_id: identifier,
    update_type: v.picklist([
      ...REFETCHING_UPDATES,
      'async-task-update-message',
      'async-task-completed',
      'async-task-start',
      'async-task-complete',
      'set-conversation-async-status',
      'title-update',
      'stop',
    ]),
    update_content: v.optional(
      v.looseObject({
        title: v.optional(v.string()),
        message: v.optional(message),
        messages: v.optional(v.array(message)),
        run_id: v.optional(v.string()),
        conversation_async_status: v.optional(v.number()),
        is_async_correction: v.optional(v.boolean()),
      }),
    ),
  }),
})

export const MESSAGE_BATCH_ITEMS = [
  'add-turn-message',
  'replace-turn-message',
  'stream-message-start',
  'upsert-turn-message',
] as const
export const REFETCHING_BATCH_ITEMS = [
  'add-conversation-item',
  'convert-turn-to-paragen',
  'discard-items',
  'resolve-paragen',
  'stream-message-done',
] as const
const messageItem = v.object({
  type: v.picklist(MESSAGE_BATCH_ITEMS),
  conversation_id: identifier,
  message,
})
const refetchingItem = v.object({type: v.picklist(REFETCHING_BATCH_ITEMS), conversation_id: identifier})
export const updateBatchItem = v.union([messageItem, refetchingItem])
export type UpdateBatchItem = v.InferOutput<typeof updateBatchItem>

const updates = v.object({
  type: v.literal('conversation-updates'),
  payload: v.object({updates: v.array(updateBatchItem)}),
})

const handoffControl = v.object({
  type: v.literal('conversation-turn-handoff-control'),
  payload: v.object({
    handoff_attempt_id: v.string(),
    conversation_id: identifier,
    turn_exchange_id: identifier,
    topic_id: v.string(),
    server_request_id: v.optional(v.string()),
  }),
})

export const channelPayload = v.variant('type', [
  turnComplete,
  created,
  deleted,
  historyUpdate,
  turnStream,
  update,
  updates,
  handoffControl,
])
export type ChannelPayload = v.InferOutput<typeof channelPayload>

export type UnknownPayload = {readonly type: 'unknown'; readonly name: string}

/** Never throws: what is not known, or known and of a wrong shape, is `unknown`. */
export function readPayload(value: unknown): ChannelPayload | UnknownPayload {
  const result = v.safeParse(channelPayload, value)
  if (result.success) return result.output
  const named = v.safeParse(v.object({type: v.string()}), value)
  return {type: 'unknown', name: named.success ? named.output.type : ''}
}
