/**
 * What happens to conversations, as the channels hear of it. The channel decides by carriage what it says. Celsius hears
 * of messages in ChatGPT's own shape; the servers speak of stored ones.
 */
import type {Message} from '#protocol/conversation.ts'

type Of = {readonly userId: string; readonly conversationId: string}

export type ConversationEvent<M = Message> =
  | (Of & {readonly type: 'conversation-created'; readonly title: string})
  | (Of & {readonly type: 'title-updated'; readonly title: string})
  | (Of & {readonly type: 'conversation-deleted'})
  /** A message became durable and current: a person's, or (outside a turn) the server's own. */
  | (Of & {readonly type: 'message-committed'; readonly message: M})
  /** An answer begins; `handoff` turns are streamed on the turn's topic instead of the POST. */
  | (Of & {
      readonly type: 'turn-started'
      readonly turnId: string
      readonly message: M
      readonly handoff: boolean
    })
  /** One SSE event of the answer, as text; `chars` of the answer are out now. Items form a list by `parentItemId`. */
  | (Of & {
      readonly type: 'turn-item'
      readonly turnId: string
      readonly messageId: string
      readonly itemId: string
      readonly parentItemId: string | null
      readonly encodedItem: string
      readonly chars: number
      readonly handoff: boolean
    })
  /** The answer is durable in its final state (complete, stopped or failed). */
  | (Of & {
      readonly type: 'turn-completed'
      readonly turnId: string
      readonly message: M
      readonly handoff: boolean
    })
