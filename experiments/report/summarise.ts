/**
 * Judges a run from its histories and writes everything that is derived from them. Reads nothing but the manifest and the
 * histories, so that doing it again gives the same files; never touches the histories.
 */
import {existsSync, renameSync, writeFileSync} from 'node:fs'
import picocolors from 'picocolors'
import {judge} from '../checkers/judge.ts'
import type {CellJudgement} from '../checkers/judge.ts'
import type {CellSpec} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {historyFile, openRun, readManifest} from '../history/run-folder.ts'
import type {RunFolder} from '../history/run-folder.ts'
import type {Manifest} from '../history/manifest.ts'
import type {Prediction} from '../scenario/experiment.ts'
import {csv, triggersCsv} from './csv.ts'
import {evidenceIn} from './evidence.ts'
import {writeFrames} from './frames-file.ts'
import {junit} from './junit.ts'
import {markdown} from './markdown.ts'
import {summaryOf} from './summary.ts'
import type {Summary, UnreadCell} from './summary.ts'
import {terminalTable} from './terminal-table.ts'
import {toldCells, writeArtifacts} from './told-cells.ts'
import type {ToldCells} from './told-cells.ts'

export type PredictionOf = (cell: CellSpec) => Prediction | null

export type Judged = {
  readonly folder: RunFolder
  readonly summary: Summary
  readonly judgements: readonly CellJudgement[]
}

/** What whoever asked is told: the table for a terminal, and how the process ends. */
export type Summarised = Judged & {
  readonly table: string
  readonly told: ToldCells
  readonly exitCode: 0 | 1 | 2
}

/** Throws UsageError when `root` is no run. */
export async function summarise(root: string, predictionOf: PredictionOf): Promise<Summarised> {
  const judged = judgeRun(root, predictionOf)
  const {folder, summary, judgements} = judged
  const told = toldCells(folder, judgements)
  writeArtifacts(folder, judgements, told)
  replace(folder.verdicts, jsonLines(judgements.map(inVerdicts)))
  replace(folder.samples, jsonLines(judgements.flatMap(({samples}) => samples)))
  for (const {cellId, triggers} of judgements) if (triggers.length > 0) writeFrames(folder, cellId, replace)
  replace(folder.summaryJson, `${JSON.stringify(summary, null, 2)}\n`)
  replace(folder.summaryMarkdown, markdown(summary))
  replace(folder.summaryCsv, csv(summary))
  if (summary.triggers !== undefined) replace(folder.triggersCsv, triggersCsv(summary))
  replace(folder.junit, junit(summary, judgements, told))
  // Vega is slow to load and only the report draws.
  const {reportPage} = await import('./report-page.ts')
  replace(folder.report, await reportPage(summary, judgements, evidenceIn(folder), told))
  return {
    ...judged,
    told,
    table: terminalTable(summary, {color: picocolors.isColorSupported}),
    exitCode: summary.exitCode,
  }
}

/** Samples have a file of their own; of a guarantee that is broken the first violation proves it. */
function inVerdicts(judgement: CellJudgement) {
  const {guarantees} = judgement
  if (guarantees === null) return {...judgement, samples: undefined}
  const {verdict, broken, kStaleness, refused} = guarantees
  const because = broken.flatMap((name) => {
    const of = guarantees.of[name]
    return of.verdict === 'invalid' ? of.because.slice(0, 1) : []
  })
  return {...judgement, samples: undefined, guarantees: {verdict, broken, because, kStaleness, refused}}
}

/** Judges without writing. */
export function judgeRun(root: string, predictionOf: PredictionOf): Judged {
  const folder = openRun(root)
  const manifest = readManifest(folder)
  const judgements: CellJudgement[] = []
  const unreadable: UnreadCell[] = []

  for (const cellId of cellsOf(manifest)) {
    const file = historyFile(folder, cellId)
    if (!existsSync(file)) continue
    const read = readHistory(file)
    if (read.ok) judgements.push(judge(read.history, predictionOf(read.history.header.cell)))
    else unreadable.push({cellId, why: read.why, line: read.line})
  }
  return {folder, judgements, summary: summaryOf(manifest, judgements, unreadable)}
}

const cellsOf = ({order}: Manifest): readonly string[] => [...new Set(order)]

const jsonLines = (values: readonly unknown[]) => values.map((value) => `${JSON.stringify(value)}\n`).join('')

/** Whoever reads the file meanwhile sees the old one or the new one, whole. */
function replace(file: string, text: string): void {
  writeFileSync(`${file}.new`, text)
  renameSync(`${file}.new`, file)
}
