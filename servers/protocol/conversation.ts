/**
 * Messages and conversations as ChatGPT's HTTP API and channel write them: a tree in `mapping`, its leaf in `current_node`.
 * Observed (several public sources, 2026) except the statuses `interrupted` and `failed` and `metadata.parent_id` on
 * every message (invented). Rules TU20–TU25.
 */
import * as v from 'valibot'
import {identifier} from './identifier.ts'

export const ROLES = ['user', 'assistant', 'system', 'tool'] as const

export const MESSAGE_STATUSES = ['in_progress', 'finished_successfully', 'interrupted', 'failed'] as const
export type WireMessageStatus = (typeof MESSAGE_STATUSES)[number]

const textContent = v.object({content_type: v.literal('text'), parts: v.array(v.string())})
const thought = v.object({
  summary: v.string(),
  content: v.string(),
  chunks: v.optional(v.array(v.string())),
  finished: v.optional(v.boolean()),
})
const thoughtsContent = v.object({content_type: v.literal('thoughts'), thoughts: v.array(thought)})
const recapContent = v.object({content_type: v.literal('reasoning_recap'), content: v.string()})

export const messageContent = v.variant('content_type', [textContent, thoughtsContent, recapContent])

export const messageMetadata = v.looseObject({
  parent_id: v.optional(identifier),
  turn_exchange_id: v.optional(identifier),
  model_slug: v.optional(v.string()),
  finish_details: v.optional(v.looseObject({type: v.string()})),
  is_visually_hidden_from_conversation: v.optional(v.boolean()),
})

const unixSeconds = v.pipe(v.number(), v.finite(), v.minValue(0))

export const message = v.object({
  id: identifier,
  author: v.object({role: v.picklist(ROLES)}),
  create_time: v.nullable(unixSeconds),
  update_time: v.optional(v.nullable(unixSeconds)),
  content: messageContent,
  status: v.picklist(MESSAGE_STATUSES),
  end_turn: v.optional(v.nullable(v.boolean())),
  channel: v.nullable(v.string()),
  recipient: v.string(),
  metadata: messageMetadata,
})
export type Message = v.InferOutput<typeof message>

export const conversationNode = v.object({
  id: identifier,
  parent: v.nullable(identifier),
  children: v.array(identifier),
  message: v.nullable(message),
})
export type ConversationNode = v.InferOutput<typeof conversationNode>

export const conversationRead = v.object({
  title: v.nullable(v.string()),
  create_time: unixSeconds,
  update_time: unixSeconds,
  mapping: v.record(identifier, conversationNode),
  current_node: identifier,
  conversation_id: identifier,
  async_status: v.optional(v.nullable(v.pipe(v.number(), v.integer()))),
  /** What the conversation is answered by; null where nobody chose. Invented. */
  model: v.optional(v.nullable(v.string())),
})
export type ConversationRead = v.InferOutput<typeof conversationRead>

/** `async_status` while an answer runs, and when its result has not been looked at (observed: 4 is not "complete"). */
export const ASYNC_STATUS = {streaming: 3, unread: 4} as const

const count = v.pipe(v.number(), v.integer(), v.minValue(0))

export const conversationListItem = v.object({
  id: identifier,
  title: v.nullable(v.string()),
  create_time: unixSeconds,
  update_time: unixSeconds,
})
export const conversationList = v.object({
  items: v.array(conversationListItem),
  total: count,
  limit: count,
  offset: count,
})
export type ConversationListItem = v.InferOutput<typeof conversationListItem>
export type ConversationList = v.InferOutput<typeof conversationList>

/** The text a person reads: of a `text` message all parts, of others nothing. */
export const messageText = ({content}: Pick<Message, 'content'>): string =>
  content.content_type === 'text' ? content.parts.join('') : ''

/** Observed: what the page shows is channel `final` (or none), recipient `all`, and not hidden. */
export const isShownToPeople = ({author, channel, recipient, metadata}: Message): boolean =>
  (channel === null || channel === 'final') &&
  recipient === 'all' &&
  metadata.is_visually_hidden_from_conversation !== true &&
  (author.role === 'user' || author.role === 'assistant')
