/** Puts the servers together and lets them listen on 127.0.0.1. Everything that is a choice of a run comes in as an option. */
import {randomBytes} from 'node:crypto'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import type {Carriage} from '#protocol/carriage.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {createAccounts} from './accounts/accounts.ts'
import type {User, UserSettings} from './accounts/user.ts'
import {createCelsius} from './celsius/celsius.ts'
import {ConversationStore} from './conversation/conversation-store.ts'
import {createPublisher} from './conversation/publisher.ts'
import {createMemoryLog} from './log/memory-log.ts'
import {openSqliteLog} from './log/sqlite-log.ts'
import type {ModelSettings} from './model/model-settings.ts'
import {createChatgpt} from './platforms/chatgpt/chatgpt.ts'
import {hostsOf} from './platforms/chatgpt/guard.ts'
import {createServerControl, type ServerControl} from './server-control.ts'

export type {ServerControl} from './server-control.ts'

export type ServerOptions = {
  /** 0 takes any free one. */
  readonly port: number
  readonly seed: string
  /** A file; null or `:memory:` keeps everything in memory. */
  readonly store: string | null
  /** A file keeps the channel's log and its epoch over a restart; null or absent keeps it in memory. */
  readonly logFile?: string | null
  /** What Vite built; null serves no page. */
  readonly pageFolder: string | null
  readonly carriage: Carriage
  readonly model: ModelSettings
  readonly userCount: number
}

export type RunningServers = {
  readonly chatgpt: {readonly baseUrl: string; readonly origin: string; readonly users: readonly User[]}
  readonly control: ServerControl
  close(): Promise<void>
}

/** One of the shard numbers that were seen. */
const SHARD = 13

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

/** Rejects with `code: 'EADDRINUSE'` when the port is taken. `record` is called in the tick of what it tells. */
export async function startServers(
  options: ServerOptions,
  record: (event: LedgerEvent) => void,
): Promise<RunningServers> {
  const server = createServer()
  const store = new ConversationStore(options.store ?? ':memory:')
  let hosts: readonly string[] = []
  const secret = randomBytes(32).toString('hex')
  const accounts = createAccounts(options.seed)
  const log = options.logFile ? openSqliteLog(options.logFile) : createMemoryLog()
  const celsius = createCelsius({
    accounts,
    log,
    record,
    origins: () => hosts.map((host) => `http://${host}`),
    secret,
    shard: SHARD,
  })
  const publisher = createPublisher({record, announce: celsius.announce, now: monotonicMs})
  const {app, turns} = createChatgpt({
    accounts,
    store,
    publisher,
    secret,
    hosts: () => hosts,
    socketUrl: (user, host) => celsius.socketUrl(user, `ws://${host}`),
    pageFolder: options.pageFolder,
    wallMs: Date.now,
    onRefusal: (where, code) => record({kind: 'refused', at: monotonicMs(), where, code}),
  })
  server.on('request', app)
  server.on('upgrade', (req, socket, head) => {
    if (hosts.includes(req.headers.host ?? '')) return celsius.handleUpgrade(req, socket, head)
    record({kind: 'refused', at: monotonicMs(), where: 'celsius-upgrade', code: 'foreign-host'})
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n', () =>
      socket.destroy(),
    )
  })

  try {
    hosts = hostsOf(await listen(server, options.port))
  } catch (error) {
    store.close()
    throw error
  }
  const {carriage, model} = options
  const defaultSettings: UserSettings = {carriage, channelDelayMs: 0, model}
  const users = Array.from({length: options.userCount}, () => accounts.create(defaultSettings))
  const control = createServerControl({accounts, store, publisher, celsius, turns, defaultSettings})
  const baseUrl = `http://${hosts[0]}`
  let closing: Promise<void> | null = null

  async function closeAll(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
    turns.close()
    control.close()
    await celsius.close()
    server.closeAllConnections()
    await closed
    await log.close()
    store.close()
  }

  return {
    chatgpt: {baseUrl, origin: baseUrl, users},
    control,
    close: () => (closing ??= closeAll()),
  }
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}
