/**
 * A message as it is told of, once or as it grows, in what a tab holds of its conversation. Pure. Does not know who told.
 */
import type {KnownMessage, SaidMessage} from '#protocol/known-message.ts'
import type {ConversationState} from './conversation-state.ts'
import {areInLine, furtherOf, isBeingWritten, newestLeafUnder, put, sunk} from './message-tree.ts'

export const messageIn = (now: ConversationState, id: string): SaidMessage | null =>
  now.live.get(id) ?? now.tree.get(id)?.message ?? null

/** True when a message would hang in the air: something before it never reached this tab. */
export function leavesHole(now: ConversationState, message: KnownMessage): boolean {
  const {id, parentId} = message
  return !now.tree.has(id) && (parentId === null || !now.tree.has(parentId))
}

export function upsert(now: ConversationState, message: KnownMessage): ConversationState {
  if (leavesHole(now, message)) return now
  const {id, parentId, said} = message
  const written = write(now, message, parentId)
  // What a tab missed may come before what it knows. An answer that is told of again may only have ended.
  const isAnswer = said?.role === 'assistant' && now.tree.get(parentId ?? '')?.message?.role === 'user'
  // What was read was there when the server was asked for its leaf, however late the channel tells of it.
  const isOld = now.readIds.has(id) || (now.tree.has(id) && isAnswer)
  if (parentId === null || isOld) return written
  // A tab that is busy with its own turn goes there when that has ended.
  const follows =
    parentId === now.leafId || (!now.ownTurn && areInLine(now.tree, now.leafId, now.serverLeafId))
  return {...written, serverLeafId: id, leafId: follows ? newestLeafUnder(written.tree, id) : now.leafId}
}

export function write(
  now: ConversationState,
  message: KnownMessage,
  parentId: string | null,
): ConversationState {
  const {id, said} = message
  const known = now.live.get(id) ?? now.tree.get(id)?.message ?? null
  // A replay after a cut begins again from nothing, and must not take away what is shown.
  const told = said && known ? furtherOf(known, said) : said
  const node = now.tree.get(id)
  const isSettled = node !== undefined && node.confirmed && !now.live.has(id)
  if (isSettled && sameMessage(node.message, told)) return now
  if (told && isBeingWritten(told)) {
    const tree = node ? now.tree : put(now.tree, {id, parentId, message: told, confirmed: true})
    return {...now, tree, live: new Map(now.live).set(id, told)}
  }
  const live = new Map(now.live)
  live.delete(id)
  return {...now, live, tree: put(now.tree, {id, parentId, message: told, confirmed: true})}
}

const sameMessage = (a: SaidMessage | null, b: SaidMessage | null) =>
  a === b || (a !== null && b !== null && sameWords(a, b))

type Words = Pick<SaidMessage, 'text' | 'thinking' | 'status'>

export const sameWords = (a: Words, b: Words) =>
  a.text === b.text && a.thinking === b.thinking && a.status === b.status

/** `failed` is what a tab says of an answer it lost sight of; whatever the server says of it later counts more. */
export function lose(now: ConversationState): ConversationState {
  const id = now.leafId
  const message = id === null ? null : messageIn(now, id)
  if (now.ownTurn || id === null || message?.status !== 'streaming') return now
  const live = new Map(now.live).set(id, {...message, status: 'failed'})
  return {...now, tree: sunk(now.tree, live), live: withoutEnded(live)}
}

export const withoutEnded = (live: ReadonlyMap<string, SaidMessage>) =>
  new Map([...live].filter(([, message]) => isBeingWritten(message)))
