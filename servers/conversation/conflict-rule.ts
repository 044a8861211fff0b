/**
 * What becomes of a message whose tab named an out-of-date parent. Pure.
 * `fork` is observed (the tree) and inferred (that a stale tab forks): the message becomes a sibling. Rule TU7.
 */

export type ConflictRule = 'fork'

/** Where to attach; the leaf moves to what is attached. Other rules will add other decisions. */
export type Placement = {readonly name: 'attach'; readonly parentId: string | null}

export function place(rule: ConflictRule, namedParentId: string | null): Placement {
  switch (rule) {
    case 'fork':
      return {name: 'attach', parentId: namedParentId}
  }
}
