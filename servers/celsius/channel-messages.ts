/**
 * What celsius announces of what happens to a conversation, by carriage. Pure.
 * `observed` says what the imitated product says; `hint` and `content` use its messages in ways that are invented.
 * Rules CA1–CA3, CE30–CE34, CE36–CE37, TG3–TG4, TG12.
 */
import type {Carriage} from '#protocol/carriage.ts'
import type {ChannelPayload, TurnStreamPart} from '#protocol/celsius-payload.ts'
import {ASYNC_STATUS, type Message} from '#protocol/conversation.ts'
import {conversationTopic, CONVERSATIONS, turnTopic} from '#protocol/topics.ts'
import type {ConversationEvent} from '../conversation/conversation-event.ts'
import type {Announcement, Carries} from './announcement.ts'

type Update = Extract<ChannelPayload, {type: 'conversation-update'}>['payload']

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

  /** Observed under every carriage. The page patches what it has, reads again, or sets a flag (CE32). */
  const update = (
    carries: Carries,
    update_type: Update['update_type'],
    update_content?: NonNullable<Update['update_content']>,
  ) =>
    say(CONVERSATIONS, carries, update_content?.message ? [update_content.message.id] : [], {
      type: 'conversation-update',
      payload: {...ofConversation, update_type, ...(update_content && {update_content})},
    })
  const asyncStatus = (conversation_async_status: number) =>
    update('lifecycle', 'set-conversation-async-status', {conversation_async_status})

  function task({of, phase, message}: Extract<ConversationEvent, {type: 'task'}>): readonly Announcement[] {
    if (phase === 'planned' || message === null) return []
    const committed = [...upsert(message), ...hint(message.id)]
    if (of === 'scheduled')
      return phase === 'completed'
        ? [update('hint', 'async-task-insert-message', {message}), ...committed]
        : []
    switch (phase) {
      case 'started':
        return [update('lifecycle', 'async-task-start'), asyncStatus(ASYNC_STATUS.streaming)]
      case 'progressed':
        return [update('content', 'async-task-update-message', {message})]
      case 'completed':
      case 'stopped':
        return [
          update('content', 'async-task-completed', {message}),
          asyncStatus(ASYNC_STATUS.unread),
          ...committed,
        ]
    }
  }

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
    case 'model-chosen':
      // Where nothing but what is observed is said, a page learns of it by reading.
      return carriage === 'observed' ? [] : [update('lifecycle', 'refetch-conversation')]
    case 'message-committed':
      return [...hint(event.message.id), ...upsert(event.message)]
    case 'turn-started':
    // Nothing is known of how ChatGPT would ask for approval.
    case 'approval':
      return []
    case 'task':
      return task(event)
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
