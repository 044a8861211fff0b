/** An explored interleaving as data: whatever is in here plays it again. Pure. Rules RP1, RP10. */
import {CONFLICT_RULES, type ConflictRule} from '#protocol/conflict.ts'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {isPolicyName, type PolicyName} from '#protocol/policy.ts'
import {SEND_GUARDS, type SendGuard} from '#protocol/send-guard.ts'
import type {CellSpec} from '../history/history-event.ts'
import {UsageError} from '../usage-error.ts'
import {tabNames} from '../virtual/fault-cell.ts'
import {allInShort, readAct, type Act} from './act.ts'

/** How the scripted model writes: whole answers, or a few tokens within some tens of milliseconds. */
export const PACES = ['at-once', 'slowly'] as const
export type Pace = (typeof PACES)[number]

/** What is explored: one server, one page. */
export type Target = {
  readonly platform: Platform
  readonly rule: ConflictRule
  readonly policy: PolicyName
  readonly guards: readonly SendGuard[]
}

export type Interleaving = Target & {
  /** Draws back-offs and texts while it is played. */
  readonly seed: string
  readonly tabCount: number
  readonly pace: Pace
  readonly acts: readonly Act[]
}

export const EXPLORE = 'explore'
export const [FEWEST_TABS, MOST_TABS] = [2, 5]

export const tabsOf = ({tabCount}: Pick<Interleaving, 'tabCount'>): readonly string[] => tabNames(tabCount)

export const specOf = (interleaving: Interleaving): CellSpec => ({
  experiment: EXPLORE,
  platform: interleaving.platform,
  policy: interleaving.policy,
  conditions: {
    rule: interleaving.rule,
    guards: interleaving.guards.join(','),
    tabs: interleaving.tabCount,
    pace: interleaving.pace,
    acts: allInShort(interleaving.acts),
  },
  seed: interleaving.seed,
  repetition: 1,
})

/** Reads what {@link specOf} writes; null of a cell that is none of ours. */
export function interleavingOf({
  experiment,
  platform,
  policy,
  conditions,
  seed,
}: CellSpec): Interleaving | null {
  if (experiment !== EXPLORE || !isPolicyName(policy)) return null
  const where = PLATFORMS.find((name) => name === platform)
  const rule = CONFLICT_RULES.find((name) => name === conditions['rule'])
  const pace = PACES.find((name) => name === conditions['pace'])
  const tabCount = Number(conditions['tabs'])
  if (where === undefined || rule === undefined || pace === undefined) return null
  if (!Number.isInteger(tabCount) || tabCount < 1 || tabCount > MOST_TABS) return null
  const named = String(conditions['guards'] ?? '').split(',')
  const guards = SEND_GUARDS.filter((guard) => named.includes(guard))
  const acts = String(conditions['acts'] ?? '')
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(readAct)
  if (acts.some((act) => act === null)) return null
  return {
    platform: where,
    rule,
    policy,
    guards,
    seed,
    tabCount,
    pace,
    acts: acts.filter((act) => act !== null),
  }
}

/** Reads acts that a person typed. Throws {@link UsageError} in one sentence. */
export function readActs(option: string, text: string, tabs: readonly string[]): readonly Act[] {
  const parts = text.split(',').map((part) => part.trim())
  if (parts.every((part) => part === '')) return []
  return parts.map((part) => {
    const act = readAct(part)
    if (act === null)
      throw new UsageError(
        `${option} "${part}" is not accepted; an act reads "send A", "hold B to-client", "let-one B 0" or "rest".`,
      )
    if ('tab' in act && !tabs.includes(act.tab))
      throw new UsageError(`${option} "${part}" names the tab "${act.tab}"; there are ${tabs.join(', ')}.`)
    return act
  })
}
