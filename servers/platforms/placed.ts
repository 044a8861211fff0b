/** Where a turn is attached under its person's conflict rule. Throws the platform's refusal. Rules CF1–CF6. */
import type {User} from '../accounts/user.ts'
import {place, type Aim, type Placement} from '../conversation/conflict-rule.ts'
import type {ConversationStore} from '../conversation/conversation-store.ts'
import type {Conflict, HttpRefusal} from './http-refusal.ts'

export type Sent = {
  readonly user: User
  readonly conversationId: string
  /** Null where another answer is asked for. */
  readonly promptId: string | null
  readonly aim: Aim
  /** An answer cannot be continued anywhere else. */
  readonly mayMove: boolean
}

export function placed(
  {user, conversationId, promptId, aim, mayMove}: Sent,
  store: Pick<ConversationStore, 'any' | 'message'>,
  refusal: (conflict: Conflict) => HttpRefusal,
): Exclude<Placement, {name: 'refuse'}> {
  const {conflictRule = 'fork'} = user.settings
  const leafId = store.any(conversationId)?.leafId ?? null
  const leaf = leafId === null ? null : (store.message(conversationId, leafId) ?? null)
  const rule = conflictRule === 'rebase' && !mayMove ? 'reject' : conflictRule
  const placement = place(rule, aim, leaf)
  if (placement.name !== 'refuse') return placement
  throw refusal({userId: user.id, conversationId, promptId, parentId: aim.namedParentId, leafId})
}
