/**
 * The turn that a tab began, in what the tab holds of its conversation: its answer as it comes, its end, its refusal. Pure.
 */
import type {KnownMessage} from '#protocol/known-message.ts'
import type {ConversationState} from './conversation-state.ts'
import {areInLine, dropUnconfirmed, isBeingWritten, newestLeafUnder, put, sunk} from './message-tree.ts'
import {messageIn, upsert, withoutEnded, write} from './told-message.ts'

export function stream(now: ConversationState, message: KnownMessage): ConversationState {
  if (!now.ownTurn) return upsert(now, message)
  const parentId = message.parentId ?? now.ownTurn.parentId
  const written = write(now, message, now.tree.has(parentId) ? parentId : now.ownTurn.parentId)
  const answerId = message.said?.role === 'assistant' ? message.id : now.ownTurn.answerId
  const grew = !now.tree.has(message.id) || now.ownTurn.answerId !== answerId
  if (!grew) return written
  // Of what the channel told before, it told what came after it, too.
  const isNewest = !now.tree.has(message.id) && areInLine(now.tree, now.serverLeafId, now.ownTurn.parentId)
  // Of a page that was asleep others may have gone on below it already.
  const leafId = newestLeafUnder(written.tree, message.id)
  // An answer proves that its prompt arrived.
  return {
    ...settlePrompt(written, now.ownTurn.parentId, 'complete'),
    leafId,
    serverLeafId: isNewest ? leafId : now.serverLeafId,
    ownTurn: {...now.ownTurn, answerId},
  }
}

export function endTurn(
  now: ConversationState,
  outcome: 'complete' | 'stopped' | 'failed',
): ConversationState {
  if (!now.ownTurn) return now
  const {parentId, answerId} = now.ownTurn
  const ended = {...now, ownTurn: null}
  const live = new Map(ended.live)
  // Only the answer's own status makes it complete. One that is still being written at the end was cut.
  const answer = answerId === null ? null : messageIn(now, answerId)
  if (answerId !== null && answer && isBeingWritten(answer))
    live.set(answerId, {...answer, status: outcome === 'stopped' ? 'stopped' : 'failed'})
  const settled = {...ended, tree: sunk(ended.tree, live), live: withoutEnded(live)}
  const prompt = settled.tree.get(parentId)
  const isLost = prompt?.message?.status === 'sending' && outcome !== 'complete'
  return backToServer(isLost ? settlePrompt(settled, parentId, 'failed') : pastPrompt(settled, parentId))
}

/** Another answer that never came leaves the tab with the one that was there. */
function pastPrompt(now: ConversationState, promptId: string): ConversationState {
  return now.leafId === promptId ? {...now, leafId: newestLeafUnder(now.tree, promptId)} : now
}

/** What was refused leaves no trace; the tab goes back to where it was, or to what has come there meanwhile. */
export function withdraw(now: ConversationState): ConversationState {
  if (!now.ownTurn) return now
  const asked = now.tree.get(now.ownTurn.parentId)
  const ended = {...now, ownTurn: null}
  if (!asked) return ended
  const place = asked.confirmed ? asked.id : (asked.parentId ?? now.rootId)
  const tree = dropUnconfirmed(now.tree, place)
  return backToServer({...ended, tree, leafId: newestLeafUnder(tree, place)})
}

/** What others brought about meanwhile, and the server took after this tab's turn or instead of it. */
function backToServer(now: ConversationState): ConversationState {
  const {tree, leafId, serverLeafId} = now
  if (serverLeafId === null || areInLine(tree, leafId, serverLeafId)) return now
  return {...now, leafId: newestLeafUnder(tree, serverLeafId)}
}

export function settlePrompt(
  now: ConversationState,
  promptId: string,
  status: 'complete' | 'failed',
): ConversationState {
  const prompt = now.tree.get(promptId)
  if (!prompt?.message || prompt.confirmed) return now
  const message = {...prompt.message, status}
  return {...now, tree: put(now.tree, {...prompt, message, confirmed: status === 'complete'})}
}
