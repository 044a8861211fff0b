/** Whether a tab still waits for an answer, by what it holds of its conversation. */
import type {ChatStore} from './chat-store.ts'
import {isBeingWritten} from './message-tree.ts'
import {messageIn} from './told-message.ts'

/** Whether the tab still waits for an answer: its own, or one at the end of what it shows. */
export function isWaiting(store: Pick<ChatStore, 'conversation'>): boolean {
  const now = store.conversation()
  const {ownTurn, leafId, tree} = now
  if (ownTurn?.answerId === null) return tree.get(ownTurn.parentId)?.confirmed ?? false
  const id = ownTurn?.answerId ?? leafId
  const message = id === null ? null : messageIn(now, id)
  return message !== null && isBeingWritten(message)
}

/** Whether what this tab asked for has not turned up in the conversation: it may still be on its way to the server. */
export function isExpecting(store: Pick<ChatStore, 'conversation'>): boolean {
  return store.conversation().ownTurn?.answerId === null
}
