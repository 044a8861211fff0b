/**
 * Conversations as a ChatGPT page reads them: from the primary, or from a replica that is behind by the person's lag. That
 * there is one is invented. Rules TU20–TU22, HB7.
 */
import type {Consistency} from '#protocol/consistency.ts'
import type {ConversationRead} from '#protocol/conversation.ts'
import type {User} from '../../accounts/user.ts'
import type {ConversationPage, ConversationStore} from '../../conversation/conversation-store.ts'
import type {Conversation, StoredMessage} from '../../conversation/message.ts'
import {NOW, seenUntilMs} from '../replica.ts'
import {noConversation} from './refusals.ts'
import {toRead} from './wire-message.ts'

export type Reads = {
  /** Throws 404 for one that the replica does not have yet. */
  readonly one: (user: User, conversation: Conversation, consistency: Consistency) => ConversationRead
  readonly list: (user: User, offset: number, limit: number, consistency: Consistency) => ConversationPage
}

export function createReads(
  store: Pick<ConversationStore, 'messages' | 'turns' | 'leafAt' | 'list'>,
  wallMs: () => number,
): Reads {
  return {
    one(user, conversation, consistency) {
      const {id, createdAtMs} = conversation
      const until = seenUntilMs(user, consistency, wallMs)
      const all = store.messages(id)
      const turns = store.turns(id)
      if (until === NOW) return toRead(conversation, all, turns)
      if (createdAtMs > until) throw noConversation()
      const seen = all
        .filter((message) => message.createdAtMs <= until)
        .map((message) => asOf(message, until))
      const written = new Set(seen.filter(({status}) => status === 'in_progress').map((answer) => answer.id))
      const running = turns.filter(({answerId}) => written.has(answerId))
      return toRead(
        {
          ...conversation,
          leafId: store.leafAt(id, until),
          updatedAtMs: Math.max(createdAtMs, ...seen.map(({updatedAtMs}) => updatedAtMs)),
        },
        seen,
        running.map((turn) => ({...turn, state: {name: 'streaming'}})),
      )
    },
    list: (user, offset, limit, consistency) =>
      store.list(user.id, offset, limit, seenUntilMs(user, consistency, wallMs)),
  }
}

/** What an answer said before its end is not kept, so one that was being written then is seen without its text. */
function asOf(message: StoredMessage, untilMs: number): StoredMessage {
  if (message.status !== 'in_progress' && message.updatedAtMs <= untilMs) return message
  return {...message, text: '', status: 'in_progress', updatedAtMs: message.createdAtMs}
}
