/** Carries `tabwitness faults` out: plays, shows how it goes, keeps histories, and says what the exit code is. */
import {mkdirSync, readFileSync, writeFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {join} from 'node:path'
import {createLogUpdate} from 'log-update'
import {readFaultSchedule} from '../history/read-fault-schedule.ts'
import {UsageError} from '../usage-error.ts'
import {deedsInWords, readDeeds} from '../virtual/deed.ts'
import {drawFaultCell, tabNames, type FaultCell} from '../virtual/fault-cell.ts'
import {
  failureInWords,
  replayCommand,
  smallestInWords,
  summaryInWords,
  summaryOf,
} from '../virtual/fault-run-words.ts'
import type {PlayedCell} from '../virtual/play-fault-cell.ts'
import {isFailed, replay, runFaultCells, type FaultRunOptions} from '../virtual/run-fault-cells.ts'
import type {Surface} from './command-line.ts'
import type {ChosenFlags} from './faults-command.ts'
import {pathKind} from './path-kind.ts'
import {timeLeft} from './progress-words.ts'

const EXIT_FAILED = 1
const EXIT_UNFINISHED = 2
const MOST_PROCESSES = 4
const FAILURES_TOLD = 3

export type FaultsPlace = {
  /** Null keeps no histories. */
  readonly out: string | null
  readonly surface: Surface
  readonly signal: AbortSignal
}

export const playFaults = (flags: ChosenFlags, place: FaultsPlace): Promise<void> =>
  flags.replay === undefined ? run(flags, place) : playAgain(flags, flags.replay, place)

async function run(flags: ChosenFlags, {out, surface, signal}: FaultsPlace): Promise<void> {
  const show = progressOf(flags, surface)
  const {cells, seed, platform, policy, tabs, lengthMs, haste, serverFaults, json} = flags
  const options: FaultRunOptions = {
    cells,
    seed,
    platform,
    policy,
    tabCount: tabs,
    lengthMs,
    haste,
    strikesServers: serverFaults,
    keepsHistories: out !== null,
    workers: Math.min(MOST_PROCESSES, availableParallelism()),
  }
  let told = 0
  const onPlayed = (played: readonly PlayedCell[]) => {
    show.played(played)
    for (const each of played) {
      keep(each, out)
      if (isFailed(each) && told++ < FAILURES_TOLD && !json) show.note(failureInWords(each).join('\n'))
    }
  }
  const done = await runFaultCells(options, onPlayed, signal).finally(() => show.end())
  const summary = summaryOf(done)
  const {smallest} = done
  if (json) {
    const command = smallest && replayCommand(smallest.cell)
    surface.say(
      JSON.stringify({type: 'outcome', ...summary, smallest: smallest?.cell ?? null, replay: command}),
    )
  } else {
    surface.say(summaryInWords(summary).join('\n'))
    if (smallest !== null) surface.say(smallestInWords(smallest).join('\n'))
  }
  const isUnfinished = signal.aborted || done.played.length < cells
  surface.endWith(isUnfinished ? EXIT_UNFINISHED : summary.failed > 0 ? EXIT_FAILED : 0)
}

async function playAgain(
  flags: ChosenFlags,
  schedule: string,
  {out, surface, signal}: FaultsPlace,
): Promise<void> {
  const cell = replayedCell(flags, schedule)
  const played = await replay(cell, flags.times, signal)
  const failed = played.filter(isFailed)
  for (const [index, each] of played.entries()) keep(each, out, flags.times === 1 ? '' : `-${index + 1}`)
  if (flags.json) {
    surface.say(
      JSON.stringify({
        type: 'outcome',
        ...summaryOf({played}),
        violations: failed.map((each) => each.violations),
      }),
    )
  } else {
    const [first] = failed
    if (first) surface.say(failureInWords(first).join('\n'))
    surface.say(`played ${played.length} of ${flags.times} times, failed ${failed.length} times`)
  }
  surface.endWith(played.length < flags.times ? EXIT_UNFINISHED : failed.length > 0 ? EXIT_FAILED : 0)
}

/** Without `--deeds` what the seed draws. Throws {@link UsageError} in one sentence. */
function replayedCell(flags: ChosenFlags, schedule: string): FaultCell {
  const {seed, platform, policy, haste, lengthMs} = flags
  const tabs = tabNames(flags.tabs)
  const read = readFaultSchedule(scheduleText(schedule), tabs)
  const drawn = drawFaultCell({
    seed,
    platform,
    policy,
    haste,
    lengthMs,
    index: 0,
    tabCount: flags.tabs,
    serverFaults: [],
  })
  const deeds = readDeeds(flags.deeds ?? deedsInWords(drawn.deeds), tabs)
  return {...drawn, seed, schedule: read, deeds}
}

function scheduleText(schedule: string): string {
  if (schedule.trimStart().startsWith('[')) return schedule
  if (pathKind(schedule) === 'file') return readFileSync(schedule, 'utf8')
  throw new UsageError(`--replay "${schedule}" is neither a list of faults in JSON nor a file that is there.`)
}

function keep({cell, history}: PlayedCell, out: string | null, suffix = ''): void {
  if (out === null) return
  mkdirSync(out, {recursive: true})
  writeFileSync(join(out, `${cell.seed.replaceAll(/[^\w.-]+/g, '-')}${suffix}.jsonl`), history)
}

type ProgressLine = {
  played(played: readonly PlayedCell[]): void
  note(text: string): void
  end(): void
}

function progressOf({cells, json, quiet}: ChosenFlags, {out, say}: Surface): ProgressLine {
  const beganAt = performance.now()
  let [done, failed] = [0, 0]
  const draw = out.isTTY && out.rows > 0 && !json && !quiet ? createLogUpdate(out) : null
  return {
    played(played) {
      done += played.length
      failed += played.filter(isFailed).length
      if (quiet) return
      if (json) return say(JSON.stringify({type: 'progress', done, total: cells, failed}))
      const left = ((performance.now() - beganAt) / done) * (cells - done)
      const line = `${done}/${cells} cells, ${failed} failed${done < cells ? `, ${timeLeft(left)} left` : ''}`
      if (draw) draw(line)
      else say(line)
    },
    note(text) {
      if (quiet || json) return
      if (draw) draw.persist(text)
      else say(text)
    },
    end() {
      draw?.clear()
      draw?.done()
    },
  }
}
