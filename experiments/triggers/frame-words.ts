/**
 * What a captured text says of itself: its type as the table has it, and what it is about. Read by the protocol's own readers,
 * which tolerate what nobody knows. Pure. Rule TG25.
 */
import {readCapturedPush} from '#protocol/claude/captured-push.ts'
import {readServerFrame, type ReceivedItem} from '#protocol/celsius-frame.ts'
import type {HistoryEvent} from '../history/history-event.ts'
import type {Cause} from './cause.ts'

export type Channel = Extract<HistoryEvent, {kind: 'captured'}>['channel']

export type FrameWords = {
  readonly type: string
  readonly conversationId: string | null
  readonly messageIds: readonly string[]
}

/** Null for replies to commands, for keep-alives, and for what cannot be read. */
export function wordsOf(channel: Channel, raw: string): FrameWords | null {
  switch (channel) {
    case 'celsius':
      return ofCelsius(raw)
    case 'fcm':
      return ofPush(raw)
    case 'answer-stream':
      return {type: eventName(raw), conversationId: null, messageIds: []}
  }
}

function ofCelsius(raw: string): FrameWords | null {
  let items: readonly ReceivedItem[]
  try {
    items = readServerFrame(raw)
  } catch {
    return null
  }
  const item = items.find(({type}) => type !== 'reply')
  if (item === undefined || item.type === 'reply') return null
  if (item.type === 'control') return {type: item.name, conversationId: null, messageIds: []}
  const {payload} = item
  switch (payload.type) {
    case 'unknown':
      return {type: payload.name, conversationId: null, messageIds: []}
    case 'conversation-update': {
      const {conversation_id, update_type, update_content: content} = payload.payload
      const messages = [...(content?.messages ?? []), ...(content?.message ? [content.message] : [])]
      return {
        type: `${payload.type} ${update_type}`,
        conversationId: conversation_id,
        messageIds: messages.map(({id}) => id),
      }
    }
    case 'conversation-updates': {
      const {updates} = payload.payload
      return {
        type: [payload.type, ...new Set(updates.map(({type}) => type))].join(' '),
        conversationId: updates[0]?.conversation_id ?? null,
        messageIds: updates.flatMap((update) => ('message' in update ? [update.message.id] : [])),
      }
    }
    case 'conversation-turn-stream':
      return {
        type: `${payload.type} ${payload.payload.type}`,
        conversationId: payload.payload.conversation_id,
        messageIds: [],
      }
    default:
      return {type: payload.type, conversationId: payload.payload.conversation_id, messageIds: []}
  }
}

function ofPush(raw: string): FrameWords {
  const {method, category, conversationId, messageId} = readCapturedPush(raw)
  const type = [method, category === null ? null : `(${category})`].filter((word) => word !== null).join(' ')
  return {type: type || 'push', conversationId, messageIds: messageId === null ? [] : [messageId]}
}

/** An event without a name says what it is in its data. */
const eventName = (raw: string): string =>
  /^event: ?(\S+)/m.exec(raw)?.[1] ?? /^data: ?\{"type":"([\w-]+)"/m.exec(raw)?.[1] ?? 'data'

const WRITING = ['answer goes on', 'first answer goes on'] as const satisfies readonly Cause[]
const COMPLETE = ['turn complete', 'first turn complete', 'stopped'] as const satisfies readonly Cause[]
const COMMITS = [
  'message sent',
  'first message sent',
  'sent on another device',
  'turn complete',
  'first turn complete',
  'stopped',
  'task done',
  'scheduled task',
] as const satisfies readonly Cause[]

const ABOUT: Readonly<Record<string, readonly Cause[]>> = {
  'conversation-turn-complete': COMPLETE,
  'conversation-created': ['first message sent'],
  'conversation-history-update': ['title given', 'renamed'],
  'conversation-deleted': ['deleted'],
  'conversation-update refetch-conversation': COMMITS,
  'conversation-update title-update': ['title given', 'renamed'],
  'conversation-update stop': ['stopped'],
  'conversation-update async-task-start': ['task started'],
  'conversation-update set-conversation-async-status': ['task started', 'task done'],
  'conversation-update async-task-update-message': ['task progressed'],
  'conversation-update async-task-completed': ['task done'],
  'conversation-update async-task-insert-message': ['scheduled task'],
  'conversation-updates upsert-turn-message': COMMITS,
  'conversation-turn-stream stream-item': [...WRITING, ...COMPLETE],
  'conversation-turn-stream heartbeat': WRITING,
  'conversation-turn-stream done': COMPLETE,
  'OpenChat (completion)': ['turn complete', 'first turn complete', 'task done', 'scheduled task'],
  'OpenChat (tool_notification)': ['tool approval asked'],
  'ConversationChanged (tabwitness_sync)': COMMITS,
  'MessageCommitted (tabwitness_sync)': COMMITS,
}
const OF_ANSWERS: readonly Cause[] = ['message sent', 'first message sent', ...WRITING, ...COMPLETE]

/** Null where no rule speaks of the type: it may be about anything. */
export const maybeAbout = (channel: Channel, type: string): readonly Cause[] | null =>
  channel === 'answer-stream' ? OF_ANSWERS : (ABOUT[type] ?? null)
