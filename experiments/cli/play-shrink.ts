/** Carries `tabwitness shrink` out: tries ever smaller cells, shows how it goes, and keeps the smallest as a run of its own. */
import {relative} from 'node:path'
import {createLogUpdate} from 'log-update'
import {temporaryFolder} from '../browser/temporary-folder.ts'
import {judge} from '../checkers/judge.ts'
import type {History} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {shrink} from '../replay/shrink.ts'
import {
  shrinkingInWords,
  shrunkInWords,
  sizeInWords,
  type Shrinking,
  type ShrunkCell,
} from '../replay/shrink-words.ts'
import {signInWords, signsOf, type Sign} from '../replay/sign.ts'
import {keyOf, smallerThan} from '../replay/smaller.ts'
import {tell} from '../replay/telling.ts'
import {Trials, type Kept} from '../replay/trials.ts'
import {isVirtual} from '../replay/virtual-replay.ts'
import {summarise} from '../report/summarise.ts'
import {beginAgain, timesOf} from '../runner/begin-again.ts'
import type {PlannedCell} from '../runner/plan.ts'
import {writeManifest} from '../runner/run-manifest.ts'
import {predictionOf} from '../scenarios/registry.ts'
import {ensurePage} from '../setup/ensure-page.js'
import {UsageError} from '../usage-error.ts'
import {suggestion} from './accepted.ts'
import type {Surface} from './command-line.ts'
import {listenForInterruption} from './interruption.ts'
import {timeLeft} from './progress-words.ts'
import {browserFor, plannedCell, recordedCell, type Recorded} from './recorded-cell.ts'
import {madeResultsFolder} from './results-folder.ts'
import type {ShrinkFlags} from './shrink-command.ts'

const EXIT_UNFINISHED = 2
/** A race does not end the same way every time. */
const FIRST_PLAYS = 3
const LAST_PLAYS = 3
const LOOKS = 2

export async function playShrink(name: string, flags: ShrinkFlags, surface: Surface): Promise<void> {
  const recorded = recordedCell(name, flags)
  refuseVirtual(recorded)
  const sign = chosenSign(recorded, flags.of)
  const cell = plannedCell(recorded)
  const results = madeResultsFolder('--out', flags.out)
  const paths = await browserFor(cell, flags.browserPath)
  await ensurePage()
  const {openPlayingGround} = await import('../runner/playing-ground.ts')

  const interruption = listenForInterruption(() => {
    if (!flags.json) surface.complain('Ending with the smallest so far. Press Ctrl-C again to stop at once.')
  })
  const {signal} = interruption
  const temporary = await temporaryFolder('shrink')
  try {
    const ground = await openPlayingGround([cell], paths, cell.spec.seed)
    try {
      const width = cell.experiment.runs === 'alone' ? 1 : flags.parallel
      const trials = new Trials(cell, sign, {ground, folder: temporary.path, width, signal})
      await work(trials, {cell, sign, width, results, versions: ground.versions, signal, flags, surface})
    } finally {
      await ground.close()
    }
  } finally {
    interruption.release()
    await temporary.remove()
  }
}

function refuseVirtual({file, history}: Recorded): void {
  if (!isVirtual(history)) return
  throw new UsageError(
    `${file} was played by virtual tabs, which are made smaller where they are found: see tabwitness faults --help and tabwitness explore --help.`,
  )
}

/** Throws {@link UsageError} where the cell does not show it. */
function chosenSign({file, history}: Recorded, asked: string | undefined): Sign {
  const judged = judge(history, predictionOf(history.header.cell))
  const signs = signsOf(judged)
  const [first] = signs
  if (first === undefined) {
    const why =
      judged.validity === 'invalid' ? `it is invalid: ${judged.whyNot[0] ?? ''}` : 'nothing is wrong in it'
    throw new UsageError(`${file} shows nothing that could be made smaller: ${why}.`)
  }
  if (asked === undefined) return first
  const found = signs.find(({name}) => name === asked)
  if (found !== undefined) return found
  throw new UsageError(
    `--of "${asked}" is nothing that the cell shows${suggestion(
      asked,
      signs.map(({name}) => name),
    )}.`,
  )
}

type Work = {
  readonly cell: PlannedCell
  readonly sign: Sign
  readonly width: number
  readonly results: string
  readonly versions: Readonly<Record<string, string>>
  readonly signal: AbortSignal
  readonly flags: ShrinkFlags
  readonly surface: Surface
}

async function work(trials: Trials, place: Work): Promise<void> {
  const {sign, width, signal, flags, surface} = place
  const {whole} = trials
  const show = progressOf(flags, surface)
  show.note(`playing it again: ${sizeInWords(whole)}, to show ${signInWords(sign)}`)
  const startedAt = performance.now()
  if (!(await trials.isShownWithin(FIRST_PLAYS))) {
    show.end()
    const how = signal.aborted ? 'was ended before it showed' : `did not show again in ${FIRST_PLAYS} plays`
    surface.complain(`${signInWords(sign)} ${how}; nothing was made smaller.`)
    return surface.endWith(EXIT_UNFINISHED)
  }
  const beganAt = performance.now()
  const isLate = () => performance.now() - startedAt > flags.budgetS * 1_000
  let [rounds, tried] = [0, 0]
  const {smallest, isMinimal} = await shrink(whole, {
    smallerThan,
    keyOf,
    width,
    rounds: flags.rounds,
    looks: LOOKS,
    shows: (wave) => trials.shows(wave),
    isOver: () => signal.aborted || isLate(),
    onRound(round) {
      rounds += 1
      tried = round.tried
      const paceMs = (performance.now() - beganAt) / rounds
      const budgetMs = Math.max(0, startedAt + flags.budgetS * 1_000 - performance.now())
      show.round({...round, timeLeftMs: Math.min(budgetMs, paceMs * round.roundsLeft)})
    },
  })
  show.end()
  const done = isMinimal && !signal.aborted
  const endedBy = done ? null : signal.aborted ? 'you' : isLate() ? 'time' : 'rounds'
  const {runFolder, kept} = await keep(trials, smallest, place)
  tellOutcome(
    {sign, whole, smallest, tried, isMinimal: done, endedBy, shown: kept.shown, times: kept.files.length},
    kept,
    runFolder,
    place,
  )
  surface.endWith(signal.aborted || kept.shown === 0 ? EXIT_UNFINISHED : 0)
}

/** In a run of its own, so that it can be judged, reported and played again like any other. */
async function keep(
  trials: Trials,
  smallest: Trials['whole'],
  {results, versions, signal}: Work,
): Promise<{readonly runFolder: string; readonly kept: Kept}> {
  const cells = timesOf(trials.cellOf(smallest), LAST_PLAYS)
  const {folder, manifest} = beginAgain('shrink', cells, results)
  const kept = await trials.keep(smallest, LAST_PLAYS, folder.cells)
  const order = cells.map(({id}) => id).slice(0, Math.max(1, kept.files.length))
  const finishedAt = signal.aborted ? null : new Date().toISOString()
  writeManifest(folder, {...manifest, order, finishedAt, versions: {...manifest.versions, ...versions}})
  await summarise(folder.root, predictionOf)
  return {runFolder: folder.root, kept}
}

function tellOutcome(
  shrunk: ShrunkCell,
  {files}: Kept,
  runFolder: string,
  {sign, flags, surface}: Work,
): void {
  const [file = ''] = files
  const replay = `npm run tabwitness -- replay ${shown(file)}`
  if (flags.json) {
    surface.say(JSON.stringify({type: 'outcome', ...shrunk, files, runFolder, replay}))
    return
  }
  const told = files.map(readHistory).flatMap((read) => (read.ok ? [toldOf(read.history, sign)] : []))
  surface.say(
    [
      ...shrunkInWords(shrunk),
      ...(told.find((lines) => lines.length > 0) ?? []).map((line) => `  ${line}`),
      'play it again with:',
      `  ${replay}`,
    ].join('\n'),
  )
}

const toldOf = (history: History, sign: Sign): readonly string[] =>
  tell(sign, judge(history, predictionOf(history.header.cell)), history)

type ProgressLine = {
  note(text: string): void
  round(now: Shrinking): void
  end(): void
}

function progressOf({json, quiet}: ShrinkFlags, {out, say}: Surface): ProgressLine {
  const draw = out.isTTY && out.rows > 0 && !json && !quiet ? createLogUpdate(out) : null
  let size = ''
  return {
    note(text) {
      if (quiet || json) return
      if (draw) draw(text)
      else say(text)
    },
    round(now) {
      if (quiet) return
      if (json) return say(JSON.stringify({type: 'progress', ...now}))
      const line = `${shrinkingInWords(now)}, ${timeLeft(now.timeLeftMs)} left at most`
      if (draw) return draw(line)
      // Where lines stay, those that tell of something smaller will do.
      if (sizeInWords(now.smallest) !== size) say(line)
      size = sizeInWords(now.smallest)
    },
    end() {
      draw?.clear()
      draw?.done()
    },
  }
}

const shown = (path: string): string => {
  const near = relative(process.cwd(), path)
  return near.startsWith('..') ? path : near
}
