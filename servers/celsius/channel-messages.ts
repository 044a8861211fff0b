/**
 * What celsius announces of what happens to a conversation, by carriage. Pure.
 * `observed` says what the imitated product says; `hint` and `content` use its messages in ways that are invented.
 * Rules CA1–CA3, CE30–CE34, CE36–CE37.
 */
import type {Carriage} from '#protocol/carriage.ts'
import type {ChannelPayload, TurnStreamPart} from '#protocol/celsius-payload.ts'
import type {Message} from '#protocol/conversation.ts'
import {conversationTopic, CONVERSATIONS, turnTopic} from '#protocol/topics.ts'
import type {ConversationEvent} from '../conversation/conversation-event.ts'
import type {Announcement, Carries} from './announcement.ts'

export function channelMessages(
  carriage: Carriage,
  event: ConversationEvent,
  wallMs: number,
): readonly Announcement[] {
  const {conversationId} = event
  const say = (
    topic: string,
    carries: Carries,
    messageIds: readonly string[],
    payload: ChannelPayload,
  ): Announcement => ({
    topic,
    payload,
    carries,
    messageIds,
    conversationId,
    numbered: carriage !== 'observed' || topic !== CONVERSATIONS,
  })
  const ofConversation = {conversation_id: conversationId}

  const hint = (messageId: string) =>
    carriage === 'hint'
      ? [
          say(CONVERSATIONS, 'hint', [messageId], {
            type: 'conversation-update',
            payload: {...ofConversation, update_type: 'refetch-conversation'},
          }),
        ]
      : []

  const upsert = (message: Message) =>
    carriage === 'content'
      ? [
          say(conversationTopic(conversationId), 'content', [message.id], {
            type: 'conversation-updates',
            payload: {updates: [{type: 'upsert-turn-message', ...ofConversation, message}]},
          }),
        ]
      : []

  /** The answer's stream: on its own topic when handed off, on the conversation's where content is carried. */
  const stream = (turnId: string, handoff: boolean, messageIds: readonly string[], payload: TurnStreamPart) =>
    [
      ...(handoff ? [turnTopic(turnId)] : []),
      ...(carriage === 'content' ? [conversationTopic(conversationId)] : []),
    ].map((topic) => say(topic, 'content', messageIds, {type: 'conversation-turn-stream', payload}))

  switch (event.type) {
    case 'conversation-created':
      return [
        say(CONVERSATIONS, 'lifecycle', [], {
          type: 'conversation-created',
          payload: {...ofConversation, title: event.title},
          metadata: null,
        }),
      ]
    case 'title-updated':
      return [
        say(CONVERSATIONS, 'lifecycle', [], {
          type: 'conversation-history-update',
          payload: {...ofConversation, title: event.title},
          metadata: null,
        }),
      ]
    case 'conversation-deleted':
      return [
        say(CONVERSATIONS, 'lifecycle', [], {
          type: 'conversation-deleted',
          payload: ofConversation,
          metadata: null,
        }),
      ]
    case 'message-committed':
      return [...hint(event.message.id), ...upsert(event.message)]
    case 'turn-started':
      return []
    case 'turn-item':
      return stream(event.turnId, event.handoff, [event.messageId], {
        type: 'stream-item',
        ...ofConversation,
        turn_id: event.turnId,
        encoded_item: event.encodedItem,
        stream_item_id: event.itemId,
        parent_stream_item_id: event.parentItemId,
        server_timestamp_ms: wallMs,
      })
    case 'turn-completed':
      return [
        ...upsert(event.message),
        ...stream(event.turnId, event.handoff, [], {type: 'done', turn_id: event.turnId, ...ofConversation}),
        ...hint(event.message.id),
        say(CONVERSATIONS, 'completion', [event.message.id], {
          type: 'conversation-turn-complete',
          payload: ofConversation,
          metadata: null,
        }),
      ]
  }
}
