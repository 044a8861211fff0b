/**
 * Which guarantees no experiment ever predicts to be broken: what a tab owes its person whatever another tab does, under
 * every policy, fault and conflict rule. Those between tabs are what stale tabs break; they are counted and reported, and
 * are a surprise nowhere. Rule SG24.
 */
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import type {GuaranteeVerdicts} from '../guarantees/guarantees-of.ts'
import {guaranteesOf} from '../guarantees/guarantees-of.ts'
import type {Hazard, HazardFinding} from '../hazards/hazard.ts'
import type {History} from '../history/history-event.ts'
import type {Violation} from './verdict.ts'

export const KEPT_GUARANTEES = [
  'noPhantom',
  'noDuplicate',
  'inOrder',
  'monotonicWrites',
  'monotonicReads',
  'readYourWrites',
  'writesFollowReads',
] as const satisfies readonly GuaranteeName[]
export type KeptGuarantee = (typeof KEPT_GUARANTEES)[number]

/** Null where nothing was committed: there is nothing to be consistent about. */
export const guaranteesIn = (history: History): GuaranteeVerdicts | null =>
  history.events.some((line) => line.kind === 'ledger' && line.event.kind === 'committed')
    ? guaranteesOf(history)
    : null

/** Findings and guarantees that a hazard, where it shows, breaks by what it is. */
type Exempt = {
  readonly guarantees: ReadonlySet<GuaranteeName>
  readonly findings: ReadonlySet<string>
}

const BROKEN_BY: Readonly<Partial<Record<Hazard, readonly [KeptGuarantee, ...KeptGuarantee[]]>>> = {
  'resent with the same ids': ['noDuplicate'],
  'resent with fresh ids': ['noDuplicate'],
  // An older copy of the conversation is shown after a newer one.
  'read from a lagging replica': ['monotonicReads', 'readYourWrites'],
}

/** The same of findings. */
const FOUND_WITH: Readonly<Partial<Record<Hazard, readonly [string, ...string[]]>>> = {
  // What the page shows is what it sent last: what it had sent before goes, though the server has it.
  'resent with fresh ids': ['monotonicViews'],
  'read from a lagging replica': ['convergence'],
}

export function exemptBy(hazard: HazardFinding | null): Exempt {
  const shown = hazard?.isShown ? hazard.hazard : null
  const of = <T>(by: Readonly<Partial<Record<Hazard, readonly T[]>>>) =>
    new Set(shown === null ? [] : (by[shown] ?? []))
  return {guarantees: of(BROKEN_BY), findings: of(FOUND_WITH)}
}

export type BrokenPromise = {readonly guarantee: KeptGuarantee; readonly violation: Violation}

/** The first violation of each, the weakest guarantee first. */
export function brokenPromises(
  guarantees: GuaranteeVerdicts | null,
  exempt: ReadonlySet<GuaranteeName>,
): readonly BrokenPromise[] {
  if (guarantees === null) return []
  return KEPT_GUARANTEES.filter((name) => !exempt.has(name)).flatMap((guarantee) => {
    const verdict = guarantees.of[guarantee]
    const [violation] = verdict.verdict === 'invalid' ? verdict.because : []
    return violation === undefined ? [] : [{guarantee, violation}]
  })
}

/** Of those that every experiment relies on: what could not be judged must not pass for kept. */
export function doubtsAbout(guarantees: GuaranteeVerdicts | null): readonly string[] {
  if (guarantees === null) return []
  const unknown = KEPT_GUARANTEES.flatMap((name) => {
    const verdict = guarantees.of[name]
    return verdict.verdict === 'unknown' ? [{name, why: verdict.why}] : []
  })
  if (unknown.length === 0) return []
  const [first] = unknown
  // What a history contradicts itself in is said once, not for each guarantee.
  if (guarantees.refused !== null) return [`guarantees: ${first?.why ?? ''}`]
  return unknown.map(({name, why}) => `${name}: ${why}`)
}
