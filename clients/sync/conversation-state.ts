/**
 * What one tab holds of the conversation it shows: the tree, the leaf it believes current, its own turn, what is being
 * written. Pure: one `next(state, event)`. Observed: a tab takes the leaf it knows for the parent of what it sends, so a
 * tab that is behind forks. Inferred: of the nodes after that parent it deletes the ones it laid down itself.
 * Invented: following another tab's messages (policies `content`, `relay`).
 */
import type {KnownMessage, SaidMessage} from '#protocol/known-message.ts'
import {
  areInLine,
  dropUnconfirmed,
  furtherOf,
  isBeingWritten,
  isOnPath,
  merge,
  newestLeafUnder,
  put,
  sunk,
  type MessageTree,
} from './message-tree.ts'
import type {KnownConversation} from './known-conversation.ts'

export type ConversationState = {
  readonly conversationId: string | null
  /** What the first message of a new chat names as its parent. */
  readonly rootId: string
  readonly title: string
  readonly phase: 'loading' | 'ready' | 'missing'
  readonly tree: MessageTree
  /** Messages that grow by deltas lie over the tree, so that a delta copies no tree; they sink in when they end. */
  readonly live: ReadonlyMap<string, SaidMessage>
  readonly leafId: string | null
  /** The server's leaf as last heard: a tab that shows it goes on showing it, and a branch the person chose stays chosen. */
  readonly serverLeafId: string | null
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
}

export type ConversationEvent =
  | {readonly type: 'loaded'; readonly read: KnownConversation}
  | {readonly type: 'missing'}
  | {readonly type: 'titled'; readonly title: string}
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
  | {readonly type: 'turn-ended'; readonly outcome: 'complete' | 'stopped' | 'failed'}
  | {readonly type: 'pending'; readonly isPending: boolean}
  /** Nobody can say what becomes of the answer that is being written at the end of what is shown. */
  | {readonly type: 'lost'}
  | {readonly type: 'branch-chosen'; readonly messageId: string}

export const newConversation = (rootId: string): ConversationState => ({
  conversationId: null,
  rootId,
  title: '',
  phase: 'ready',
  tree: new Map([[rootId, {id: rootId, parentId: null, childIds: [], message: null, confirmed: false}]]),
  live: new Map(),
  leafId: rootId,
  serverLeafId: null,
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
  const loaded = {...now, tree, live: new Map(), title: read.title, serverLeafId: read.leafId}
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

function stream(now: ConversationState, message: KnownMessage): ConversationState {
  if (!now.ownTurn) return upsert(now, message)
  const parentId = message.parentId ?? now.ownTurn.parentId
  const written = write(now, message, now.tree.has(parentId) ? parentId : now.ownTurn.parentId)
  const answerId = message.said?.role === 'assistant' ? message.id : now.ownTurn.answerId
  const grew = !now.tree.has(message.id) || now.ownTurn.answerId !== answerId
  if (!grew) return written
  const isNewest = areInLine(now.tree, now.serverLeafId, now.ownTurn.parentId)
  // An answer proves that its prompt arrived.
  return {
    ...settlePrompt(written, now.ownTurn.parentId, 'complete'),
    leafId: message.id,
    serverLeafId: isNewest ? message.id : now.serverLeafId,
    ownTurn: {...now.ownTurn, answerId},
  }
}

/** True when a message would hang in the air: something before it never reached this tab. */
export function leavesHole(now: ConversationState, message: KnownMessage): boolean {
  const {id, parentId} = message
  return !now.tree.has(id) && (parentId === null || !now.tree.has(parentId))
}

function upsert(now: ConversationState, message: KnownMessage): ConversationState {
  if (leavesHole(now, message)) return now
  const {id, parentId, said} = message
  const written = write(now, message, parentId)
  // What a tab missed may come before what it knows. An answer that is told of again may only have ended.
  const isAnswer = said?.role === 'assistant' && now.tree.get(parentId ?? '')?.message?.role === 'user'
  if (parentId === null || (now.tree.has(id) && isAnswer)) return written
  // A tab that is busy with its own turn goes there when that has ended.
  const follows =
    parentId === now.leafId || (!now.ownTurn && areInLine(now.tree, now.leafId, now.serverLeafId))
  return {...written, serverLeafId: id, leafId: follows ? newestLeafUnder(written.tree, id) : now.leafId}
}

function write(now: ConversationState, message: KnownMessage, parentId: string | null): ConversationState {
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

function endTurn(now: ConversationState, outcome: 'complete' | 'stopped' | 'failed'): ConversationState {
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
  return backToServer(isLost ? settlePrompt(settled, parentId, 'failed') : settled)
}

/** What was refused leaves no trace; the tab goes back to where it was, or to what has come there meanwhile. */
function withdraw(now: ConversationState): ConversationState {
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

/** `failed` is what a tab says of an answer it lost sight of; whatever the server says of it later counts more. */
function lose(now: ConversationState): ConversationState {
  const id = now.leafId
  const message = id === null ? null : messageIn(now, id)
  if (now.ownTurn || id === null || message?.status !== 'streaming') return now
  const live = new Map(now.live).set(id, {...message, status: 'failed'})
  return {...now, tree: sunk(now.tree, live), live: withoutEnded(live)}
}

function settlePrompt(
  now: ConversationState,
  promptId: string,
  status: 'complete' | 'failed',
): ConversationState {
  const prompt = now.tree.get(promptId)
  if (!prompt?.message || prompt.confirmed) return now
  const message = {...prompt.message, status}
  return {...now, tree: put(now.tree, {...prompt, message, confirmed: status === 'complete'})}
}

const withoutEnded = (live: ReadonlyMap<string, SaidMessage>) =>
  new Map([...live].filter(([, message]) => isBeingWritten(message)))

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

export const messageIn = (now: ConversationState, id: string): SaidMessage | null =>
  now.live.get(id) ?? now.tree.get(id)?.message ?? null
