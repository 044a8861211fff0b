/** Carries `tabwitness replay` out: plays the cell as often as asked in a run of its own, and sets then beside now. */
import {writeFileSync} from 'node:fs'
import {relative} from 'node:path'
import {judge, type CellJudgement} from '../checkers/judge.ts'
import type {History} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {historyFile} from '../history/run-folder.ts'
import {
  cellInWords,
  compare,
  comparisonInWords,
  courseInWords,
  doubtsInWords,
} from '../replay/replay-words.ts'
import {signsOf} from '../replay/sign.ts'
import {tell} from '../replay/telling.ts'
import {isVirtual, virtualReplayOf, type VirtualReplay} from '../replay/virtual-replay.ts'
import {summarise} from '../report/summarise.ts'
import {beginAgain, timesOf} from '../runner/begin-again.ts'
import type {PlannedCell} from '../runner/plan.ts'
import {writeManifest} from '../runner/run-manifest.ts'
import {predictionOf} from '../scenarios/registry.ts'
import {ensurePage} from '../setup/ensure-page.js'
import {UsageError} from '../usage-error.ts'
import type {Surface} from './command-line.ts'
import {listenForInterruption} from './interruption.ts'
import {progressDisplay, writeJson, type DisplayKind} from './progress-display.ts'
import {browserFor, plannedCell, recordedCell, unplayable, type Recorded} from './recorded-cell.ts'
import type {ReplayFlags} from './replay-command.ts'
import {madeResultsFolder} from './results-folder.ts'

const EXIT_FAILED = 1
const EXIT_UNFINISHED = 2

type Played = {
  readonly runFolder: string
  readonly exitCode: number
  /** In the order of the times; those that were ended are missing. */
  readonly files: readonly string[]
}

export async function playReplay(name: string, flags: ReplayFlags, surface: Surface): Promise<void> {
  const recorded = recordedCell(name, flags)
  const {file, history} = recorded
  const virtual = virtualOf(recorded)
  const planned = virtual === null ? plannedCell(recorded) : null
  const results = madeResultsFolder('--out', flags.out)

  if (!flags.json && !flags.quiet) surface.say(introduction(recorded))
  const interruption = listenForInterruption(() => {
    if (!flags.json) surface.complain('Ending: what was played stays. Press Ctrl-C again to stop at once.')
  })
  const playing =
    planned === null
      ? playVirtual(history, virtual!, {flags, results, signal: interruption.signal})
      : playReal(planned, {flags, results, surface, signal: interruption.signal})
  const played = await playing.finally(() => interruption.release())
  tellOutcome({file, history}, played, flags, surface)
  const isWhole = played.files.length === flags.times
  surface.endWith(isWhole ? played.exitCode : Math.max(EXIT_UNFINISHED, played.exitCode))
}

function virtualOf({file, history}: Recorded): VirtualReplay | null {
  try {
    return virtualReplayOf(history)
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw unplayable(file, 0, error.message)
  }
}

type Place = {
  readonly flags: ReplayFlags
  readonly results: string
  readonly signal: AbortSignal
}

async function playReal(
  planned: PlannedCell,
  {flags, results, surface, signal}: Place & {readonly surface: Surface},
): Promise<Played> {
  const paths = await browserFor(planned, flags.browserPath)
  await ensurePage()
  const {playRun} = await import('../runner/run-experiments.ts')
  const cells = timesOf(planned, flags.times)
  const {folder, manifest} = beginAgain('replay', cells, results)
  const display = progressDisplay(displayKind(flags, surface.out), surface.out)
  const run = {...paths, cells, folder, manifest, seed: planned.spec.seed, parallel: flags.parallel}
  const outcome = await playRun(run, (now) => display.show(now), signal).finally(() => display.end())
  const files = cells.map(({id}) => historyFile(folder, id)).filter((file) => readHistory(file).ok)
  return {runFolder: folder.root, exitCode: outcome.exitCode, files}
}

/** Its cells are no experiment's: the manifest names what they are. */
async function playVirtual(
  {header}: History,
  replay: VirtualReplay,
  {flags, results, signal}: Place,
): Promise<Played> {
  const none = {
    question: '',
    runs: 'beside-others',
    cells: () => [],
    steps: () => [],
    predict: () => null,
  } as const
  const experiment = {...none, name: header.cell.experiment}
  const cell = {id: header.cellId, spec: header.cell, experiment, schedule: null, script: null}
  const cells = timesOf(cell, flags.times)
  const {folder, manifest} = beginAgain('replay', cells, results)
  const played = await replay(flags.times, signal)
  const files = played.map(({text}, index) => {
    const id = cells[index]?.id ?? ''
    const file = historyFile(folder, id)
    writeFileSync(file, text.replace(`"cellId":"${header.cellId}"`, `"cellId":"${id}"`), {flag: 'wx'})
    return file
  })
  writeManifest(folder, {...manifest, finishedAt: signal.aborted ? null : new Date().toISOString()})
  await summarise(folder.root, predictionOf)
  return {runFolder: folder.root, exitCode: played.some(({isFailed}) => isFailed) ? EXIT_FAILED : 0, files}
}

function displayKind({json, quiet}: ReplayFlags, out: NodeJS.WriteStream): DisplayKind {
  if (json) return 'json'
  if (quiet) return 'quiet'
  return out.isTTY && out.rows > 0 ? 'live' : 'lines'
}

function introduction({file, history: {header}}: Recorded): string {
  return [
    `${cellInWords(header.cell)}, in ${header.browser}`,
    `recorded in ${shown(file)}`,
    ...courseInWords(header),
    '',
  ].join('\n')
}

function tellOutcome(recorded: Recorded, played: Played, flags: ReplayFlags, surface: Surface): void {
  const before = judgedOf(recorded.history)
  const now = played.files.map((file) => {
    const read = readHistory(file)
    if (!read.ok) throw new TypeError(`${file}: ${read.why}`)
    return {file, history: read.history, judged: judgedOf(read.history)}
  })
  if (flags.json) {
    writeJson(surface.out, {
      type: 'outcome',
      record: recorded.file,
      cell: recorded.history.header.cell,
      steps: recorded.history.header.steps,
      before: inShort(before),
      now: now.map(({file, judged}) => ({file, ...inShort(judged)})),
      runFolder: played.runFolder,
      exitCode: played.exitCode,
    })
    return
  }
  surface.say(
    [
      ...comparisonInWords(
        compare(
          before,
          now.map(({judged}) => judged),
        ),
        now.length,
      ),
      ...doubtsInWords('then', before),
      ...new Set(now.flatMap(({judged}) => doubtsInWords('now', judged))),
      ...storyOf(now),
      '',
      ...now.map(({file}) => `history: ${shown(file)}`),
      `report: ${shown(played.runFolder)}/report.html`,
    ].join('\n'),
  )
}

/** How it came to the most telling thing that one of them shows now. */
function storyOf(
  now: readonly {readonly history: History; readonly judged: CellJudgement}[],
): readonly string[] {
  for (const {history, judged} of now) {
    const [sign] = signsOf(judged)
    if (sign === undefined) continue
    return ['', 'How it came to that, now:', ...tell(sign, judged, history).map((line) => `  ${line}`)]
  }
  return []
}

/** Of virtual tabs nobody proves states, clocks and health: they are what they are, if they were played to the end. */
function judgedOf(history: History): CellJudgement {
  const judged = judge(history, predictionOf(history.header.cell))
  const {failure} = history.footer
  if (!isVirtual(history)) return judged
  return failure === null
    ? {...judged, validity: 'valid', whyNot: []}
    : {...judged, validity: 'unknown', whyNot: [failure]}
}

const inShort = (judged: CellJudgement) => ({
  validity: judged.validity,
  outcome: judged.outcome,
  whyNot: judged.whyNot,
  surprises: judged.surprises,
  shows: signsOf(judged),
})

const shown = (path: string): string => {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}
