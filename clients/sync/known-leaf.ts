/** The end of a conversation as one tab knows it: what is sent after it, and whether the person chose another. Pure. */
import type {ConversationState} from './conversation-state.ts'
import {areInLine} from './message-tree.ts'

/** What the next message is sent after: the leaf the tab believes current, past prompts the server never took. */
export function parentForSend(now: ConversationState): string {
  let id = now.leafId
  for (;;) {
    const node = id === null ? undefined : now.tree.get(id)
    if (!node || node.confirmed || node.parentId === null) return id ?? now.rootId
    id = node.parentId
  }
}

/** The last message that the tab knows: the end of what it shows or, where the person chose another branch, the server's. */
export function knownLeaf(now: ConversationState): string {
  const {tree, leafId, serverLeafId} = now
  return serverLeafId === null || areInLine(tree, leafId, serverLeafId) ? parentForSend(now) : serverLeafId
}

/** The person looks at another branch than the server's, and knows of that one. */
export const isOnChosenBranch = ({tree, leafId, serverLeafId}: ConversationState): boolean =>
  !areInLine(tree, leafId, serverLeafId)
