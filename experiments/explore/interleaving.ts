/** An explored interleaving as data: whatever is in here plays it again. Pure. Rules RP1, RP10. */
import type {ConflictRule} from '#protocol/conflict.ts'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import {conditionsOf, OBSERVED_SETTING, settingOf} from '../hazards/setting.ts'
import type {CellSpec} from '../history/history-event.ts'
import {UsageError} from '../usage-error.ts'
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
const NAMES = ['A', 'B', 'C', 'D', 'E']
export const [FEWEST_TABS, MOST_TABS] = [2, NAMES.length]

export const tabsOf = ({tabCount}: Pick<Interleaving, 'tabCount'>): readonly string[] =>
  NAMES.slice(0, tabCount)

export const specOf = ({platform, rule, policy, guards, ...of}: Interleaving): CellSpec => ({
  experiment: EXPLORE,
  platform,
  policy,
  conditions: {
    ...conditionsOf({...OBSERVED_SETTING, policy, rule, guards}),
    tabs: of.tabCount,
    pace: of.pace,
    acts: allInShort(of.acts),
  },
  seed: of.seed,
  repetition: 1,
})

/** Reads what {@link specOf} writes. Throws TypeError of a cell that is none of ours. */
export function interleavingOf(spec: CellSpec): Interleaving {
  const {conditions, seed} = spec
  const platform = PLATFORMS.find((name) => name === spec.platform)
  const pace = PACES.find((name) => name === conditions['pace'])
  const tabCount = Number(conditions['tabs'])
  const parts = partsOf(String(conditions['acts'] ?? ''))
  const acts = parts.flatMap((part) => readAct(part) ?? [])
  const isCount = Number.isInteger(tabCount) && tabCount >= 1 && tabCount <= MOST_TABS
  if (spec.experiment !== EXPLORE || platform === undefined || pace === undefined || !isCount)
    throw new TypeError('it is no interleaving that "tabwitness explore" plays')
  const stranger = acts.find((act) => 'tab' in act && !tabsOf({tabCount}).includes(act.tab))
  if (acts.length < parts.length || stranger !== undefined)
    throw new TypeError('it has an act that this version of Tabwitness does not know')
  const {rule, policy, guards} = settingOf(spec)
  return {platform, rule, policy, guards, seed, tabCount, pace, acts}
}

const partsOf = (text: string): readonly string[] =>
  text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')

/** Reads acts that a person typed. Throws {@link UsageError} in one sentence. */
export function readActs(option: string, text: string, tabs: readonly string[]): readonly Act[] {
  return partsOf(text).map((part) => {
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
