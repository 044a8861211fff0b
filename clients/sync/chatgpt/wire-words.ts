/** What ChatGPT's wire says of messages and conversations, in the words of no platform. Pure. Rules TU15, TU22–TU24. */
import {
  ASYNC_STATUS,
  isShownToPeople,
  messageText,
  type ConversationRead,
  type Message,
} from '#protocol/conversation.ts'
import type {KnownMessage, SaidMessage} from '#protocol/known-message.ts'
import type {KnownConversation} from '../known-conversation.ts'

const STATUSES = {
  in_progress: 'streaming',
  finished_successfully: 'complete',
  interrupted: 'stopped',
  failed: 'failed',
} as const satisfies Record<Message['status'], SaidMessage['status']>

export const knownMessage = (message: Message): KnownMessage => ({
  id: message.id,
  parentId: message.metadata.parent_id ?? null,
  said: saidBy(message),
})

function saidBy(message: Message): SaidMessage | null {
  if (!isShownToPeople(message)) return null
  const role = message.author.role === 'user' ? 'user' : 'assistant'
  return {role, text: messageText(message), status: STATUSES[message.status]}
}

export const knownConversation = (read: ConversationRead): KnownConversation => ({
  id: read.conversation_id,
  title: read.title ?? '',
  leafId: read.current_node,
  model: read.model ?? null,
  updatedAtMs: read.update_time * 1_000,
  nodes: Object.values(read.mapping).map(({id, parent, children, message}) => ({
    id,
    parentId: parent,
    childIds: children,
    said: message && saidBy(message),
  })),
})

export const isStreaming = ({async_status}: ConversationRead): boolean =>
  async_status === ASYNC_STATUS.streaming
