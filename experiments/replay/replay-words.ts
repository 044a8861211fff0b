/** What was played again, and how it compares with what was recorded, in words. Pure. */
import type {CellJudgement} from '../checkers/judge.ts'
import type {CellSpec, HistoryHeader} from '../history/history-event.ts'
import {scheduleInWords} from '../history/schedule-words.ts'
import {sayConditions} from '../report/conditions.ts'
import {isSame, signInWords, signsOf, type Sign} from './sign.ts'

export function cellInWords({experiment, platform, policy, conditions, seed, repetition}: CellSpec): string {
  const factors = sayConditions(conditions)
  return [experiment, platform, policy, factors, `seed "${seed}"`, `#${repetition}`]
    .filter((word) => word !== '')
    .join(', ')
}

/** A line for each step and each fault. */
export const courseInWords = ({
  steps,
  schedule,
}: Pick<HistoryHeader, 'steps' | 'schedule'>): readonly string[] => [
  ...steps.map((step, index) => `  ${String(index + 1).padStart(2)}. ${step}`),
  ...scheduleInWords(schedule ?? []).map((fault) => `      fault ${fault}`),
]

export type Comparison = {
  readonly what: string
  readonly before: boolean
  /** How many of those that were played now. */
  readonly now: number
}

/** That it may be believed, that it is as predicted, and all that either shows. */
export function compare(before: CellJudgement, now: readonly CellJudgement[]): readonly Comparison[] {
  const count = (holds: (judged: CellJudgement) => boolean) => now.filter(holds).length
  const row = (what: string, holds: (judged: CellJudgement) => boolean): Comparison => ({
    what,
    before: holds(before),
    now: count(holds),
  })
  const signs = [before, ...now]
    .flatMap(signsOf)
    .reduce<readonly Sign[]>(
      (known, sign) => (known.some((each) => isSame(each, sign)) ? known : [...known, sign]),
      [],
    )
  return [
    row('valid', ({validity}) => validity === 'valid'),
    before.prediction === null
      ? row('nothing that is never predicted', ({isUnpredictedViolation}) => !isUnpredictedViolation)
      : row('as predicted', ({outcome}) => outcome === 'as predicted'),
    ...signs.map((sign) =>
      row(signInWords(sign), (judged) => signsOf(judged).some((each) => isSame(each, sign))),
    ),
  ]
}

/** A table: what, then, now. */
export function comparisonInWords(rows: readonly Comparison[], times: number): readonly string[] {
  const width = Math.max(...rows.map(({what}) => what.length))
  const yes = (is: boolean) => (is ? 'yes' : 'no')
  const line = (what: string, before: string, now: string) =>
    `  ${what.padEnd(width)}  ${before.padEnd(5)} ${now}`
  return [
    line('', 'then', 'now'),
    ...rows.map(({what, before, now}) =>
      line(what, yes(before), times === 1 ? yes(now === 1) : `${now} of ${times}`),
    ),
  ]
}

/** Why it is not to be believed, and what surprised; nothing where all is well. */
export function doubtsInWords(when: string, judged: CellJudgement): readonly string[] {
  const {validity, whyNot, surprises} = judged
  return [
    ...(validity === 'valid' ? [] : [`${validity} ${when}: ${whyNot.join('; ')}`]),
    ...surprises.map((surprise) => `surprise ${when}: ${surprise}`),
  ]
}
