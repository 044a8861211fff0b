/** What is pushed of what happens to a conversation, by carriage. Pure. Rules CL65, CP1–CP5. */
import type {Carriage} from '#protocol/carriage.ts'
import type {ClaudeMessage} from '#protocol/claude/message.ts'
import {
  COMPLETION_CATEGORY,
  CONVERSATION_CHANGED_TYPE,
  MESSAGE_COMMITTED_TYPE,
  OPEN_CHAT_TYPE,
  SYNC_CATEGORY,
  type PushPayload,
} from '#protocol/claude/push-data.ts'
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
  readonly toWire: (message: Extract<StoredEvent, {type: 'message-committed'}>['message']) => ClaudeMessage
}

export const isPushed = ({type}: StoredEvent): boolean =>
  type === 'message-committed' || type === 'turn-completed'

export function pushesOf(event: StoredEvent, about: Circumstances): readonly Push[] {
  if (event.type !== 'message-committed' && event.type !== 'turn-completed') return []
  const {message, conversationId} = event
  const isNotice = event.type === 'turn-completed' && message.status === 'complete' && about.notifies
  return [
    ...sync(event.conversationId, message.id, about, () => about.toWire(message)),
    ...(isNotice ? [notice(conversationId, message.id, about.isTemporary)] : []),
  ]
}

function sync(
  conversationId: string,
  messageId: string,
  {carriage}: Circumstances,
  message: () => ClaudeMessage,
): readonly Push[] {
  if (carriage === 'observed') return []
  if (carriage === 'content') {
    const whole = content(conversationId, message())
    if (pushBytes(whole.data) <= MAX_PUSH_BYTES) return [whole]
  }
  return [hint(conversationId, messageId)]
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
