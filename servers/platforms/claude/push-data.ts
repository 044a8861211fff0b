/** What is said to browsers of what happens to a conversation, by carriage, and what is pushed of it. Pure. Rules CL65, CP1–CP5, CP8, TG6, TG12. */
import type {Carriage} from '#protocol/carriage.ts'
import {placeData, type PushPlace} from '#protocol/claude/channel-events.ts'
import type {ClaudeMessage} from '#protocol/claude/message.ts'
import {
  COMPLETION_CATEGORY,
  CONVERSATION_CHANGED_TYPE,
  MESSAGE_COMMITTED_TYPE,
  OPEN_CHAT_TYPE,
  SYNC_CATEGORY,
  TOOL_CATEGORY,
  type PushPayload,
} from '#protocol/claude/push-data.ts'
import {APPROVAL_KEY} from '#protocol/claude/tool-approval.ts'
import type {StoredMessage} from '../../conversation/message.ts'
import type {StoredEvent} from '../../conversation/publisher.ts'

/** Flat texts, as FCM takes them. */
export type PushData = Readonly<Record<string, string>>
export type Push = {
  readonly data: PushData
  readonly carries: 'completion' | 'hint' | 'content'
  readonly messageIds: readonly string[]
}

/** Observed limit of an encrypted push in Chromium, and of FCM. */
export const MAX_PUSH_BYTES = 4096
/** RFC 8291: salt, record size and sender's key before the text; delimiter and tag behind it. */
const ENCRYPTION_BYTES = 86 + 17
/** Room for what FCM puts around the data: sender, priority, message id, collapse key. Invented, on the safe side. */
const ENVELOPE_BYTES = 256

/** Of the whole push, as it travels to the browser; at least as long as it will be. */
export const pushBytes = (data: PushData): number =>
  Buffer.byteLength(JSON.stringify(data)) + ENVELOPE_BYTES + ENCRYPTION_BYTES

export type Circumstances = {
  readonly carriage: Carriage
  /** Whether the person wants to be told of complete answers. */
  readonly notifies: boolean
  readonly isTemporary: boolean
  readonly toWire: (message: StoredMessage) => ClaudeMessage
}

/** The message that became durable with the event; null for any other event. */
function committedBy(event: StoredEvent): StoredMessage | null {
  if (event.type === 'message-committed' || event.type === 'turn-completed') return event.message
  return event.type === 'task' && event.phase === 'completed' ? event.message : null
}

export const isPushed = (event: StoredEvent): boolean =>
  committedBy(event) !== null || (event.type === 'approval' && event.phase === 'asked')

/** What a page is told by CP2 or CP3: whole, as the log keeps it, and as a hint for where that is too long to be pushed. */
export type Sync = {readonly whole: Push; readonly brief: Push}

/** Null where the carriage says nothing of messages. */
export function syncOf(event: StoredEvent, {carriage, toWire}: Circumstances): Sync | null {
  const message = committedBy(event)
  if (message === null || carriage === 'observed') return null
  const {conversationId} = event
  const brief = hint(conversationId, message.id)
  return {brief, whole: carriage === 'content' ? content(conversationId, toWire(message)) : brief}
}

/** What is pushed of it; `place` is null where the log could not keep it. */
export function pushOf({whole, brief}: Sync, place: PushPlace | null): Push {
  const placed = placedAt(whole, place)
  return pushBytes(placed.data) <= MAX_PUSH_BYTES ? placed : placedAt(brief, place)
}

const placedAt = (push: Push, place: PushPlace | null): Push =>
  place ? {...push, data: {...push.data, ...placeData(place)}} : push

/**
 * The notice of a complete answer, or of a tool that waits for the person's word; null where there is nothing to tell, or
 * nobody who wants to be told.
 */
export function noticeOf(event: StoredEvent, {notifies, isTemporary}: Circumstances): Push | null {
  const {conversationId} = event
  if (event.type === 'approval')
    return event.phase === 'asked' ? approvalNotice(conversationId, event, isTemporary) : null
  // What a person wrote is no answer.
  const answer = event.type === 'message-committed' ? null : committedBy(event)
  if (answer?.status !== 'complete' || !notifies) return null
  return notice(conversationId, answer.id, isTemporary)
}

/** The words are ours. */
const notice = (conversation_uuid: string, message_uuid: string, is_temporary: boolean): Push => ({
  carries: 'completion',
  messageIds: [message_uuid],
  data: {
    title: 'Claude',
    body: 'The answer is ready',
    notification_feature_category: COMPLETION_CATEGORY,
    payload: JSON.stringify({
      method: 'OpenChat',
      request: {'@type': OPEN_CHAT_TYPE, conversation_uuid, message_uuid, is_temporary},
    }),
  },
})

/** The category and the method are observed, that they go together is inferred; the approval's own id is ours. */
const approvalNotice = (
  conversation_uuid: string,
  {approvalId, messageId: message_uuid}: Extract<StoredEvent, {type: 'approval'}>,
  is_temporary: boolean,
): Push => ({
  carries: 'completion',
  messageIds: [],
  data: {
    title: 'Claude',
    body: 'A tool waits for your approval',
    notification_feature_category: TOOL_CATEGORY,
    [APPROVAL_KEY]: approvalId,
    payload: JSON.stringify({
      method: 'OpenChat',
      request: {'@type': OPEN_CHAT_TYPE, conversation_uuid, message_uuid, is_temporary},
    }),
  },
})

const hint = (conversation_uuid: string, message_uuid: string): Push => ({
  carries: 'hint',
  messageIds: [message_uuid],
  data: synced({
    method: 'ConversationChanged',
    request: {'@type': CONVERSATION_CHANGED_TYPE, conversation_uuid, message_uuid},
  }),
})

const content = (conversation_uuid: string, message: ClaudeMessage): Push => ({
  carries: 'content',
  messageIds: [message.uuid],
  data: synced({
    method: 'MessageCommitted',
    request: {'@type': MESSAGE_COMMITTED_TYPE, conversation_uuid, message},
  }),
})

/** No title and no body: nothing that a person would be shown. */
const synced = (payload: PushPayload): PushData => ({
  notification_feature_category: SYNC_CATEGORY,
  payload: JSON.stringify(payload),
})
