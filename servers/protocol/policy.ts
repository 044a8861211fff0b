/**
 * A policy: what the channel carries, and what the page does by itself against staleness. SPEC: PO1–PO8.
 * The server reads only `carriage`; the page reads only `remedies`.
 */
import type {Carriage} from './carriage.ts'
import type {Platform} from './platform.ts'

export const REMEDIES = [
  'resume',
  'probe',
  'watchdog',
  'position',
  'poll',
  'focus',
  'relay',
  'leader',
  'shared-worker',
] as const
export type Remedy = (typeof REMEDIES)[number]

/** How often the remedy `poll` refetches: a steady pace in milliseconds, or one that follows what happens. */
export type PollPace = number | 'adaptive'

export type Policy = {
  readonly carriage: Carriage
  readonly remedies: readonly Remedy[]
  /** Of policies with `poll`. */
  readonly pollPace?: PollPace
}

export const POLICIES = {
  observed: {carriage: 'observed', remedies: []},
  hint: {carriage: 'hint', remedies: []},
  content: {carriage: 'content', remedies: []},
  'content+resume': {carriage: 'content', remedies: ['resume']},
  'content+resume+probe': {carriage: 'content', remedies: ['resume', 'probe']},
  'content+resume+watchdog': {carriage: 'content', remedies: ['resume', 'watchdog']},
  'content+resume+position': {carriage: 'content', remedies: ['resume', 'position']},
  poll: {carriage: 'observed', remedies: ['poll'], pollPace: 1_000},
  'poll-5s': {carriage: 'observed', remedies: ['poll'], pollPace: 5_000},
  'poll-adaptive': {carriage: 'observed', remedies: ['poll'], pollPace: 'adaptive'},
  focus: {carriage: 'observed', remedies: ['focus']},
  relay: {carriage: 'observed', remedies: ['relay']},
  leader: {carriage: 'content', remedies: ['resume', 'leader']},
  'shared-worker': {carriage: 'content', remedies: ['resume', 'shared-worker']},
} as const satisfies Record<string, Policy>

export type PolicyName = keyof typeof POLICIES
export const POLICY_NAMES = Object.keys(POLICIES) as PolicyName[]

/** The founding comparison's own: what `sync-latency` and `cross-tab-staleness` are about. */
export const FOUNDING_POLICIES = [
  'observed',
  'hint',
  'content',
  'content+resume',
  'poll',
  'focus',
  'relay',
] as const satisfies readonly PolicyName[]

/** Push has no connection of its own in a tab: nothing to watch, to share, or to acknowledge on (PO8). */
export const REMEDIES_OF = {
  chatgpt: REMEDIES,
  claude: ['resume', 'probe', 'poll', 'focus', 'relay'],
} as const satisfies Record<Platform, readonly Remedy[]>

/** What means something on a platform: every remedy of the policy exists there. */
export const POLICIES_OF: Record<Platform, readonly PolicyName[]> = {
  chatgpt: POLICY_NAMES,
  claude: POLICY_NAMES.filter((name) => {
    const remedies: readonly Remedy[] = REMEDIES_OF.claude
    return POLICIES[name].remedies.every((remedy) => remedies.includes(remedy))
  }),
}

export const isPolicyName = (name: string): name is PolicyName => Object.hasOwn(POLICIES, name)
