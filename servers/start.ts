/** Puts the servers together and lets them listen on 127.0.0.1. Everything that is a choice of a run comes in as an option. */
import type {Carriage} from '#protocol/carriage.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {AccountBook} from './accounts/account-book.ts'
import {createAccounts} from './accounts/accounts.ts'
import {createLimits} from './accounts/limits.ts'
import type {User, UserSettings} from './accounts/user.ts'
import type {ChannelSettings} from './celsius/defaults.ts'
import type {GoogleProject} from './fcm/admin/google-project.ts'
import type {PushSender} from './fcm/push-sender.ts'
import {createHandOverSender, type HandOver} from './fcm/hand-over-sender.ts'
import type {FcmAddresses} from './fcm/running-fcm.ts'
import {createMemoryLog} from './log/memory-log.ts'
import {openSqliteLog} from './log/sqlite-log.ts'
import {createLoopbackListener, listen} from './loopback-listener.ts'
import type {ModelSettings} from './model/model-settings.ts'
import {composeChatgpt} from './platforms/chatgpt/compose.ts'
import {composeClaude} from './platforms/claude/compose.ts'
import type {Conflict} from './platforms/http-refusal.ts'
import {settleCutTurns} from './platforms/settle-cut-turns.ts'
import {createServerControl, type ServerControl} from './server-control.ts'
import {noStrain} from './strain.ts'
import {createScheduler} from './tasks/scheduler.ts'

export type {ServerControl} from './server-control.ts'

/** A back end of our own, a real Firebase project, or whoever plays the browsers. Structured-cloneable, as all options are. */
export type PushTarget = FcmAddresses | GoogleProject | HandOver

export type ServerOptions = {
  /** Of ChatGPT's origin; 0 takes any free one. */
  readonly port: number
  /** Of Claude.ai's origin; 0 or absent takes any free one. */
  readonly claudePort?: number
  readonly seed: string
  /** A file, with Claude.ai's beside it; null or `:memory:` keeps everything in memory. */
  readonly store: string | null
  /** A file keeps the channels' log, of both platforms, and its epoch over a restart; null or absent keeps it in memory. */
  readonly logFile?: string | null
  /** A file keeps people, their bearers and what signs tokens; null or absent forgets them. Only its owner may read it. */
  readonly durableFile?: string | null
  /** Ports of proxies that stand in front of the platforms already, as `addFront` names them. */
  readonly fronts?: readonly number[]
  /** Of every socket, where its person has no settings of their own. */
  readonly channel?: ChannelSettings
  /** What Vite built; null serves no page. */
  readonly pageFolder: string | null
  readonly carriage: Carriage
  readonly model: ModelSettings
  readonly userCount: number
  /** Where Claude.ai's pushes go; null or absent sends nothing. */
  readonly fcm?: PushTarget | null
}

/** `baseUrl` and `origin` are the same text; people are the same on both platforms. */
export type ServedPlatform = {
  readonly baseUrl: string
  readonly origin: string
  readonly users: readonly User[]
}

export type RunningServers = {
  readonly chatgpt: ServedPlatform
  readonly claude: ServedPlatform
  readonly control: ServerControl
  close(): Promise<void>
}

/** With the Admin SDK, which is loaded only where something is pushed. */
export type OpenSender = (target: PushTarget) => Promise<PushSender>
const openUsualSender: OpenSender = async (target) => {
  if ('handOverUrl' in target) return createHandOverSender(target)
  const {createGooglePushSender, createPushSender} = await import('./fcm/admin/admin-sender.ts')
  return 'api' in target ? createPushSender(target) : createGooglePushSender(target.projectId)
}

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

/** Rejects with `code: 'EADDRINUSE'` when a port is taken. `record` is called in the tick of what it tells. */
export async function startServers(
  options: ServerOptions,
  record: (event: LedgerEvent) => void,
  openSender: OpenSender = openUsualSender,
): Promise<RunningServers> {
  const {carriage, model, pageFolder} = options
  const fcm = options.fcm ?? null
  const sender = fcm && (await openSender(fcm))
  const book = new AccountBook(options.durableFile ?? ':memory:')
  const log = isFile(options.logFile) ? openSqliteLog(options.logFile) : createMemoryLog()
  const accounts = createAccounts(options.seed, book)
  const strain = noStrain()
  const scheduler = createScheduler()
  const limits = createLimits(scheduler.nowMs)
  const common = {
    accounts,
    log,
    strain,
    scheduler,
    limits,
    pageFolder,
    record,
    now: monotonicMs,
    wallMs: Date.now,
    onRefusal: (where: string, code: string, conflict: Conflict | null) =>
      record({kind: 'refused', at: monotonicMs(), where, code, ...conflict}),
  }
  const listeners = [createLoopbackListener(options.fronts), createLoopbackListener(options.fronts)] as const
  const [forChatgpt, forClaude] = listeners
  const chatgpt = composeChatgpt(forChatgpt, {
    ...common,
    store: options.store ?? ':memory:',
    secret: book.secret,
    channel: options.channel ?? {},
  })
  const claude = composeClaude(forClaude, {
    ...common,
    store: isFile(options.store) ? `${options.store}-claude` : ':memory:',
    push: fcm && sender && {sender, page: fcm.page},
  })

  async function closeAll(): Promise<void> {
    const finished = Promise.all(listeners.map(({finish}) => finish()))
    control.close()
    scheduler.close()
    await Promise.all([chatgpt.closeTurns(), claude.closeTurns()])
    for (const {server} of listeners) server.closeAllConnections()
    await finished
    await Promise.all([chatgpt.closeStores(), claude.closeStores()])
    await log.close()
    book.close()
  }

  const defaultSettings: UserSettings = {carriage, channelDelayMs: 0, replicaLagMs: 0, model}
  const control = createServerControl({
    accounts,
    platforms: {chatgpt, claude},
    defaultSettings,
    strain,
    scheduler,
    reachLimit(userId) {
      limits.reach(userId)
      record({kind: 'limit-reached', at: monotonicMs(), userId})
    },
    forgetLimit: limits.forget,
    addFront: (port) => listeners.forEach((listener) => listener.addFront(port)),
  })
  const users = accounts.first(options.userCount, defaultSettings)
  for (const platform of [chatgpt, claude]) settleCutTurns(platform, accounts)
  try {
    await listen(forChatgpt, options.port)
    await listen(forClaude, options.claudePort ?? 0)
  } catch (error) {
    await closeAll()
    throw error
  }
  const servedAt = (port: number): ServedPlatform => {
    const baseUrl = `http://127.0.0.1:${port}`
    return {baseUrl, origin: baseUrl, users}
  }
  let closing: Promise<void> | null = null
  return {
    chatgpt: servedAt(forChatgpt.port()),
    claude: servedAt(forClaude.port()),
    control,
    close: () => (closing ??= closeAll()),
  }
}

const isFile = (store: string | null | undefined): store is string =>
  store !== null && store !== undefined && store !== ':memory:'
