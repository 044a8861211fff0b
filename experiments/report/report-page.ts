import type {CellJudgement} from '../checkers/judge.ts'
import type {Summary} from './summary.ts'
export async function reportPage(_summary: Summary, _judgements: readonly CellJudgement[]): Promise<string> {
  return ''
}
