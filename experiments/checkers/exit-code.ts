/** How a run ends for whoever called it: 0 as predicted, 1 a violation nobody predicted, 2 cells that say nothing. */
import type {CellJudgement} from './judge.ts'

/** A tab that shows more than was predicted is a surprise in the report, but nothing is wrong with it. */
export function exitCode(judgements: readonly CellJudgement[]): 0 | 1 | 2 {
  if (judgements.some(({validity, isUnpredictedViolation}) => validity === 'valid' && isUnpredictedViolation))
    return 1
  return judgements.every(({validity}) => validity === 'valid') ? 0 : 2
}
