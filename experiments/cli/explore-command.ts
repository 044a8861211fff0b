/** `tabwitness explore`: random interleavings of acts of virtual tabs, the smallest that breaks something, and real tabs. */
import {Option, type Command} from 'commander'
import {CONFLICT_RULES, type ConflictRule} from '#protocol/conflict.ts'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {POLICIES_OF, POLICY_NAMES, type PolicyName} from '#protocol/policy.ts'
import {SEND_GUARDS, type SendGuard} from '#protocol/send-guard.ts'
import {FEWEST_TABS, MOST_TABS, PACES, readActs, tabsOf, type Pace} from '../explore/interleaving.ts'
import {readPath} from '../explore/path.ts'
import {SOUGHT, type Sought} from '../explore/sought.ts'
import {ensureBrowser} from '../setup/ensure-browser.js'
import {ensurePage} from '../setup/ensure-page.js'
import {checkBrowserPath, findBrowser} from '../setup/find-browser.js'
import {UsageError} from '../usage-error.ts'
import {oneOf, seedText, someOf, wholeNumber} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'
import {listenForInterruption} from './interruption.ts'
import {madeResultsFolder, resultsOption} from './results-folder.ts'

const NONE = 'none'

export type ExploreFlags = {
  platform: Platform[]
  rule: ConflictRule[]
  policy?: PolicyName
  guards?: SendGuard[]
  guarantees?: Sought[]
  tabs: number
  interleavings: number
  seed: string
  path?: string
  acts?: string
  pace: Pace
  times: number
  confirm?: boolean
  browserPath?: string
  out: string
  json?: true
  quiet?: true
}

export function addExploreCommand(program: Command, surface: Surface): void {
  program
    .command('explore')
    .description(
      'let virtual tabs act in random interleavings, judge what they showed, and make what breaks a guarantee small',
    )
    .option(
      '--platform <names>',
      `parted by commas: ${PLATFORMS.join(', ')}`,
      (value) => someOf('--platform', value, PLATFORMS),
      [...PLATFORMS],
    )
    .option(
      '--rule <names>',
      `what the server does with an out-of-date parent: ${CONFLICT_RULES.join(', ')}`,
      (value) => someOf('--rule', value, CONFLICT_RULES),
      [...CONFLICT_RULES],
    )
    .option('--policy <name>', 'of all (default: observed under fork, else content+resume)', (value) =>
      oneOf('--policy', value, POLICY_NAMES),
    )
    .option('--guards <names>', `of all pages: ${SEND_GUARDS.join(', ')}, or ${NONE} (default)`, readGuards)
    .option(
      '--guarantees <names>',
      `what to look for (default: what rule and policy promise): ${SOUGHT.join(', ')}`,
      (value) => someOf('--guarantees', value, SOUGHT),
    )
    .option('--tabs <n>', 'at most so many', count('--tabs', FEWEST_TABS, MOST_TABS), MOST_TABS)
    .option(
      '--interleavings <n>',
      'of each platform and rule, until something is found',
      count('--interleavings', 1, 1_000_000),
      200,
    )
    .option('--seed <text>', 'draws all of them', (value) => seedText('--seed', value), 'tabwitness')
    .option('--path <path>', 'only the one that an exploration of this seed printed')
    .option('--acts <list>', 'only these acts, as in "send A, rest, send B"')
    .option(
      '--pace <name>',
      `of --acts, how the model answers: ${PACES.join(', ')}`,
      (value) => oneOf('--pace', value, PACES),
      'at-once',
    )
    .option('--times <n>', 'of --acts: how often', count('--times', 1, 1_000), 1)
    .option('--confirm', 'play what was found in real tabs, too (default: where a browser is there)')
    .option('--no-confirm', 'only virtual tabs')
    .option('--browser-path <file>', 'the Chrome or Chromium to confirm with')
    .addOption(resultsOption())
    .option('--json', 'progress and outcome as JSON, one object a line')
    .addOption(new Option('--quiet', 'only the outcome').conflicts('json'))
    .addHelpText(
      'after',
      examples([
        ['explore', 'every rule on every platform, 200 interleavings each'],
        ['explore --rule fork --platform chatgpt', 'how soon is the silent fork found?'],
        ['explore --rule reject --interleavings 10000 --seed nightly', 'is anything broken under reject?'],
        ['explore --rule reject --guards if-match', 'and by stale edits, when pages say what they show?'],
        ["explore --rule fork --platform claude --acts 'send A, rest, send B'", 'these acts'],
      ]),
    )
    .action(async (flags: ExploreFlags, command: Command) => {
      refuseWhatDoesNotFit(flags, command)
      const out = madeResultsFolder('--out', flags.out)
      const browserPath = await browserFor(flags)
      if (browserPath !== null) await ensurePage()
      const {playExplore} = await import('./play-explore.ts')
      const interruption = listenForInterruption((cause) => {
        if (!flags.json) surface.complain(`Ending (${cause}); press Ctrl-C again to stop at once.`)
      })
      const place = {out, browserPath, surface, signal: interruption.signal}
      await playExplore(flags, place).finally(() => interruption.release())
    })
}

const count = (option: string, from: number, to: number) => (value: string) =>
  wholeNumber(option, value, {from, to})

function readGuards(value: string): SendGuard[] {
  if (value.trim() === NONE) return []
  return someOf('--guards', value, [...SEND_GUARDS, NONE]).map((guard) => {
    if (guard !== NONE) return guard
    throw new UsageError(`--guards "${value}" is not accepted; ${NONE} stands alone.`)
  })
}

/** Where nothing is said it is only looked for. */
async function browserFor({confirm, browserPath, acts}: ExploreFlags): Promise<string | null> {
  if (confirm === false || acts !== undefined) return null
  if (browserPath !== undefined) return checkBrowserPath(browserPath, '--browser-path')
  return confirm === true ? ensureBrowser() : findBrowser()
}

function refuseWhatDoesNotFit(flags: ExploreFlags, command: Command): void {
  const {platform, policy, path, acts, rule, tabs} = flags
  const isGiven = (name: string) => command.getOptionValueSource(name) === 'cli'
  for (const name of platform)
    if (policy !== undefined && !POLICIES_OF[name].includes(policy))
      throw new UsageError(
        `--policy "${policy}" means nothing on ${name}; accepted: ${POLICIES_OF[name].join(', ')}.`,
      )
  if (path !== undefined && acts !== undefined)
    throw new UsageError('--path cannot be given with --acts; each names the acts in its own way.')
  const single = path === undefined ? '--acts' : '--path'
  if (path !== undefined || acts !== undefined) {
    if (platform.length > 1 || rule.length > 1)
      throw new UsageError(`${single} is of one platform and one rule; name them with --platform and --rule.`)
    if (isGiven('interleavings'))
      throw new UsageError(`--interleavings cannot be given with ${single}, which is one.`)
  }
  for (const [name, option] of [
    ['pace', '--pace'],
    ['times', '--times'],
  ] as const)
    if (acts === undefined && isGiven(name)) throw new UsageError(`${option} can only be given with --acts.`)
  if (path !== undefined) readPath('--path', path)
  if (acts !== undefined) readActs('--acts', acts, tabsOf({tabCount: tabs}))
}
