/**
 * The cells as JUnit XML, for whatever shows test results. A predicted violation passes; a surprise for the worse fails;
 * a cell that cannot be believed is an error, never a pass. What is to be told of a cell is its output.
 */
import junitReportBuilder from 'junit-report-builder'
import type {Builder} from 'junit-report-builder'
import type {CellJudgement} from '../checkers/judge.ts'
import {sayConditions} from './conditions.ts'
import type {Summary} from './summary.ts'
import type {ToldCells} from './told-cells.ts'

// The package is CommonJS: what its types call `default` is the module itself.
const builder = junitReportBuilder as unknown as Builder

export function junit(
  {manifest, unreadable, missing}: Summary,
  judgements: readonly CellJudgement[],
  told: ToldCells = new Map(),
): string {
  const report = builder.newBuilder()
  const byExperiment = Map.groupBy(judgements, ({cell}) => cell.experiment)
  for (const [experiment, own] of byExperiment) {
    const suite = report.testSuite().name(experiment).timestamp(manifest.startedAt)
    for (const judgement of own) addCase(suite, judgement, told)
  }
  if (unreadable.length + missing.length === 0) return report.build()

  const suite = report.testSuite().name('cells without a whole history').timestamp(manifest.startedAt)
  for (const {cellId, why, line} of unreadable)
    suite.testCase().className('history').name(cellId).error(`line ${line}: ${why}`, 'unreadable')
  for (const cellId of missing) suite.testCase().className('history').name(cellId).skipped()
  return report.build()
}

type Suite = ReturnType<Builder['testSuite']>

function addCase(suite: Suite, judgement: CellJudgement, told: ToldCells): void {
  const {cell, cellId, validity, whyNot, surprises, isUnpredictedViolation} = judgement
  const name = `${cell.policy}: ${sayConditions(cell.conditions)} #${cell.repetition} (${cellId})`
  const testCase = suite.testCase().className(`${cell.experiment}.${cell.platform}`).name(name)
  if (validity !== 'valid') testCase.error(whyNot.join('\n'), validity)
  else if (isUnpredictedViolation) testCase.failure(surprises.join('\n'), 'SURPRISE')
  const words = (told.get(cellId)?.examples ?? []).map(({about, rule, words: said}) =>
    [`${about} (${rule})`, ...said].join('\n'),
  )
  if (words.length > 0) testCase.standardOutput(words.join('\n\n'))
}
