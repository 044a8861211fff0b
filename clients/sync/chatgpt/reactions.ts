/**
 * What a tab does about a channel message: the observed page's reactions, one case a payload. Does not do them itself.
 * Observed: a completed turn refetches nothing; what concerns a conversation that is not open is ignored.
 * Rules CE30–CE33, CE36, CE38–CE39, TG5.
 */
import type {ReceivedMessage} from '#protocol/celsius-frame.ts'
import {
  REFETCHING_UPDATES,
  type ChannelPayload,
  type TurnStreamPart,
  type UpdateBatchItem,
} from '#protocol/celsius-payload.ts'
import type {Message} from '#protocol/conversation.ts'
import type {ListEvent} from '../conversation-list.ts'

export type Reactions = {
  readonly openId: () => string | null
  readonly applyToList: (event: ListEvent) => void
  readonly refetchList: () => void
  readonly refetch: () => void
  /** Whether the open conversation has the message as far as this tab knows. */
  readonly has: (messageId: string) => boolean
  /** An answer ended in the open conversation, of this tab or another. */
  readonly turnCompleted: () => void
  readonly takeOver: (message: Message) => void
  readonly titled: (title: string) => void
  readonly missing: () => void
  readonly turnPart: (topic: string, part: TurnStreamPart) => void
}

export function react({topic_id, payload}: ReceivedMessage, reactions: Reactions): void {
  switch (payload.type) {
    case 'conversation-turn-complete': {
      const openId = reactions.openId()
      const id = payload.payload.conversation_id
      if (id === openId) reactions.turnCompleted()
      return reactions.applyToList({type: 'turn-completed', id, openId})
    }
    case 'conversation-created':
      return reactions.refetchList()
    case 'conversation-deleted': {
      const id = payload.payload.conversation_id
      reactions.applyToList({type: 'deleted', id})
      return id === reactions.openId() ? reactions.missing() : undefined
    }
    case 'conversation-history-update':
      return retitle(payload.payload.conversation_id, payload.payload.title ?? null, reactions)
    case 'conversation-turn-stream':
      return reactions.turnPart(topic_id, payload.payload)
    case 'conversation-update':
      return update(payload.payload, reactions)
    case 'conversation-updates':
      for (const item of payload.payload.updates) takeItem(item, reactions)
      return
    case 'conversation-turn-handoff-control':
    case 'unknown':
      return
  }
}

function retitle(id: string, title: string | null, reactions: Reactions): void {
  if (title === null) return reactions.refetchList()
  reactions.applyToList({type: 'titled', id, title})
  if (id === reactions.openId()) reactions.titled(title)
}

type Update = Extract<ChannelPayload, {type: 'conversation-update'}>['payload']

function update({conversation_id, update_type, update_content}: Update, reactions: Reactions): void {
  if (update_type === 'title-update')
    return retitle(conversation_id, update_content?.title ?? null, reactions)
  if (conversation_id !== reactions.openId()) return
  if (REFETCHING_UPDATES.some((type) => type === update_type)) return reactions.refetch()
  switch (update_type) {
    case 'async-task-update-message':
    case 'async-task-completed':
      // What the tab does not have it cannot put right.
      if (update_content?.message && reactions.has(update_content.message.id))
        reactions.takeOver(update_content.message)
      else reactions.refetch()
      return
    case 'set-conversation-async-status':
      if (update_content?.is_async_correction === true) reactions.refetch()
      return
    default:
      return
  }
}

function takeItem(item: UpdateBatchItem, reactions: Reactions): void {
  if (item.conversation_id !== reactions.openId()) return
  if ('message' in item) reactions.takeOver(item.message)
  else reactions.refetch()
}
