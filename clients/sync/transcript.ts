/** The path of a conversation that a person sees, line by line. Pure. */
import type {ShownMessage} from './chat-session.ts'
import type {ConversationState} from './conversation-state.ts'
import {branchStart, pathTo} from './message-tree.ts'
import {messageIn, sameWords} from './told-message.ts'

/** Lines that did not change are the same objects as in `before`. */
export function transcript(now: ConversationState, before: readonly ShownMessage[]): readonly ShownMessage[] {
  const lines: ShownMessage[] = []
  for (const id of pathTo(now.tree, now.leafId)) {
    const message = messageIn(now, id)
    if (!message) continue
    const {id: start, siblings} = branchStart(now.tree, id)
    const branch = siblings.length > 1 ? {branch: {index: siblings.indexOf(start) + 1, siblings}} : {}
    const parentId = now.tree.get(id)?.parentId ?? null
    const held = now.ownTurn?.isHeld && id === now.ownTurn.parentId && message.status === 'sending'
    const line: ShownMessage = {id, ...message, parentId, ...(held && {isHeld: true}), ...branch}
    const old = before[lines.length]
    lines.push(old && sameLine(old, line) ? old : line)
  }
  return lines
}

const sameLine = (a: ShownMessage, b: ShownMessage) =>
  a.id === b.id &&
  sameWords(a, b) &&
  a.parentId === b.parentId &&
  a.isHeld === b.isHeld &&
  a.branch?.index === b.branch?.index &&
  a.branch?.siblings === b.branch?.siblings
