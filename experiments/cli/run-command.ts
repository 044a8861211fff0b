/** `tabwitness run`: checks what was asked, makes sure of browser and page, and hands over to the runner. */
import {availableParallelism} from 'node:os'
import {basename} from 'node:path'
import {Option, type Command} from 'commander'
import {PLATFORMS} from '#protocol/platform.ts'
import {POLICY_NAMES} from '#protocol/policy.ts'
import {HAZARDS} from '../hazards/hazard.ts'
import type {RunOptions} from '../runner/run-options.ts'
import {DELIVERIES} from '../scenario/delivery.ts'
import {SUITES, type SuiteName} from '../scenario/experiment.ts'
import {TAB_CONDITIONS} from '../scenario/state-condition.ts'
import {experiments} from '../scenarios/registry.ts'
import {ensureBrowser} from '../setup/ensure-browser.js'
import {ensurePage} from '../setup/ensure-page.js'
import {checkBrowserPath} from '../setup/find-browser.js'
import {UsageError} from '../usage-error.ts'
import {decimalNumber, oneOf, seedText, someOf, wholeNumber} from './accepted.ts'
import {browserChoice, chosenBrowsers, type BrowserChoice} from './chosen-browsers.ts'
import {examples, type Surface} from './command-line.ts'
import {givenSchedule} from './given-schedule.ts'
import {listenForInterruption} from './interruption.ts'
import {progressDisplay, writeJson, type DisplayKind} from './progress-display.ts'
import {DEFAULT_RESULTS_FOLDER, madeResultsFolder, resultsOption, runByName} from './results-folder.ts'

/** Correctness cells mostly wait; more than four beside each other were seen to disturb one another on two cores. */
const DEFAULT_PARALLEL = Math.min(4, availableParallelism() * 2)

type Flags = {
  suite: SuiteName
  seed: string
  browser: BrowserChoice
  platform?: string[]
  policy?: string[]
  state?: string[]
  delivery?: string[]
  hazard?: string[]
  repetitions?: number
  windowMs?: number
  speed?: number
  schedule?: string
  resume?: string
  out: string
  browserPath?: string
  parallel: number
  json?: true
  quiet?: true
}

const EXIT_UNFINISHED = 2

export function addRunCommand(program: Command, surface: Surface): void {
  program
    .command('run')
    .description('run experiments in real browser tabs and judge what the tabs showed')
    .argument('[experiment...]', `which of: ${experiments.map(({name}) => name).join(', ')} (default: all)`)
    .option(
      '--suite <name>',
      `how much of them: ${SUITES.join(', ')}`,
      (value) => oneOf('--suite', value, SUITES),
      'full',
    )
    .option(
      '--seed <text>',
      'fixes texts, timing and order',
      (value) => seedText('--seed', value),
      'tabwitness',
    )
    .option(
      '--browser <names>',
      'chromium, firefox (what it can carry: visible and hidden tabs), both parted by a comma, or all that are there',
      browserChoice,
      ['chromium'],
    )
    .option('--platform <names>', `only these, parted by commas: ${PLATFORMS.join(', ')}`, (value) =>
      someOf('--platform', value, PLATFORMS),
    )
    .option('--policy <names>', `only these, parted by commas: ${POLICY_NAMES.join(', ')}`, (value) =>
      someOf('--policy', value, POLICY_NAMES),
    )
    .option(
      '--state <names>',
      `only these states of the observing tabs: ${TAB_CONDITIONS.join(', ')}`,
      (value) => someOf('--state', value, TAB_CONDITIONS),
    )
    .option(
      '--delivery <names>',
      `how pushes are delivered (default: raw, and what the suite says): ${DELIVERIES.join(', ')}; all but raw are models and say so`,
      (value) => someOf('--delivery', value, DELIVERIES),
    )
    .option('--hazard <names>', `only these hazards of stale-read: ${HAZARDS.join(', ')}`, (value) =>
      someOf('--hazard', value, HAZARDS),
    )
    .option('--repetitions <n>', 'of every cell (default: what the suite says)', (value) =>
      wholeNumber('--repetitions', value, {from: 1, to: 1_000}),
    )
    .option('--window-ms <n>', 'how long a tab is watched (default: what the suite says)', (value) =>
      wholeNumber('--window-ms', value, {from: 100, to: 600_000}),
    )
    .option('--speed <n>', 'how many times faster the model writes (default: what the suite says)', (value) =>
      decimalNumber('--speed', value, {from: 0.01, to: 1_000}),
    )
    .option(
      '--schedule <faults>',
      'only cells that play faults, and these faults: JSON, or a file that holds it',
    )
    .option('--resume <run>', 'go on with an interrupted run as it was started')
    .addOption(resultsOption())
    .option(
      '--browser-path <file>',
      'the Chrome or Chromium to use (default: TABWITNESS_BROWSER, else an installed one)',
    )
    .option(
      '--parallel <n>',
      'how many correctness cells run at a time; latency cells always run alone',
      (value) => wholeNumber('--parallel', value, {from: 1, to: 16}),
      DEFAULT_PARALLEL,
    )
    .option('--json', 'progress and outcome as JSON, one object a line')
    .addOption(new Option('--quiet', 'only the final table').conflicts('json'))
    .addHelpText(
      'after',
      examples([
        ['run --suite quick', 'every experiment, in about a minute'],
        ['run cross-tab-staleness --policy observed,content --state hidden', 'one question, two policies'],
        ['run sync-latency --platform claude --delivery modelled', 'pushes 0.5 to 2 s late, and labelled so'],
        ['run sync-latency --repetitions 5 --seed monday', 'the same texts and order every time'],
        [
          'run cross-tab-staleness --browser all',
          'the same in Chromium and in Firefox, in rows of their own',
        ],
        ['run --resume <run>', 'the cells that an interrupted run still owes'],
      ]),
    )
    .action(async (names: string[], flags: Flags, command: Command) => {
      const options = await readOptions(names, flags, command, surface.complain)
      await ensurePage()
      const {runExperiments} = await import('../runner/run-experiments.ts')

      const display = progressDisplay(displayKind(flags, surface.out), surface.out)
      const interruption = listenForInterruption(() =>
        display.note('Finishing: what is done stays. Press Ctrl-C again to stop at once.'),
      )
      const outcome = await runExperiments(options, (now) => display.show(now), interruption.signal).finally(
        () => {
          interruption.release()
          display.end()
        },
      )

      if (flags.json) writeJson(surface.out, {type: 'outcome', ...outcome})
      else surface.say(outcome.table)
      if (outcome.interrupted) surface.complain(resumeHint(outcome.runFolder, options.resultsFolder))
      surface.endWith(outcome.interrupted ? Math.max(EXIT_UNFINISHED, outcome.exitCode) : outcome.exitCode)
    })
}

/** Everything about the arguments is refused before anything is installed, built or started. */
async function readOptions(
  names: string[],
  flags: Flags,
  command: Command,
  complain: Surface['complain'],
): Promise<RunOptions> {
  const known = experiments.map(({name}) => name)
  const folder = madeResultsFolder('--out', flags.out)
  const resume = flags.resume === undefined ? null : basename(runByName('--resume', flags.resume, folder))
  if (resume !== null) refuseChanges(names, command)
  const chosen = chosenBrowsers(flags.browser, resume !== null, complain)
  const choice = {
    ...chosen,
    experiments: names.map((name) => oneOf('experiment', name, known)),
    suite: flags.suite,
    seed: flags.seed,
    platforms: flags.platform ?? null,
    policies: flags.policy ?? null,
    states: flags.state ?? null,
    deliveries: flags.delivery ?? null,
    hazards: flags.hazard ?? null,
    repetitions: flags.repetitions ?? null,
    windowMs: flags.windowMs ?? null,
    modelSpeed: flags.speed ?? null,
  }
  const schedule = flags.schedule === undefined ? null : givenSchedule(flags.schedule, choice)
  const needsChromium = resume !== null || chosen.browsers.includes('chromium')
  return {
    ...choice,
    schedule,
    resume,
    resultsFolder: folder,
    browserPath: flags.browserPath
      ? checkBrowserPath(flags.browserPath, '--browser-path')
      : needsChromium
        ? await ensureBrowser()
        : '',
    parallel: flags.parallel,
  }
}

/** A run goes on as it was started. `--suite` is let through: `npm start -- --resume <run>` gives it by itself. */
function refuseChanges(names: readonly string[], command: Command): void {
  const fixed = {
    seed: '--seed',
    browser: '--browser',
    platform: '--platform',
    policy: '--policy',
    state: '--state',
  }
  const also = {
    delivery: '--delivery',
    hazard: '--hazard',
    repetitions: '--repetitions',
    windowMs: '--window-ms',
    speed: '--speed',
    schedule: '--schedule',
  }
  const given = Object.entries({...fixed, ...also}).find(
    ([key]) => command.getOptionValueSource(key) === 'cli',
  )
  const what = names.length > 0 ? `experiment "${names[0]}"` : given?.[1]
  if (what === undefined) return
  throw new UsageError(`${what} cannot be given with --resume; a run goes on with what it was started with.`)
}

function displayKind(flags: Flags, out: NodeJS.WriteStream): DisplayKind {
  if (flags.json) return 'json'
  if (flags.quiet) return 'quiet'
  // Some terminals (a CI's, `script`'s) have no height to draw in.
  return out.isTTY && out.rows > 0 ? 'live' : 'lines'
}

function resumeHint(runFolder: string, results: string): string {
  const out = results === DEFAULT_RESULTS_FOLDER ? '' : ` --out ${results}`
  return `Interrupted; go on with: npm run tabwitness -- run --resume ${basename(runFolder)}${out}`
}
