/** What Claude.ai's wire says of messages and conversations, in the words of no platform. Pure. Rules CL20–CL23, CC10. */
import type {ClaudeConversation} from '#protocol/claude/conversation.ts'
import {claudeMessageText, type ClaudeMessage, type StopReason} from '#protocol/claude/message.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import type {KnownMessage, SaidMessage} from '#protocol/known-message.ts'
import type {KnownConversation} from '../known-conversation.ts'

/** An answer that reached a limit or was refused is whole: nothing more of it will come. */
export function statusOf(stopReason: StopReason): 'complete' | 'stopped' | 'failed' {
  if (stopReason === 'user_canceled') return 'stopped'
  return stopReason === 'error' ? 'failed' : 'complete'
}

export const knownMessage = (message: ClaudeMessage): KnownMessage => ({
  id: message.uuid,
  parentId: message.parent_message_uuid,
  said: saidBy(message),
})

const saidBy = (message: ClaudeMessage): SaidMessage => ({
  role: message.sender === 'human' ? 'user' : 'assistant',
  text: claudeMessageText(message),
  status: message.stop_reason === undefined ? 'complete' : statusOf(message.stop_reason),
})

/** The flat list as a tree; its root has an id that no message has. */
export function knownConversation(read: ClaudeConversation): KnownConversation {
  const all = [{id: ROOT_MESSAGE_UUID, parentId: null, said: null}, ...read.chat_messages.map(knownMessage)]
  const childIds = Map.groupBy(all, ({parentId}) => parentId)
  return {
    id: read.uuid,
    title: read.name,
    leafId: read.current_leaf_message_uuid ?? ROOT_MESSAGE_UUID,
    model: read.model,
    updatedAtMs: Date.parse(read.updated_at),
    nodes: all.map((node) => ({...node, childIds: childIds.get(node.id)?.map(({id}) => id) ?? []})),
  }
}
