/**
 * A policy: what the channel carries, and what the page does by itself against staleness. SPEC: PO1–PO8.
 * The server reads only `carriage`; the page reads only `remedies`.
 */
import type {Carriage} from './carriage.ts'
import type {Platform} from './platform.ts'

export const REMEDIES = ['resume', 'poll', 'focus', 'relay'] as const
export type Remedy = (typeof REMEDIES)[number]

export type Policy = {readonly carriage: Carriage; readonly remedies: readonly Remedy[]}

export const POLICIES = {
  observed: {carriage: 'observed', remedies: []},
  hint: {carriage: 'hint', remedies: []},
  content: {carriage: 'content', remedies: []},
  'content+resume': {carriage: 'content', remedies: ['resume']},
  poll: {carriage: 'observed', remedies: ['poll']},
  focus: {carriage: 'observed', remedies: ['focus']},
  relay: {carriage: 'observed', remedies: ['relay']},
} as const satisfies Record<string, Policy>

export type PolicyName = keyof typeof POLICIES
export const POLICY_NAMES = Object.keys(POLICIES) as PolicyName[]

/** `resume` needs a channel with offsets, which push has not (PO8). */
export const REMEDIES_OF = {
  chatgpt: REMEDIES,
  claude: ['poll', 'focus', 'relay'],
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
