/**
 * The hazards of a stale tab by name, each with what cures it. A hazard is a way in which a person's act meets a conversation
 * that is no longer what their tab shows. Rule HZ1.
 */
import type {ConflictRule} from '#protocol/conflict.ts'
import type {PageHabits} from '#protocol/page-habits.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import type {Violation} from '../checkers/verdict.ts'

export const HAZARDS = [
  'silent fork',
  'both send',
  'stale edit',
  'stale regenerate',
  'send into a stream',
  'sent into deleted',
  'sent under an old name',
  'stopped by another tab',
  'answered by the old model',
  'outbox replayed',
  'resent with the same ids',
  'resent with fresh ids',
  'draft lost',
  'read from a lagging replica',
  'sent as another account',
] as const
export type Hazard = (typeof HAZARDS)[number]

/** How server and page are set in a cell of `stale-read`: what is not named is as observed. */
export type Setting = {
  readonly policy: PolicyName
  readonly rule: ConflictRule
  readonly guards: readonly SendGuard[]
  readonly habits: Partial<PageHabits>
  readonly onRepeat: 'refuse' | 'store-again'
  readonly replicaLagMs: number
}

/** What a hazard's cell cost: of all its tabs together, from the step that acts to the end of the last one. */
export type HazardCost = {
  /** Requests of the API, and the bytes of their answers' bodies. */
  readonly requests: number
  readonly answerBytes: number
  /**
   * From the key that sends in the stale tab to the commit of what it sent, ms, without the time that the person took to
   * decide; null where it was not committed.
   */
  readonly sendMs: number | null
}

export type HazardFinding = {
  readonly hazard: Hazard
  readonly isShown: boolean
  /** Why, with the lines that prove it; empty where it is not shown. */
  readonly because: readonly Violation[]
  readonly cost: HazardCost
}
