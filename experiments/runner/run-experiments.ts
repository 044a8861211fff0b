/**
 * A run: plans the cells, plays those that have no finished history yet, judges what was recorded. Owns the playing
 * ground; knows no terminal.
 */
import {existsSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import colors from 'picocolors'
import {judge} from '../checkers/judge.ts'
import {readHistory} from '../history/history-reader.ts'
import {isFinished, setAside} from '../history/history-writer.ts'
import type {Manifest} from '../history/manifest.ts'
import {historyFile, openRun, readManifest, type RunFolder} from '../history/run-folder.ts'
import {summarise} from '../report/summarise.ts'
import {terminalTable} from '../report/terminal-table.ts'
import {SUITES} from '../scenario/experiment.ts'
import {experimentNamed, experiments, predictionOf} from '../scenarios/registry.ts'
import {UsageError} from '../usage-error.ts'
import {inLanes} from './lanes.ts'
import {newRunFolder, stampOf} from './new-run-folder.ts'
import {notCarried, plan, type PlannedCell} from './plan.ts'
import {openPlayingGround, type PlayingGround} from './playing-ground.ts'
import {ProgressCount} from './progress-count.ts'
import {newManifest, resumedOptions, writeManifest} from './run-manifest.ts'
import type {FinishedCell, RunExperiments, RunOptions, RunOutcome} from './run-options.ts'

type Run = {
  readonly folder: RunFolder
  readonly ground: PlayingGround
  readonly signal: AbortSignal
  readonly count: ProgressCount
}

/** A run that is planned and has its folder and its manifest. */
export type PlannedRun = Pick<RunOptions, 'seed' | 'browserPath' | 'firefoxPath' | 'parallel'> & {
  readonly cells: readonly PlannedCell[]
  readonly folder: RunFolder
  readonly manifest: Manifest
}

export const runExperiments: RunExperiments = async (asked, progress, signal) => {
  const {options, ...planned} = prepare(asked)
  return playRun({...options, ...planned}, progress, signal)
}

/** Plays what the run still owes, and judges all of it. */
export async function playRun(
  planned: PlannedRun,
  progress: Parameters<RunExperiments>[1],
  signal: AbortSignal,
): Promise<RunOutcome> {
  const {cells, folder, manifest} = planned
  const count = new ProgressCount(cells.length, progress)
  const todo = cells.filter(({id}) => !isFinished(historyFile(folder, id)))
  for (const cell of cells) if (!todo.includes(cell)) count.ended(judged(cell, folder))
  for (const {id} of todo) if (existsSync(historyFile(folder, id))) setAside(historyFile(folder, id))

  let ground: PlayingGround | null = null
  try {
    count.say('starting', 'the servers and the browser')
    if (todo.length > 0) {
      ground = await openPlayingGround(todo, planned, planned.seed)
      const run: Run = {folder, ground, signal, count}
      writeManifest(folder, {...manifest, versions: {...manifest.versions, ...ground.versions}})
      await inLanes(todo, planned.parallel, signal, (cell) => playOne(cell, run))
    }
  } finally {
    await ground?.close()
  }

  count.say('judging', 'the histories')
  if (!signal.aborted) writeManifest(folder, {...readManifest(folder), finishedAt: new Date().toISOString()})
  const {summary} = await summarise(folder.root, predictionOf)
  count.say('done', folder.root)
  return {
    runFolder: folder.root,
    exitCode: summary.exitCode,
    table: terminalTable(summary, {color: colors.isColorSupported}),
    interrupted: signal.aborted,
  }
}

type Prepared = {options: RunOptions; cells: readonly PlannedCell[]; folder: RunFolder; manifest: Manifest}

function prepare(asked: RunOptions): Prepared {
  if (asked.resume !== null) {
    const folder = openRun(join(asked.resultsFolder, asked.resume))
    const manifest = readManifest(folder)
    if (!SUITES.some((suite) => suite === manifest.suite)) {
      throw new UsageError(
        `the run ${asked.resume} is no suite of experiments (${manifest.suite}) and cannot be resumed; start it anew`,
      )
    }
    const options = resumedOptions(asked, manifest)
    const cells = planned(options)
    const known = new Set(manifest.order)
    if (cells.length !== known.size || cells.some(({id}) => !known.has(id))) {
      throw new UsageError(
        `the run ${asked.resume} was planned by another version of the experiments and cannot be resumed; start a new one`,
      )
    }
    mkdirSync(folder.cells, {recursive: true})
    return {options, cells, folder, manifest}
  }
  const cells = planned(asked)
  if (cells.length === 0)
    throw new UsageError('no cell is left with these options; `tabwitness list` shows what there is')
  const startedAt = new Date()
  const {runId, folder} = newRunFolder(asked.resultsFolder, `${stampOf(startedAt)}-${asked.suite}`)
  const left = notCarried(chosenExperiments(asked), asked)
  const manifest = newManifest(asked, {cells, left}, {runId, startedAt, chromium: 'not used'})
  writeManifest(folder, manifest)
  return {options: asked, cells, folder, manifest}
}

const planned = (options: RunOptions): readonly PlannedCell[] => plan(chosenExperiments(options), options)

const chosenExperiments = ({experiments: names}: RunOptions) =>
  names.length === 0
    ? experiments
    : experiments.filter((experiment) => names.some((name) => experimentNamed(name) === experiment))

/** A noisy machine spoils single cells. What was not proved is measured again, and the manifest says so. */
const ATTEMPTS = 3

async function playOne(cell: PlannedCell, run: Run): Promise<void> {
  const {folder, count} = run
  const file = historyFile(folder, cell.id)
  for (let attempt = 1; ; attempt++) {
    count.began(cell)
    const done = await run.ground.play(cell, file, run.signal)
    if (!done) {
      setAside(file)
      return
    }
    const {whyNot, ...finished} = judged(cell, folder)
    if (finished.validity === 'valid' || attempt === ATTEMPTS) return count.ended(finished)
    setAside(file, 'unproved')
    noteRepeated(folder, cell.id, whyNot)
  }
}

function noteRepeated(folder: RunFolder, cellId: string, why: string): void {
  const manifest = readManifest(folder)
  writeManifest(folder, {...manifest, repeated: [...manifest.repeated, {cellId, why}]})
}

function judged({id, spec}: PlannedCell, folder: RunFolder): FinishedCell & {readonly whyNot: string} {
  const {experiment, platform, policy, conditions, repetition} = spec
  const label = `${experiment} ${platform} ${policy} ${Object.values(conditions).join(' ')} #${repetition}`
  const read = readHistory(historyFile(folder, id))
  if (!read.ok)
    return {cellId: id, label, validity: 'unknown', outcome: read.why, fixedCostMs: 0, whyNot: read.why}
  const {validity, outcome, fixedCostMs, whyNot} = judge(read.history, predictionOf(spec))
  return {cellId: id, label, validity, outcome, fixedCostMs, whyNot: whyNot.join('; ')}
}
