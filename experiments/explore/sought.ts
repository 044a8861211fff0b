/**
 * What an exploration looks for: guarantees of consistency, as far as they are promised to who plays under this rule and
 * this policy. A find that the rule itself predicts is one that an experiment wants; any other is a fault. Pure. Rule RP14.
 */
import {POLICIES, type Remedy} from '#protocol/policy.ts'
import {GUARANTEES, type GuaranteeName} from '../guarantees/guarantee.ts'
import type {Target} from './interleaving.ts'

/** A tab that is not ready again once everything has healed breaks no guarantee of what it shows: it shows nothing. */
export const SOUGHT = [...(Object.keys(GUARANTEES) as GuaranteeName[]), 'comesBack'] as const
export type Sought = GuaranteeName | 'comesBack'

/** Of every page, however little it hears. */
const ALWAYS: readonly Sought[] = [
  'noPhantom',
  'noDuplicate',
  'monotonicWrites',
  'monotonicReads',
  'readYourWrites',
  'writesFollowReads',
  'noLostUpdate',
  'noSilentFork',
  'comesBack',
]
const OF_FRESH_PAGES: readonly Sought[] = ['nothingLost', 'convergence']

/** Whether a page hears of what it missed without being asked to look. */
export const catchesUp = ({policy}: Pick<Target, 'policy'>): boolean => {
  const remedies: readonly Remedy[] = POLICIES[policy].remedies
  return remedies.includes('resume')
}

/** Where every parent is a parent, a stale tab forks, and its fork hides what the other tab wrote. */
const PREDICTED: readonly Sought[] = ['noSilentFork', 'noLostUpdate']

export const isPredicted = (broken: Sought, {rule}: Pick<Target, 'rule'>): boolean =>
  rule === 'fork' && PREDICTED.includes(broken)

/** What an exploration ends with. Under `fork` an update that is lost is counted and not looked for: forks lose them. */
export const soughtUnder = (target: Target): readonly Sought[] => {
  const all = catchesUp(target) ? [...ALWAYS, ...OF_FRESH_PAGES] : ALWAYS
  return target.rule === 'fork' ? all.filter((name) => name !== 'noLostUpdate') : all
}
