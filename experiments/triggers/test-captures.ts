/** For tests: captured frames and pushes, and the ledger's lines of triggers, told event by event. */
import type {CelsiusMessage} from '#protocol/celsius-frame.ts'
import type {ChannelPayload} from '#protocol/celsius-payload.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {step, type Told} from '../history/history-builder.ts'

export const C1 = '0f9c2d1e-6b7a-4c3d-8e9f-001122334455'
const ofCell = {userId: 'u', conversationId: C1}

export const pulls = (at: number): Told => step(at, 3, 'trigger', 'began')

type WithoutAt<E> = E extends unknown ? Omit<E, 'at' | 'userId' | 'conversationId'> : never
/** A line of the book about the cell's conversation. */
export const booked = (at: number, event: WithoutAt<LedgerEvent>): Told => ({
  kind: 'ledger',
  at,
  event: {...ofCell, ...event, at} as LedgerEvent,
})

export const committed = (
  at: number,
  messageId: string,
  role: 'user' | 'assistant' = 'user',
  parentId: string | null = 'before',
): Told => booked(at, {kind: 'committed', messageId, parentId, role, chars: 10, textHash: '#'})

type Captured = Extract<Told, {kind: 'captured'}>

export const captured = (at: number, raw: string, about: Partial<Captured> = {}): Told => ({
  kind: 'captured',
  at,
  channel: 'celsius',
  direction: 'to-browser',
  tab: 'B',
  device: 'laptop',
  bytes: Buffer.byteLength(raw),
  clockErrorMs: 0.3,
  raw,
  ...about,
})

export const messageFrame = (payload: ChannelPayload, topic = 'conversations'): string =>
  JSON.stringify([{type: 'message', topic_id: topic, payload} satisfies CelsiusMessage])

export const turnComplete = messageFrame({
  type: 'conversation-turn-complete',
  payload: {conversation_id: C1},
  metadata: null,
})
export const refetch = messageFrame({
  type: 'conversation-update',
  payload: {conversation_id: C1, update_type: 'refetch-conversation'},
})
export const newTitle = messageFrame({
  type: 'conversation-history-update',
  payload: {conversation_id: C1, title: 'A title'},
  metadata: null,
})

export const push = (pushId: string, method: string, category: string, messageId: string): string =>
  JSON.stringify({
    from: '1',
    fcmMessageId: pushId,
    data: {
      notification_feature_category: category,
      payload: JSON.stringify({method, request: {conversation_uuid: C1, message_uuid: messageId}}),
    },
  })

export const pushed = (at: number, raw: string, device = 'laptop'): Told =>
  captured(at, raw, {channel: 'fcm', tab: null, device})
