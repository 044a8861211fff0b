/**
 * What one tab holds of the conversation it shows: the tree, the leaf it believes current, its own turn, what is being
 * written. Pure: one `next(state, event)`. Observed: a tab takes the leaf it knows for the parent of what it sends, so a
 * tab that is behind forks. Inferred: of the nodes after that parent it deletes the ones it laid down itself.
 * Invented: following another tab's messages (policies `content`, `relay`).
 */
import type {KnownMessage, SaidMessage} from '#protocol/known-message.ts'
import {
  dropUnconfirmed,
  isOnPath,
  merge,
  newestLeafUnder,
  put,
  sunk,
  type MessageTree,
} from './message-tree.ts'
import type {KnownConversation} from './known-conversation.ts'
import {endTurn, settlePrompt, stream, withdraw} from './own-turn-state.ts'
import {lose, upsert} from './told-message.ts'

export type ConversationState = {
  readonly conversationId: string | null
  /** What the first message of a new chat names as its parent. */
  readonly rootId: string
  readonly title: string
  /** What the conversation is answered by, as this tab last heard; null where nobody chose. */
  readonly model: string | null
  readonly phase: 'loading' | 'ready' | 'missing'
  readonly tree: MessageTree
  /** Messages that grow by deltas lie over the tree, so that a delta copies no tree; they sink in when they end. */
  readonly live: ReadonlyMap<string, SaidMessage>
  readonly leafId: string | null
  /** The server's leaf as last heard: a tab that shows it goes on showing it, and a branch the person chose stays chosen. */
  readonly serverLeafId: string | null
  /** What the last read had: where the server stands it said of all these already. */
  readonly readIds: ReadonlySet<string>
  /** The turn this tab began and has not seen the end of. */
  readonly ownTurn: OwnTurn | null
  /** The server is writing an answer of which this tab sees nothing yet. */
  readonly isPending: boolean
}

export type OwnTurn = {
  readonly parentId: string
  readonly answerId: string | null
  /** The answers that the prompt had before: none of them is this turn's. */
  readonly olderIds: readonly string[]
  /** It has not been sent: there is no network. */
  readonly isHeld?: boolean
}

export type ConversationEvent =
  | {readonly type: 'loaded'; readonly read: KnownConversation}
  | {readonly type: 'missing'}
  | {readonly type: 'titled'; readonly title: string}
  | {readonly type: 'model-chosen'; readonly model: string | null}
  /** The tab's own prompt, before any answer of the server. */
  | {readonly type: 'sent'; readonly promptId: string; readonly text: string; readonly parentId: string}
  /** The tab asked for another answer to a prompt. */
  | {readonly type: 'asked-again'; readonly promptId: string}
  | {readonly type: 'accepted'; readonly conversationId: string; readonly promptId: string | null}
  /** A message of this tab's own turn, from its answer stream. */
  | {readonly type: 'streamed'; readonly message: KnownMessage}
  /** A message another tab or the server brought about. */
  | {readonly type: 'upserted'; readonly message: KnownMessage}
  /** The server did not take what this tab asked for last: it is as if it had not been asked. */
  | {readonly type: 'refused'}
  /** The tab's own turn waits for the network, or does not any more. */
  | {readonly type: 'held'; readonly isHeld: boolean}
  | {readonly type: 'turn-ended'; readonly outcome: 'complete' | 'stopped' | 'failed'}
  | {readonly type: 'pending'; readonly isPending: boolean}
  /** Nobody can say what becomes of the answer that is being written at the end of what is shown. */
  | {readonly type: 'lost'}
  | {readonly type: 'branch-chosen'; readonly messageId: string}

export const newConversation = (rootId: string): ConversationState => ({
  conversationId: null,
  rootId,
  title: '',
  model: null,
  phase: 'ready',
  tree: new Map([[rootId, {id: rootId, parentId: null, childIds: [], message: null, confirmed: false}]]),
  live: new Map(),
  leafId: rootId,
  serverLeafId: null,
  readIds: new Set(),
  ownTurn: null,
  isPending: false,
})

export const loadingConversation = (rootId: string, conversationId: string): ConversationState => ({
  ...newConversation(rootId),
  conversationId,
  phase: 'loading',
})

export function next(now: ConversationState, event: ConversationEvent): ConversationState {
  switch (event.type) {
    case 'loaded':
      return load(now, event.read)
    case 'missing':
      return {...now, phase: 'missing'}
    case 'titled':
      return event.title === now.title ? now : {...now, title: event.title}
    case 'model-chosen':
      return event.model === now.model ? now : {...now, model: event.model}
    case 'sent': {
      const {promptId, text, parentId} = event
      const message = {role: 'user', text, status: 'sending'} as const
      const cleared = dropUnconfirmed(now.tree, parentId)
      const tree = put(cleared, {id: promptId, parentId, message, confirmed: false})
      return {...now, tree, leafId: promptId, ownTurn: {parentId: promptId, answerId: null, olderIds: []}}
    }
    case 'asked-again': {
      const olderIds = now.tree.get(event.promptId)?.childIds ?? []
      return {...now, leafId: event.promptId, ownTurn: {parentId: event.promptId, answerId: null, olderIds}}
    }
    case 'accepted': {
      const accepted = {...now, conversationId: event.conversationId}
      // Where the channel told of the prompt first, it also tells what came after it.
      if (event.promptId === null || now.tree.get(event.promptId)?.confirmed) return accepted
      return {...settlePrompt(accepted, event.promptId, 'complete'), serverLeafId: event.promptId}
    }
    case 'streamed':
      return stream(now, event.message)
    case 'upserted':
      return upsert(now, event.message)
    case 'held':
      return now.ownTurn ? {...now, ownTurn: {...now.ownTurn, isHeld: event.isHeld}} : now
    case 'turn-ended':
      return endTurn(now, event.outcome)
    case 'refused':
      return withdraw(now)
    case 'pending':
      return event.isPending === now.isPending ? now : {...now, isPending: event.isPending}
    case 'lost':
      return lose(now)
    case 'branch-chosen': {
      if (!now.tree.has(event.messageId)) return now
      return {...now, leafId: newestLeafUnder(now.tree, event.messageId)}
    }
  }
}

function load(now: ConversationState, read: KnownConversation): ConversationState {
  const tree = merge(sunk(now.tree, now.live), read)
  const loaded = {
    ...now,
    tree,
    live: new Map(),
    title: read.title,
    model: read.model,
    serverLeafId: read.leafId,
    readIds: new Set(read.nodes.map(({id}) => id)),
  }
  return {
    ...loaded,
    conversationId: read.id,
    phase: 'ready',
    leafId: leafAfterLoad(now, tree, read),
    ownTurn: now.ownTurn && withAnswer(now.ownTurn, tree),
  }
}

/** The tab's own answer may be there without its stream ever having told. */
function withAnswer(turn: OwnTurn, tree: MessageTree): OwnTurn {
  if (turn.answerId !== null) return turn
  const begun = tree.get(turn.parentId)?.childIds.findLast((id) => !turn.olderIds.includes(id))
  if (begun === undefined) return turn
  const leaf = newestLeafUnder(tree, begun)
  return tree.get(leaf)?.message?.role === 'assistant' ? {...turn, answerId: leaf} : turn
}

function leafAfterLoad(now: ConversationState, tree: MessageTree, read: KnownConversation): string {
  const serverLeaf = read.leafId
  const leaf = now.leafId
  if (leaf === null || !tree.has(leaf)) return serverLeaf
  if (now.ownTurn) return newestLeafUnder(tree, leaf)
  if (now.serverLeafId === serverLeaf) return leaf
  // A read that is older than what the tab already has must not take it back.
  return isOnPath(tree, leaf, serverLeaf) ? leaf : serverLeaf
}
