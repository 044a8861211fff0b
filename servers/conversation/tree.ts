/** Messages as a tree: parents, branches, the path a tab shows. Pure; does not know where they are kept. Rules TU7, TU20. */

type Node = {readonly id: string; readonly parentId: string | null}

/** From the root to the message, itself included; empty when it is not in the tree. */
export function pathTo<M extends Node>(messages: readonly M[], id: string | null): readonly M[] {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const path: M[] = []
  for (let at = id === null ? undefined : byId.get(id); at; at = byId.get(at.parentId ?? '')) {
    // A message may be on a path only once: a tree that was damaged must not hang its reader.
    byId.delete(at.id)
    path.push(at)
  }
  return path.toReversed()
}

/** The ids under every parent, in the order given; the root's under null. */
export function childrenOf(messages: readonly Node[]): ReadonlyMap<string | null, readonly string[]> {
  const children = new Map<string | null, string[]>()
  for (const {id, parentId} of messages) children.set(parentId, [...(children.get(parentId) ?? []), id])
  return children
}

/** The message and what stands beside it under the same parent: what a branch control counts. */
export function branchesOf<M extends Node>(messages: readonly M[], id: string): readonly M[] {
  const message = messages.find((one) => one.id === id)
  return message ? messages.filter(({parentId}) => parentId === message.parentId) : []
}
