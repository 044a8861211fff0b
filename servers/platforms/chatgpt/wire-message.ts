/** Stored messages and conversations in ChatGPT's shapes. Pure. Rules TU20–TU24. */
import {
  ASYNC_STATUS,
  type ConversationListItem,
  type ConversationNode,
  type ConversationRead,
  type Message,
  type WireMessageStatus,
} from '#protocol/conversation.ts'
import {ROOT_PARENT} from '#protocol/identifier.ts'
import type {StreamStatus} from '#protocol/stream-status.ts'
import type {ConversationEvent} from '../../conversation/conversation-event.ts'
import type {Conversation, MessageState, StoredMessage} from '../../conversation/message.ts'
import type {StoredEvent} from '../../conversation/publisher.ts'
import {childrenOf} from '../../conversation/tree.ts'
import {isRunning, type Turn, type TurnState} from '../../conversation/turn.ts'

const STATUS = {
  in_progress: 'in_progress',
  complete: 'finished_successfully',
  stopped: 'interrupted',
  failed: 'failed',
} as const satisfies Record<MessageState, WireMessageStatus>

const seconds = (ms: number) => ms / 1_000

export function toWire(message: StoredMessage): Message {
  const {id, role, text, status, parentId, turnId, model} = message
  const isAnswer = role === 'assistant'
  return {
    id,
    author: {role},
    create_time: seconds(message.createdAtMs),
    update_time: seconds(message.updatedAtMs),
    content: {content_type: 'text', parts: [text]},
    status: STATUS[status],
    end_turn: isAnswer && status !== 'in_progress' ? true : null,
    channel: isAnswer ? 'final' : null,
    recipient: 'all',
    metadata: {
      parent_id: parentId ?? ROOT_PARENT,
      ...(turnId === null ? {} : {turn_exchange_id: turnId}),
      ...(model === null ? {} : {model_slug: model}),
      ...(status === 'complete' && isAnswer ? {finish_details: {type: 'stop'}} : {}),
      ...(status === 'stopped' ? {finish_details: {type: 'interrupted'}} : {}),
    },
  }
}

/** The event as celsius hears of it. */
export function eventInWire(event: StoredEvent): ConversationEvent {
  switch (event.type) {
    case 'message-committed':
    case 'turn-started':
    case 'turn-completed':
      return {...event, message: toWire(event.message)}
    case 'task':
      return {...event, message: event.message && toWire(event.message)}
    case 'conversation-created':
    case 'approval':
    case 'title-updated':
    case 'conversation-deleted':
    case 'model-chosen':
    case 'turn-item':
      return event
  }
}

export function toRead(
  conversation: Conversation,
  messages: readonly StoredMessage[],
  turns: readonly Turn[],
): ConversationRead {
  const children = childrenOf(messages)
  const root: ConversationNode = {
    id: ROOT_PARENT,
    parent: null,
    children: [...(children.get(null) ?? [])],
    message: null,
  }
  const nodes = messages.map((message): ConversationNode => {
    const {id, parentId} = message
    return {
      id,
      parent: parentId ?? ROOT_PARENT,
      children: [...(children.get(id) ?? [])],
      message: toWire(message),
    }
  })
  return {
    title: conversation.title,
    create_time: seconds(conversation.createdAtMs),
    update_time: seconds(conversation.updatedAtMs),
    mapping: Object.fromEntries([root, ...nodes].map((node) => [node.id, node])),
    current_node: conversation.leafId ?? ROOT_PARENT,
    conversation_id: conversation.id,
    async_status: turns.some(({state}) => isRunning(state)) ? ASYNC_STATUS.streaming : null,
    model: conversation.model,
  }
}

export const toListItem = ({id, title, createdAtMs, updatedAtMs}: Conversation): ConversationListItem => ({
  id,
  title,
  create_time: seconds(createdAtMs),
  update_time: seconds(updatedAtMs),
})

const STREAM_STATUS = {
  queued: 'IS_STREAMING',
  streaming: 'IS_STREAMING',
  'stop-requested': 'IS_STOP_REQUESTED',
  complete: 'COMPLETE',
  stopped: 'COMPLETE',
  failed: 'FAILURE',
} as const satisfies Record<TurnState['name'], StreamStatus>

/** Of a turn that still runs, else of the latest one. A conversation without turns has nothing to wait for. */
export function streamStatusOf(turns: readonly Turn[]): StreamStatus {
  const turn = turns.findLast(({state}) => isRunning(state)) ?? turns.at(-1)
  return turn ? STREAM_STATUS[turn.state.name] : 'COMPLETE'
}
