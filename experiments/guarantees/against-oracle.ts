/** Holds the checkers to the oracle on one history: which guarantees are broken, and where first. */
import type {History} from '../history/history-event.ts'
import {GUARANTEES} from './guarantee.ts'
import type {GuaranteeName} from './guarantee.ts'
import {guaranteesOf} from './guarantees-of.ts'
import type {StalenessLimits} from './guarantees-of.ts'
import {oracle} from './oracle.ts'

export const TEST_LIMITS: StalenessLimits = {commitsBehind: 1, visible: {withinMs: 500, share: 0.9}}

/** Checkers that report in the order of time; the others are compared by their verdict alone. */
const TELL_THE_FIRST: ReadonlySet<GuaranteeName> = new Set([
  'noPhantom',
  'inOrder',
  'monotonicWrites',
  'monotonicReads',
  'readYourWrites',
  'writesFollowReads',
  'monotonicWritesOfPerson',
  'monotonicReadsOfPerson',
  'readYourWritesOfPerson',
  'writesFollowReadsOfPerson',
  'boundedStaleness',
])

type Said = Readonly<Partial<Record<GuaranteeName, number | 'broken'>>>

/** What checkers and oracle say is broken, each in the same words; `refused` when the history contradicts itself. */
export function compared(
  history: History,
  limits = TEST_LIMITS,
): {readonly said: Said; readonly ought: Said} | 'refused' {
  const verdicts = guaranteesOf(history, limits)
  if (verdicts.refused !== null) return 'refused'
  const findings = oracle(history, limits)
  const names = Object.keys(GUARANTEES) as GuaranteeName[]
  const said = names.flatMap((name) => {
    const verdict = verdicts.of[name]
    if (verdict.verdict === 'unknown') throw new Error(`${name}: ${verdict.why}`)
    if (verdict.verdict === 'valid') return []
    return [[name, TELL_THE_FIRST.has(name) ? verdict.because[0]?.lines.at(-1) : 'broken'] as const]
  })
  const ought = names.flatMap((name) => {
    const [first] = findings[name]
    if (first === undefined) return []
    return [[name, TELL_THE_FIRST.has(name) ? first : 'broken'] as const]
  })
  return {said: Object.fromEntries(said), ought: Object.fromEntries(ought)}
}
