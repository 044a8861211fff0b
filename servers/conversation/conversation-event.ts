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
  /** The conversation is answered by this model from now on. */
  | (Of & {readonly type: 'model-chosen'; readonly model: string})
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
  /**
   * Work without a turn. `message`: its result as far as it is in the conversation, durable where the phase is the last
   * (`completed`, `stopped`); null where nothing is there.
   */
  | (Of & {
      readonly type: 'task'
      readonly taskId: string
      readonly of: 'background' | 'scheduled'
      readonly phase: 'planned' | 'started' | 'progressed' | 'completed' | 'stopped'
      readonly message: M | null
    })
  /** A tool waits for the person's word, or has it; `messageId` is where in the conversation. */
  | (Of & {
      readonly type: 'approval'
      readonly approvalId: string
      readonly phase: 'asked' | 'given'
      readonly messageId: string
    })
  /** The answer is durable in its final state (complete, stopped or failed). */
  | (Of & {
      readonly type: 'turn-completed'
      readonly turnId: string
      readonly message: M
      readonly handoff: boolean
    })
