/** `tabwitness serve`: the servers and pages for a person with two tabs, or for clients that nobody here wrote. */
import {Option, type Command} from 'commander'
import {POLICIES, POLICY_NAMES, type PolicyName} from '#protocol/policy.ts'
import {defaultModelSettings, type ModelSettings} from '../../servers/model/model-settings.ts'
import type {RunningFcm} from '../../servers/fcm/running-fcm.ts'
import type {PushTarget, RunningServers, ServedPlatform} from '../../servers/start.ts'
import {ensurePage, pageFolder} from '../setup/ensure-page.js'
import {UsageError} from '../usage-error.ts'
import {decimalNumber, oneOf, seedText, wholeNumber} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'
import {listenForInterruption} from './interruption.ts'
import {closePush, openPush, type ServedPush} from './serve-push.ts'
import {serveWords, type PushInWords} from './serve-words.ts'
import {storePath} from './store-path.ts'

const MODELS = ['scripted', 'instant'] as const
const DEFAULT_PORT = 4180
const USERS = 2

type Flags = {
  port: number
  policy: PolicyName
  seed: string
  model: (typeof MODELS)[number]
  speed: number
  store?: string
  fcm?: true
  json?: true
}

export function addServeCommand(program: Command, surface: Surface): void {
  program
    .command('serve')
    .description(
      'serve the imitated products and their pages, to open in two tabs or to connect other clients to',
    )
    .option(
      '--port <n>',
      'of 127.0.0.1, for ChatGPT; Claude.ai gets the next one; 0 takes any free ones',
      (value) => wholeNumber('--port', value, {from: 0, to: 65_534}),
      DEFAULT_PORT,
    )
    .option(
      '--policy <name>',
      POLICY_NAMES.join(', '),
      (value) => oneOf('--policy', value, POLICY_NAMES),
      'observed',
    )
    .option('--seed <text>', "fixes the model's texts", (value) => seedText('--seed', value), 'tabwitness')
    .option('--model <name>', MODELS.join(', '), (value) => oneOf('--model', value, MODELS), 'scripted')
    .option(
      '--speed <n>',
      'how many times faster the model writes',
      (value) => decimalNumber('--speed', value, {from: 0.01, to: 1_000}),
      1,
    )
    .option(
      '--store <file>',
      'keep conversations in this SQLite file, and others beside it (default: in memory)',
    )
    .option('--fcm', 'with a push back end for Claude.ai, which a browser needs flags to reach')
    .addOption(new Option('--json', 'one JSON line once everything is ready, for programs'))
    .addHelpText(
      'after',
      examples([
        ['serve', 'open the two addresses it prints, send in one tab, watch the other'],
        ['serve --policy content --model instant', 'the cure instead of the hazard, and no waiting'],
        ['serve --fcm', 'Claude.ai with its push channel, and how to start a browser for it'],
        ['serve --json --port 0', 'for a client of your own'],
      ]),
    )
    .action(async (flags: Flags) => {
      const store = flags.store === undefined ? null : storePath('--store', flags.store)
      await ensurePage()
      const {startServers} = await import('../../servers/start.ts')

      const ended = Promise.withResolvers<void>()
      const interruption = listenForInterruption(() => ended.resolve())
      const push = await openPush(flags.fcm === true, store)
      const servers = await startServers(
        {
          port: flags.port,
          claudePort: flags.port === 0 ? 0 : flags.port + 1,
          seed: flags.seed,
          store,
          logFile: store === null ? null : `${store}-channel-log`,
          pageFolder,
          carriage: POLICIES[flags.policy].carriage,
          model: modelSettings(flags),
          userCount: USERS,
          fcm: pushTarget(push),
        },
        (event) => {
          if (event.kind === 'refused') surface.complain(`refused at ${event.where}: ${event.code}`)
        },
      ).catch(async (error: unknown) => {
        await closePush(push)
        throw isPortTaken(error) ? portTaken(flags.port, error.port) : error
      })
      surface.say(flags.json ? inJson(servers, push) : inWords(servers, push, flags.policy))
      await ended.promise
      interruption.release()
      await servers.close()
      await closePush(push)
    })
}

function inJson({chatgpt, claude}: RunningServers, push: ServedPush): string {
  const served = ({baseUrl, origin}: ServedPlatform) => ({baseUrl, origin})
  return JSON.stringify({
    chatgpt: {
      ...served(chatgpt),
      users: chatgpt.users.map(({id, accountId, bearer}) => ({id, accountId, bearer})),
    },
    claude: {
      ...served(claude),
      users: claude.users.map(({id, organizationId, bearer}) => ({id, organizationId, bearer})),
    },
    ...(push.name === 'local' ? {fcm: browserFlags(push.fcm)} : {}),
  })
}

const browserFlags = ({chromiumArgs, firefoxPrefs}: RunningFcm) => ({chromiumArgs, firefoxPrefs})

function inWords({chatgpt, claude}: RunningServers, push: ServedPush, policy: PolicyName): string {
  return serveWords({
    baseUrls: {chatgpt: chatgpt.baseUrl, claude: claude.baseUrl},
    policy,
    users: chatgpt.users.map(({id, name}) => ({id, name})),
    push: pushInWords(push),
  })
}

function pushInWords(push: ServedPush): PushInWords {
  if (push.name !== 'local') return {name: push.name}
  return {name: 'local', chromiumArgs: push.fcm.chromiumArgs}
}

function pushTarget(push: ServedPush): PushTarget | null {
  if (push.name === 'none') return null
  return push.name === 'local' ? push.fcm : push.project
}

const modelSettings = ({seed, model, speed}: Flags): ModelSettings => ({
  ...defaultModelSettings,
  seed,
  speed,
  instant: model === 'instant',
})

const isPortTaken = (error: unknown): error is Error & {readonly port: number} =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE' && 'port' in error

const portTaken = (asked: number, taken: number) =>
  new UsageError(
    asked === taken
      ? `--port "${asked}" is in use by another program; give a free port, or 0 for any.`
      : `--port "${asked}" needs ${taken} for Claude.ai too, which is in use by another program; give another port, or 0 for any.`,
  )
