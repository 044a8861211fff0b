/** `tabwitness fcm`: the push back end alone, for other people's apps and tests. */
import {Option, type Command} from 'commander'
import type {FcmAddresses} from '../../servers/fcm/running-fcm.ts'
import {temporaryFolder} from '../browser/temporary-folder.ts'
import {UsageError} from '../usage-error.ts'
import {wholeNumber} from './accepted.ts'
import {examples, type Surface} from './command-line.ts'
import {fcmWords} from './fcm-words.ts'
import {listenForInterruption} from './interruption.ts'
import {storePath} from './store-path.ts'

const DEFAULT_PORT = 8443
/** As the real one. */
const DEFAULT_MCS_PORT = 5228

type Flags = {port: number; mcsPort: number; project: string; store?: string; json?: true}

export function addFcmCommand(program: Command, surface: Surface): void {
  program
    .command('fcm')
    .description('a local back end for Firebase Cloud Messaging and Web Push, for apps and tests of your own')
    .option('--port <n>', 'of the API, at 127.0.0.1; 0 takes any free one', port('--port'), DEFAULT_PORT)
    .option(
      '--mcs-port <n>',
      'of what browsers keep their push connection to; 0 takes any free one',
      port('--mcs-port'),
      DEFAULT_MCS_PORT,
    )
    .option('--project <id>', 'of the Firebase configuration that it gives', projectId, 'tabwitness')
    .option(
      '--store <file>',
      'keep devices, tokens and queued messages in this SQLite file (default: in memory)',
    )
    .addOption(new Option('--json', 'one JSON line once everything is ready, for programs'))
    .addHelpText(
      'after',
      examples([
        ['fcm', 'prints what to put into the browser, the page and the server'],
        ['fcm --json --port 0 --mcs-port 0', 'for a test runner'],
        ['fcm --store push.sqlite', 'tokens and messages survive a restart'],
        ['fcm --port 443', 'for processes that have fcm.googleapis.com in their hosts file'],
      ]),
    )
    .action((flags: Flags) => serve(flags, surface))
}

async function serve(flags: Flags, surface: Surface): Promise<void> {
  const store = flags.store === undefined ? null : storePath('--store', flags.store)
  const {caFile, startFcm} = await import('../../servers/fcm/start.ts')
  const ended = Promise.withResolvers<void>()
  const interruption = listenForInterruption(() => ended.resolve())
  const folder = await temporaryFolder('fcm')
  try {
    const fcm = await startFcm(
      {
        port: flags.port,
        mcsPort: flags.mcsPort,
        store,
        projectId: flags.project,
        temporaryFolder: folder.path,
      },
      (event) => {
        if (event.kind === 'push-refused') surface.complain(`refused at ${event.where}: ${event.code}`)
      },
    ).catch((error: unknown) => {
      throw portTaken(error, flags) ?? error
    })
    const ca = caFile(folder.path)
    surface.say(flags.json ? JSON.stringify(inJson(fcm, ca)) : fcmWords(fcm, ca))
    await ended.promise
    await fcm.close()
  } finally {
    interruption.release()
    await folder.remove()
  }
}

/** What is promised to programs; `page` is taken apart, as most want only one of its halves. */
const inJson = (fcm: FcmAddresses, ca: string) => ({
  projectId: fcm.projectId,
  api: fcm.api,
  mcs: fcm.mcs,
  http2: fcm.http2,
  autopushUrl: fcm.autopushUrl,
  proxy: fcm.proxy,
  chromiumArgs: fcm.chromiumArgs,
  firefoxPrefs: fcm.firefoxPrefs,
  firebaseConfig: fcm.page.firebaseConfig,
  vapidKey: fcm.page.vapidKey,
  spkiHash: fcm.spkiHash,
  caPem: fcm.caPem,
  caFile: ca,
})

const port = (option: string) => (value: string) => wholeNumber(option, value, {from: 0, to: 65_535})

/** As Google wants it, but for the least length. */
function projectId(value: string): string {
  if (/^[a-z][a-z0-9-]{0,29}$/.test(value)) return value
  throw new UsageError(
    `--project "${value.slice(0, 40)}" is not accepted; give up to 30 lower-case letters, digits and hyphens that begin with a letter.`,
  )
}

function portTaken(error: unknown, {port: api, mcsPort}: Flags): UsageError | null {
  if (!(error instanceof Error && 'code' in error)) return null
  const {code, port: taken} = error as NodeJS.ErrnoException & {port?: number}
  const option = taken === mcsPort && taken !== api ? '--mcs-port' : '--port'
  if (code === 'EADDRINUSE')
    return new UsageError(
      `${option} "${taken}" is in use by another program; give a free port, or 0 for any.`,
    )
  if (code === 'EACCES')
    return new UsageError(
      `${option} "${taken}" is not allowed for this user; give a port from 1024, or 0 for any.`,
    )
  return null
}
