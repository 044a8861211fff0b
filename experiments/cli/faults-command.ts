/** `tabwitness faults`: random fault schedules on virtual tabs, as many as one likes, and the smallest one that fails. */
import {Option, type Command} from 'commander'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {POLICIES_OF, POLICY_NAMES, type PolicyName} from '#protocol/policy.ts'
import {UsageError} from '../usage-error.ts'
import {oneOf, seedText, wholeNumber} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'
import {listenForInterruption} from './interruption.ts'
import {madeResultsFolder} from './results-folder.ts'

const MOST_TABS = 16
/** A push that is lost is the last for a while, and only a page that asks finds out. */
const DEFAULT_POLICY: Readonly<Record<Platform, PolicyName>> = {
  chatgpt: 'content+resume',
  claude: 'content+resume+probe',
}

export type FaultsFlags = {
  cells: number
  seed: string
  platform: Platform
  policy?: PolicyName
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

export type ChosenFlags = FaultsFlags & {readonly policy: PolicyName}

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
      `${POLICY_NAMES.join(', ')} (default: ${Object.values(DEFAULT_POLICY).join(', on Claude.ai ')})`,
      (value) => oneOf('--policy', value, POLICY_NAMES),
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
    .action(async (flags: FaultsFlags, command: Command) => {
      const chosen = {...flags, policy: flags.policy ?? DEFAULT_POLICY[flags.platform]}
      refuseWhatDoesNotFit(chosen, command)
      const out = flags.out === undefined ? null : madeResultsFolder('--out', flags.out)
      const {playFaults} = await import('./play-faults.ts')
      const interruption = listenForInterruption((cause) => {
        if (!flags.json) surface.complain(`Ending (${cause}); press Ctrl-C again to stop at once.`)
      })
      await playFaults(chosen, {out, surface, signal: interruption.signal}).finally(() =>
        interruption.release(),
      )
    })
}

const count = (option: string, from: number, to: number) => (value: string) =>
  wholeNumber(option, value, {from, to})

function refuseWhatDoesNotFit({platform, policy}: ChosenFlags, command: Command): void {
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
