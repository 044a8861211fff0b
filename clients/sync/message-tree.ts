/**
 * The tree of a conversation's messages as one tab knows it: parents, branches, and the path to a leaf. Pure.
 * Does not know which leaf is current, nor where messages come from.
 */
import type {SaidMessage} from '#protocol/known-message.ts'
import type {KnownConversation} from './known-conversation.ts'

export type TreeNode = {
  readonly id: string
  readonly parentId: string | null
  readonly childIds: readonly string[]
  /** Null for what no person reads: the root, thoughts, tools. */
  readonly message: SaidMessage | null
  /** The server is known to have it; false for what this tab laid down and nobody has answered for. */
  readonly confirmed: boolean
}

export type MessageTree = ReadonlyMap<string, TreeNode>

export const isBeingWritten = ({status}: SaidMessage): boolean =>
  status === 'streaming' || status === 'sending'

/**
 * Adds a node under its parent, or gives a known one new contents. A known node stays where it is, unless this tab laid it
 * down and the server says now that it stands elsewhere (rule `rebase`).
 */
export function put(tree: MessageTree, node: Omit<TreeNode, 'childIds'>): MessageTree {
  const known = tree.get(node.id)
  const grown = new Map(tree)
  const isMoved =
    known !== undefined && !known.confirmed && node.confirmed && known.parentId !== node.parentId
  const parent = node.parentId === null ? undefined : grown.get(node.parentId)
  if (known && !(isMoved && parent))
    return grown.set(node.id, {...known, message: node.message, confirmed: node.confirmed})
  const left = grown.get(known?.parentId ?? '')
  if (left) grown.set(left.id, {...left, childIds: left.childIds.filter((id) => id !== node.id)})
  grown.set(node.id, {...node, childIds: known?.childIds ?? []})
  if (parent) grown.set(parent.id, {...parent, childIds: [...parent.childIds, node.id]})
  return grown
}

/** Takes out everything under a node that this tab laid down and the server never answered for. */
export function dropUnconfirmed(tree: MessageTree, parentId: string): MessageTree {
  const parent = tree.get(parentId)
  const dropped = parent?.childIds.filter((id) => tree.get(id)?.confirmed === false) ?? []
  if (!parent || dropped.length === 0) return tree
  const shrunk = new Map(tree)
  const queue = [...dropped]
  for (let id = queue.pop(); id !== undefined; id = queue.pop()) {
    queue.push(...(tree.get(id)?.childIds ?? []))
    shrunk.delete(id)
  }
  return shrunk.set(parentId, {...parent, childIds: parent.childIds.filter((id) => !dropped.includes(id))})
}

/** Ids from the first message of the conversation to the leaf. A loop, which no server should send, is cut. */
export function pathTo(tree: MessageTree, leafId: string | null): readonly string[] {
  const path: string[] = []
  const seen = new Set<string>()
  for (let id = leafId; id !== null && !seen.has(id);) {
    const node = tree.get(id)
    if (!node) break
    seen.add(id)
    path.push(id)
    id = node.parentId
  }
  return path.toReversed()
}

export function isOnPath(tree: MessageTree, leafId: string | null, id: string): boolean {
  return pathTo(tree, leafId).includes(id)
}

/** Whether one of two messages is the other or stands above it. What is not known stands beside nothing. */
export const areInLine = (tree: MessageTree, a: string | null, b: string | null): boolean =>
  a === null || b === null || !tree.has(a) || !tree.has(b) || isOnPath(tree, a, b) || isOnPath(tree, b, a)

/** The newest leaf below a node: where choosing a branch leads. */
export function newestLeafUnder(tree: MessageTree, id: string): string {
  let leaf = id
  for (const seen = new Set<string>(); !seen.has(leaf);) {
    seen.add(leaf)
    leaf = tree.get(leaf)?.childIds.at(-1) ?? leaf
  }
  return leaf
}

/** Where the branch that a shown message belongs to begins: itself, or the unshown messages leading to it. */
export function branchStart(
  tree: MessageTree,
  id: string,
): {readonly id: string; readonly siblings: readonly string[]} {
  let start = id
  for (;;) {
    const parentId = tree.get(start)?.parentId ?? null
    const parent = parentId === null ? undefined : tree.get(parentId)
    if (!parent) return {id: start, siblings: [start]}
    if (parent.message !== null || parent.parentId === null || parent.childIds.length > 1)
      return {id: start, siblings: parent.childIds}
    start = parent.id
  }
}

/**
 * The server's tree joined with what the tab knows beyond it. An answer to a read may be older than what the channel
 * already brought, so nothing confirmed is taken away and no finished message goes back to being written.
 */
export function merge(local: MessageTree, {nodes}: Pick<KnownConversation, 'nodes'>): MessageTree {
  const merged = new Map<string, TreeNode>()
  for (const {said, ...node} of nodes) {
    const known = local.get(node.id)?.message ?? null
    merged.set(node.id, {...node, confirmed: true, message: said && known ? furtherOf(known, said) : said})
  }
  const rootId = [...merged.values()].find(({parentId}) => parentId === null)?.id ?? null
  for (const node of local.values()) {
    // The tab's own idea of a root gives way to the server's.
    if (merged.has(node.id) || node.parentId === null) continue
    const keepsParent = merged.has(node.parentId) || (local.get(node.parentId)?.parentId ?? null) !== null
    const parentId = keepsParent ? node.parentId : rootId
    merged.set(node.id, {...node, parentId})
    const parent = parentId === null ? undefined : merged.get(parentId)
    if (parent && !parent.childIds.includes(node.id))
      merged.set(parent.id, {...parent, childIds: [...parent.childIds, node.id]})
  }
  return merged
}

/**
 * Of two readings of one message the one that is further on; the read one where they are equally far.
 * `failed` is what a tab says of an answer it lost sight of, so any reading of the server's beats it.
 */
export function furtherOf(known: SaidMessage, read: SaidMessage): SaidMessage {
  if (known.status === 'failed' || !isBeingWritten(read)) return read
  if (!isBeingWritten(known)) return known
  return known.text.length > read.text.length ? known : read
}

/** The tree with what is being written put back into it. */
export function sunk(tree: MessageTree, live: ReadonlyMap<string, SaidMessage>): MessageTree {
  if (live.size === 0) return tree
  const whole = new Map(tree)
  for (const [id, message] of live) {
    const node = whole.get(id)
    if (node) whole.set(id, {...node, message})
  }
  return whole
}
