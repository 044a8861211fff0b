/** The beginning of a turn: the person's message and the place of the answer, durable together or not at all. Rules TU7, TU9, CL11, CL14. */
import type {ConversationStore, NewConversation} from './conversation-store.ts'
import type {StoredMessage} from './message.ts'

export type NewTurn = {
  readonly turnId: string
  readonly conversation: NewConversation
  /** Whether the conversation is made with it. */
  readonly isNew: boolean
  /** Null when the turn answers a message that is there already. */
  readonly input: Pick<StoredMessage, 'id' | 'text'> | null
  /** Where the conflict rule placed it; null at the root. */
  readonly parentId: string | null
  readonly answerId: string
  readonly model: string
}

export type CommittedTurn = {readonly input: StoredMessage | null; readonly answer: StoredMessage}

export function commitTurn(store: ConversationStore, turn: NewTurn): CommittedTurn {
  const {turnId, conversation, isNew, parentId, answerId, model} = turn
  const ofTurn = {conversationId: conversation.id, turnId}
  return store.transaction(() => {
    if (isNew) store.create(conversation)
    const input =
      turn.input &&
      store.addMessage({...ofTurn, ...turn.input, parentId, role: 'user', status: 'complete', model: null})
    store.beginTurn({id: turnId, conversationId: conversation.id, answerId})
    const answer = store.addMessage({
      ...ofTurn,
      id: answerId,
      parentId: input?.id ?? parentId,
      role: 'assistant',
      text: '',
      status: 'in_progress',
      model,
    })
    return {input, answer}
  })
}
