/** `tabwitness serve`: the servers and pages for a person with two tabs, or for clients that nobody here wrote. */
import {Option, type Command} from 'commander'
import {POLICIES, POLICY_NAMES, type PolicyName} from '#protocol/policy.ts'
import {defaultModelSettings, type ModelSettings} from '../../servers/model/model-settings.ts'
import {ensurePage, pageFolder} from '../setup/ensure-page.js'
import {UsageError} from '../usage-error.ts'
import {decimalNumber, oneOf, seedText, wholeNumber} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'
import {listenForInterruption} from './interruption.ts'
import {serveWords} from './serve-words.ts'
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
  json?: true
}

export function addServeCommand(program: Command, surface: Surface): void {
  program
    .command('serve')
    .description(
      'serve the imitated product and its page, to open in two tabs or to connect other clients to',
    )
    .option(
      '--port <n>',
      'of 127.0.0.1; 0 takes any free one',
      (value) => wholeNumber('--port', value, {from: 0, to: 65_535}),
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
    .option('--store <file>', 'keep conversations in this SQLite file (default: in memory)')
    .addOption(new Option('--json', 'one JSON line once everything is ready, for programs'))
    .addHelpText(
      'after',
      examples([
        ['serve', 'open the two addresses it prints, send in one tab, watch the other'],
        ['serve --policy content --model instant', 'the cure instead of the hazard, and no waiting'],
        ['serve --json --port 0', 'for a client of your own'],
      ]),
    )
    .action(async (flags: Flags) => {
      const store = flags.store === undefined ? null : storePath('--store', flags.store)
      await ensurePage()
      const {startServers} = await import('../../servers/start.ts')

      const ended = Promise.withResolvers<void>()
      const interruption = listenForInterruption(() => ended.resolve())
      const servers = await startServers(
        {
          port: flags.port,
          seed: flags.seed,
          store,
          logFile: store === null ? null : `${store}-channel-log`,
          pageFolder,
          carriage: POLICIES[flags.policy].carriage,
          model: modelSettings(flags),
          userCount: USERS,
        },
        (event) => {
          if (event.kind === 'refused') surface.complain(`refused at ${event.where}: ${event.code}`)
        },
      ).catch((error: unknown) => {
        throw isPortTaken(error) ? portTaken(flags.port) : error
      })

      const {baseUrl, origin, users} = servers.chatgpt
      const ready = users.map(({id, accountId, bearer}) => ({id, accountId, bearer}))
      surface.say(
        flags.json
          ? JSON.stringify({chatgpt: {baseUrl, origin, users: ready}})
          : serveWords({baseUrl, policy: flags.policy, users: users.map(({id, name}) => ({id, name}))}),
      )
      await ended.promise
      interruption.release()
      await servers.close()
    })
}

const modelSettings = ({seed, model, speed}: Flags): ModelSettings => ({
  ...defaultModelSettings,
  seed,
  speed,
  instant: model === 'instant',
})

const isPortTaken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'EADDRINUSE'

const portTaken = (port: number) =>
  new UsageError(`--port "${port}" is in use by another program; give a free port, or 0 for any.`)
