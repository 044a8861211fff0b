/**
 * What became of the pushes of some cells, and how long each leg took. Counted per message and device; the worker's
 * notifications too, because a push that no window hears ends in one.
 */
import type {CellJudgement} from '../checkers/judge.ts'
import {PUSH_LEGS} from '../checkers/push-samples.ts'
import type {PushLeg} from '../checkers/push-samples.ts'
import {spreadOf} from './measured.ts'
import type {Spread} from './measured.ts'

export type PushInNumbers = {
  readonly stored: number
  readonly acked: number
  /** By the service worker of the device. */
  readonly heard: number
  readonly dropped: number
  readonly doubled: number
  readonly reordered: number
  readonly notified: number
  readonly legs: Readonly<Record<PushLeg, Spread | null>>
}

/** Null where nothing was pushed. */
export function pushInNumbers(judgements: readonly CellJudgement[]): PushInNumbers | null {
  const count = (name: string) =>
    judgements.reduce((sum, {findings}) => sum + (detailsOf(findings.pushLost)[name] ?? 0), 0)
  if (count('stored') === 0) return null
  const violations = (name: 'pushDoubled' | 'pushReordered') =>
    judgements.reduce((sum, {findings}) => {
      const verdict = findings[name]
      return sum + (verdict.verdict === 'invalid' ? verdict.because.length : 0)
    }, 0)
  const samples = judgements.flatMap((judgement) =>
    judgement.samples.filter(({measure}) => measure === 'push-leg'),
  )
  const legs = PUSH_LEGS.map((leg) => [
    leg,
    spreadOf(
      samples.filter(({about}) => about['leg'] === leg),
      0,
    ),
  ])
  return {
    stored: count('stored'),
    acked: count('acked'),
    heard: count('heard'),
    dropped: count('dropped'),
    doubled: violations('pushDoubled'),
    reordered: violations('pushReordered'),
    notified: count('notified'),
    legs: Object.fromEntries(legs) as PushInNumbers['legs'],
  }
}

const detailsOf = (verdict: CellJudgement['findings']['pushLost']): Readonly<Record<string, number>> =>
  verdict.verdict === 'unknown' ? {} : (verdict.details ?? {})
