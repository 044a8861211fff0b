/**
 * The counter-examples of a run: told anew from the histories whenever they are judged, and kept as files beside them.
 * Rule CX8.
 */
import {existsSync, mkdirSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import type {CellJudgement} from '../checkers/judge.ts'
import {isTold, toldOf} from '../counterexamples/told-cell.ts'
import type {ToldExample} from '../counterexamples/told-cell.ts'
import {readHistory} from '../history/history-reader.ts'
import {historyFile} from '../history/run-folder.ts'
import type {RunFolder} from '../history/run-folder.ts'
import {sayConditions} from './conditions.ts'
import {COLOURS} from './report-style.ts'

export type ToldCell = {readonly judgement: CellJudgement; readonly examples: readonly ToldExample[]}
/** By the id of the cell; only cells of which there is something to tell. */
export type ToldCells = ReadonlyMap<string, ToldCell>

export function toldCells(folder: RunFolder, judgements: readonly CellJudgement[]): ToldCells {
  const told = judgements.flatMap((judgement): [string, ToldCell][] => {
    if (judgement.validity !== 'valid' || !isTold(judgement)) return []
    const read = readHistory(historyFile(folder, judgement.cellId))
    const examples = read.ok ? toldOf(read.history, judgement) : []
    return examples.length === 0 ? [] : [[judgement.cellId, {judgement, examples}]]
  })
  return new Map(told)
}

const NAME = 'counter-example'
const OURS = /^counter-example(?:-\d+)?\.(?:svg|txt)$/

const namesIn = (folder: string): readonly string[] => (existsSync(folder) ? readdirSync(folder) : [])

/** Text and picture of each; those of an earlier judgement that no longer hold are taken away, and nothing else is. */
export function writeArtifacts(
  folder: RunFolder,
  judgements: readonly CellJudgement[],
  told: ToldCells,
): void {
  for (const {cellId} of judgements) {
    const place = join(folder.artifacts, cellId)
    const examples = told.get(cellId)?.examples ?? []
    for (const name of namesIn(place)) if (OURS.test(name)) rmSync(join(place, name))
    if (examples.length > 0) mkdirSync(place, {recursive: true})
    for (const [index, example] of examples.entries()) {
      writeFileSync(join(place, fileName(index, 'svg')), `${onItsOwn(example.diagram)}\n`)
      writeFileSync(join(place, fileName(index, 'txt')), inText(example, told.get(cellId)?.judgement))
    }
  }
}

/** `counter-example.svg`, then `counter-example-2.svg`. */
const fileName = (index: number, kind: string): string =>
  `${NAME}${index === 0 ? '' : `-${index + 1}`}.${kind}`

/** Outside the report's page it has nobody's colours. */
const onItsOwn = (diagram: string): string =>
  diagram.replace('>', `><style>${COLOURS}svg { background: var(--card); }</style>`)

function inText(
  {about, rule, words, lines, events, isMinimal}: ToldExample,
  judgement?: CellJudgement,
): string {
  const cell = judgement?.cell
  const of =
    cell === undefined
      ? ''
      : `${cell.experiment} on ${cell.platform}, policy ${cell.policy}, ${sayConditions(cell.conditions)}, repetition ${cell.repetition}`
  const least = isMinimal ? '' : ', perhaps fewer'
  return [
    `${about} (${rule})`,
    of,
    '',
    ...words,
    '',
    `Proved by the lines ${lines.join(', ')} of cells/${judgement?.cellId ?? ''}.jsonl; of its ${events.of} events ${events.enough} are enough to show it${least}.`,
    '',
  ].join('\n')
}
