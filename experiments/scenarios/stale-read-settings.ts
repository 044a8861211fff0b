/** How server and page are set where a hazard of `stale-read` shows, and where it is cured. Rules HZ3–HZ5. */
import type {Platform} from '#protocol/platform.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import {CONFLICT_RULES, type ConflictRule} from '#protocol/conflict.ts'
import type {Hazard, Setting} from '../hazards/hazard.ts'
import {OBSERVED_SETTING} from '../hazards/setting.ts'

type Change = Partial<Setting>
type Pair = {
  readonly disease: Change
  /** Laid over what is observed, not over the disease: a cure may be a habit that the page drops. */
  readonly cure: Change
  /** Of the cure, for people. */
  readonly cureInWords: string
}

const REJECTED = {
  disease: {},
  cure: {rule: 'reject'},
  cureInWords: 'conflict rule reject',
} as const satisfies Pair
const MATCHED = {
  disease: {},
  cure: {guards: ['if-match']},
  cureInWords: 'guard if-match',
} as const satisfies Pair
const LOOKED = {
  disease: {},
  cure: {guards: ['refetch-first']},
  cureInWords: 'guard refetch-first',
} as const satisfies Pair
const REPEATED = {
  cure: {guards: ['idempotent']},
  cureInWords: 'guard idempotent, and a server that knows the ids it had',
} as const

/** Longer than a reload takes. */
const LAG_MS = 2_000

const PAIRS: Record<Hazard, Pair> = {
  'silent fork': REJECTED,
  'both send': REJECTED,
  'stale edit': MATCHED,
  'stale regenerate': MATCHED,
  'send into a stream': REJECTED,
  'sent into deleted': LOOKED,
  'sent under an old name': LOOKED,
  'stopped by another tab': {
    disease: {},
    cure: {policy: 'content'},
    cureInWords: 'policy content, and a page that says who stopped it',
  },
  'answered by the old model': LOOKED,
  'outbox replayed': {
    disease: {habits: {outbox: 'replay'}},
    cure: {habits: {outbox: 'replay'}, rule: 'reject'},
    cureInWords: 'conflict rule reject',
  },
  'resent with the same ids': {
    disease: {habits: {resend: 'same-ids'}, onRepeat: 'store-again'},
    ...REPEATED,
  },
  'resent with fresh ids': {disease: {habits: {resend: 'fresh-ids'}}, ...REPEATED},
  'draft lost': {
    disease: {},
    cure: {habits: {drafts: 'device'}},
    cureInWords: 'drafts kept for the browser',
  },
  'read from a lagging replica': {
    disease: {replicaLagMs: LAG_MS},
    cure: {replicaLagMs: LAG_MS, habits: {reads: 'strong'}},
    cureInWords: 'strong reads',
  },
  'sent as another account': {
    disease: {habits: {login: 'browser'}},
    cure: {habits: {login: 'tab'}},
    cureInWords: 'a login of each tab',
  },
}

const over = (change: Change): Setting => ({...OBSERVED_SETTING, ...change})

export const diseaseOf = (hazard: Hazard, _platform: Platform): Setting => over(PAIRS[hazard].disease)
export const cureOf = (hazard: Hazard, _platform: Platform): Setting => over(PAIRS[hazard].cure)
export const cureInWords = (hazard: Hazard): string => PAIRS[hazard].cureInWords

/** Against sends into a conversation that has changed. */
export const SEND_REMEDIES = [
  'none',
  'if-match',
  'idempotent',
  'refetch-first',
  'warn-first',
  'content+resume',
] as const
export type SendRemedy = (typeof SEND_REMEDIES)[number]

/** The hazards that every rule and remedy is tried on. */
export const SEND_HAZARDS = [
  'silent fork',
  'both send',
  'stale edit',
  'send into a stream',
  'outbox replayed',
] as const satisfies readonly Hazard[]
export type SendHazard = (typeof SEND_HAZARDS)[number]

export type Combination = {readonly rule: ConflictRule; readonly remedy: SendRemedy}
export const COMBINATIONS: readonly Combination[] = CONFLICT_RULES.flatMap((rule) =>
  SEND_REMEDIES.map((remedy) => ({rule, remedy})),
)

export function combined(hazard: SendHazard, {rule, remedy}: Combination): Setting {
  const policy: PolicyName = remedy === 'content+resume' ? remedy : OBSERVED_SETTING.policy
  const guards: readonly SendGuard[] = remedy === 'none' || remedy === 'content+resume' ? [] : [remedy]
  return {...over(PAIRS[hazard].disease), rule, policy, guards}
}
