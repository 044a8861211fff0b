/**
 * What becomes of a message whose tab named an out-of-date parent. Pure; the leaf moves to whatever is attached.
 * `fork` is observed (the tree) and inferred (that a stale tab forks), the others are invented. Rules TU7, CF1–CF6.
 */
import type {ConflictRule} from '#protocol/conflict.ts'
import type {StoredMessage} from './message.ts'

/** Where a page wants to write, and what it says about that. Ids are null at the root. */
export type Aim = {
  readonly namedParentId: string | null
  /** A person goes back on purpose: then an older parent is no mistake. */
  readonly meansBranch: boolean
  /** The end of the conversation as the page knows it; undefined where it does not say. */
  readonly shownLeafId: string | null | undefined
}

export type Placement =
  | {readonly name: 'attach'; readonly parentId: string | null}
  | {readonly name: 'rebase'; readonly parentId: string | null; readonly discardedParentId: string | null}
  | {readonly name: 'refuse'}

/** `leaf`: the current one, null while there is none. */
export function place(
  rule: ConflictRule,
  {namedParentId, meansBranch, shownLeafId}: Aim,
  leaf: Pick<StoredMessage, 'id' | 'status'> | null,
): Placement {
  const leafId = leaf?.id ?? null
  if (shownLeafId !== undefined && shownLeafId !== leafId) return {name: 'refuse'}
  if (rule === 'fork' || meansBranch) return {name: 'attach', parentId: namedParentId}
  // Nobody can answer to what has not been said to its end, wherever it would be attached.
  if (leaf?.status === 'in_progress') return {name: 'refuse'}
  if (namedParentId === leafId) return {name: 'attach', parentId: leafId}
  return rule === 'reject'
    ? {name: 'refuse'}
    : {name: 'rebase', parentId: leafId, discardedParentId: namedParentId}
}
