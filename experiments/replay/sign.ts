/** What a cell shows, by name: what has to be there again when something smaller is played. Pure. Rule RP5. */
import {FINDINGS, type CellJudgement} from '../checkers/judge.ts'
import type {Verdict, Violation} from '../checkers/verdict.ts'
import {GUARANTEES, type GuaranteeName} from '../guarantees/guarantee.ts'

export type Sign = {
  readonly kind: 'hazard' | 'guarantee' | 'finding'
  readonly name: string
}

type Judged = Pick<CellJudgement, 'validity' | 'hazard' | 'guarantees' | 'findings'>

/** The most telling first: hazards, then broken guarantees from the weakest on, then what else was found. */
export function signsOf({validity, hazard, guarantees, findings}: Judged): readonly Sign[] {
  if (validity === 'invalid') return []
  return [
    ...(hazard?.isShown ? [{kind: 'hazard', name: hazard.hazard} as const] : []),
    ...(guarantees?.broken ?? []).map((name) => ({kind: 'guarantee', name}) as const),
    ...FINDING_NAMES.filter((name) => findings[name].verdict === 'invalid').map(
      (name) => ({kind: 'finding', name}) as const,
    ),
  ]
}

const FINDING_NAMES = Object.keys(FINDINGS) as (keyof typeof FINDINGS)[]

export const isSame = (a: Sign, b: Sign): boolean => a.kind === b.kind && a.name === b.name

export function signInWords({kind, name}: Sign): string {
  if (kind === 'hazard') return `the hazard "${name}"`
  return kind === 'guarantee' ? `${name} broken (${GUARANTEES[name as GuaranteeName]})` : `finding "${name}"`
}

/** What proves it; empty where it does not show. */
export function proofOf({kind, name}: Sign, judged: Judged): readonly Violation[] {
  if (kind === 'hazard') return judged.hazard?.hazard === name ? judged.hazard.because : []
  if (kind === 'guarantee') return becauseOf(judged.guarantees?.of[name as GuaranteeName])
  return becauseOf(judged.findings[name as keyof typeof FINDINGS])
}

const becauseOf = (verdict: Verdict | undefined): readonly Violation[] =>
  verdict?.verdict === 'invalid' ? verdict.because : []
