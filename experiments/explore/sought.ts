/**
 * What an exploration looks for: guarantees of consistency, as far as they are promised to who plays under this rule and
 * this policy. A find that the rule itself predicts is one that an experiment wants; any other is a fault. Pure. Rule RP14.
 */
import {POLICIES, type Remedy} from '#protocol/policy.ts'
import {GUARANTEES, type GuaranteeName} from '../guarantees/guarantee.ts'
import type {Target} from './interleaving.ts'

/**
 * `comesBack`: a tab that is not ready again once everything has healed breaks no guarantee of what it shows, because it
 * shows nothing. `noStaleBranch`: an update that was lost to nothing but edits and other answers, which mean a branch.
 */
export const SOUGHT = [...(Object.keys(GUARANTEES) as GuaranteeName[]), 'noStaleBranch', 'comesBack'] as const
export type Sought = (typeof SOUGHT)[number]

/** The guarantee that it is about; null of what none is about. */
export function guaranteeOf(sought: Sought): GuaranteeName | null {
  if (sought === 'comesBack') return null
  return sought === 'noStaleBranch' ? 'noLostUpdate' : sought
}

/** Of every page, however little it hears. */
const ALWAYS: readonly Sought[] = [
  'noPhantom',
  'noDuplicate',
  'monotonicWrites',
  'monotonicReads',
  'readYourWrites',
  'writesFollowReads',
  'noLostUpdate',
  'noStaleBranch',
  'noSilentFork',
  'comesBack',
]
const OF_FRESH_PAGES: readonly Sought[] = ['nothingLost', 'convergence']

/** Whether a page hears of what it missed without being asked to look. */
export const catchesUp = ({policy}: Pick<Target, 'policy'>): boolean => {
  const remedies: readonly Remedy[] = POLICIES[policy].remedies
  return remedies.includes('resume')
}

/**
 * Where every parent is a parent, a stale tab forks, and its fork hides what the other tab wrote. To edit and to ask again
 * means a branch under every rule (CF2): from a stale tab too, unless the page says what it shows.
 */
export function isPredicted(broken: Sought, {rule, guards}: Pick<Target, 'rule' | 'guards'>): boolean {
  if (broken === 'noStaleBranch') return !guards.includes('if-match')
  return rule === 'fork' && (broken === 'noSilentFork' || broken === 'noLostUpdate')
}

/** What an exploration ends with. Of what is predicted only the silent fork is looked for; the rest is counted. */
export const soughtUnder = (target: Target): readonly Sought[] =>
  (catchesUp(target) ? [...ALWAYS, ...OF_FRESH_PAGES] : ALWAYS).filter(
    (name) => name === 'noSilentFork' || !isPredicted(name, target),
  )
