/** `tabwitness faults`: random fault schedules on virtual tabs, as many as one likes, and the smallest one that fails. */
import {existsSync, readFileSync} from 'node:fs'
import {mkdirSync, writeFileSync} from 'node:fs'
import {availableParallelism} from 'node:os'
import {join} from 'node:path'
import {Option, type Command} from 'commander'
import {createLogUpdate} from 'log-update'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {POLICIES_OF, POLICY_NAMES, type PolicyName} from '#protocol/policy.ts'
import {readFaultSchedule} from '../history/read-fault-schedule.ts'
import {UsageError} from '../usage-error.ts'
import {deedsInWords, readDeeds} from '../virtual/deed.ts'
import {drawFaultCell, MOST_TABS, tabNames, type FaultCell} from '../virtual/fault-cell.ts'
import {
  failureInWords,
  replayCommand,
  smallestInWords,
  summaryInWords,
  summaryOf,
} from '../virtual/fault-run-words.ts'
import type {PlayedCell} from '../virtual/play-fault-cell.ts'
import {isFailed, replay, runFaultCells, type FaultRunOptions} from '../virtual/run-fault-cells.ts'
import {oneOf, seedText, wholeNumber} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'
import {listenForInterruption} from './interruption.ts'
import {timeLeft} from './progress-words.ts'
import {madeResultsFolder} from './results-folder.ts'

const EXIT_FAILED = 1
const EXIT_UNFINISHED = 2
const MOST_PROCESSES = 4
const FAILURES_TOLD = 3

type Flags = {
  cells: number
  seed: string
  platform: Platform
  policy: PolicyName
  tabs: number
  lengthMs: number
  haste: number
  serverFaults: boolean
  replay?: string
  deeds?: string
  times: number
  out?: string
  json?: true
  quiet?: true
}

export function addFaultsCommand(program: Command, surface: Surface): void {
  program
    .command('faults')
    .description(
      'strike virtual tabs with random faults, heal them, and judge whether anything was lost, doubled or moved',
    )
    .option('--cells <n>', 'how many random schedules', count('--cells', 1, 100_000), 100)
    .option('--seed <text>', 'draws all of them', (value) => seedText('--seed', value), 'tabwitness')
    .option(
      '--platform <name>',
      PLATFORMS.join(', '),
      (value) => oneOf('--platform', value, PLATFORMS),
      'chatgpt',
    )
    .option(
      '--policy <name>',
      POLICY_NAMES.join(', '),
      (value) => oneOf('--policy', value, POLICY_NAMES),
      'content+resume',
    )
    .option('--tabs <n>', 'virtual tabs in each cell', count('--tabs', 1, MOST_TABS), 3)
    .option('--length-ms <n>', 'by then every fault has healed', count('--length-ms', 300, 60_000), 2_000)
    .option('--haste <n>', "how many times faster the page's own waits pass", count('--haste', 1, 100), 10)
    .option('--no-server-faults', 'strike the network alone')
    .option('--replay <schedule>', 'play this fault schedule: JSON, or a file that holds it')
    .option('--deeds <list>', 'of a replay: what is written meanwhile, as in "120 commit, 300 send B"')
    .option('--times <n>', 'of a replay: how often', count('--times', 1, 100), 1)
    .option('--out <folder>', 'keep the history of every cell there, not only of what failed')
    .option('--json', 'progress and outcome as JSON, one object a line')
    .addOption(new Option('--quiet', 'only the outcome').conflicts('json'))
    .addHelpText(
      'after',
      examples([
        ['faults', 'a hundred random schedules under content+resume'],
        ['faults --cells 1000 --seed nightly', 'a thousand; the same ones every time'],
        ['faults --policy content --cells 50', 'without resume: how much is lost?'],
        [
          `faults --replay '[{"atMs":0,"healAtMs":900,"owner":"B","fault":{"name":"rst"}}]' --deeds '300 commit'`,
          'one schedule',
        ],
      ]),
    )
    .action(async (flags: Flags, command: Command) => {
      refuseWhatDoesNotFit(flags, command)
      const out = flags.out === undefined ? null : madeResultsFolder('--out', flags.out)
      const show = progressOf(flags, surface)
      const interruption = listenForInterruption(() =>
        show.note('Ending; press Ctrl-C again to stop at once.'),
      )
      try {
        if (flags.replay === undefined) await run(flags, {out, show, surface, signal: interruption.signal})
        else await playAgain(flags, flags.replay, {out, surface, signal: interruption.signal})
      } finally {
        interruption.release()
        show.end()
      }
    })
}

const count = (option: string, from: number, to: number) => (value: string) =>
  wholeNumber(option, value, {from, to})

function refuseWhatDoesNotFit({platform, policy}: Flags, command: Command): void {
  if (!POLICIES_OF[platform].includes(policy))
    throw new UsageError(
      `--policy "${policy}" means nothing on ${platform}; accepted: ${POLICIES_OF[platform].join(', ')}.`,
    )
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli'
  const ofReplay = [
    ['deeds', '--deeds'],
    ['times', '--times'],
  ] as const
  for (const [name, option] of ofReplay)
    if (isGiven(name) && !isGiven('replay'))
      throw new UsageError(`${option} can only be given with --replay.`)
  if (isGiven('replay') && isGiven('cells'))
    throw new UsageError('--cells cannot be given with --replay; say how often with --times.')
}

type Place = {readonly out: string | null; readonly surface: Surface; readonly signal: AbortSignal}

async function run(
  flags: Flags,
  {out, show, surface, signal}: Place & {readonly show: ProgressLine},
): Promise<void> {
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
  const done = await runFaultCells(options, onPlayed, signal)
  show.end()
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

async function playAgain(flags: Flags, schedule: string, {out, surface, signal}: Place): Promise<void> {
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
function replayedCell(flags: Flags, schedule: string): FaultCell {
  const {seed, platform, policy, haste, lengthMs} = flags
  const tabs = tabNames(flags.tabs)
  const isFile = !schedule.trimStart().startsWith('[') && existsSync(schedule)
  const read = readFaultSchedule(isFile ? readFileSync(schedule, 'utf8') : schedule, tabs)
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

function progressOf({cells, json, quiet}: Flags, {out, say}: Surface): ProgressLine {
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
