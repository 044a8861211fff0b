/** What the scripted model writes without a turn: at the end of a conversation, of its own accord. Rules TG2, TG9. */
import type {User} from '../accounts/user.ts'
import type {ConversationStore} from '../conversation/conversation-store.ts'
import type {Conversation, StoredMessage} from '../conversation/message.ts'
import {planKey} from '../conversation/plan-key.ts'
import {planAnswer} from '../model/answer-plan.ts'

export type OwnWords = {
  /** Throws TypeError where the person has no such conversation. */
  readonly find: (user: User, conversationId: string) => Conversation
  /** An answer after this message, token by token; under the seed. */
  readonly tokensAfter: (user: User, conversationId: string, parentId: string | null) => readonly string[]
  /** Whole, and the current leaf from now on. */
  readonly add: (
    conversationId: string,
    message: Pick<StoredMessage, 'role' | 'parentId' | 'text'>,
  ) => StoredMessage
}

export function createOwnWords(store: ConversationStore, newMessageId: () => string): OwnWords {
  return {
    find(user, conversationId) {
      const conversation = store.find(conversationId, user.id)
      if (!conversation) throw new TypeError('no such conversation')
      return conversation
    },
    tokensAfter: ({settings}, conversationId, parentId) =>
      planAnswer(settings.model, `task/${planKey(store.messages(conversationId), null, parentId)}`).tokens,
    add: (conversationId, message) =>
      store.addMessage({
        ...message,
        id: newMessageId(),
        conversationId,
        status: 'complete',
        turnId: null,
        model: null,
      }),
  }
}
