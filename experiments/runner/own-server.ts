/**
 * A server process of one cell's own, which may be killed and started again: at the same ports, with the people, the
 * conversations and the channel's log that it had on the disk. To whoever calls its control it is one server; what is
 * asked while none runs waits until one does. Rule FA17.
 */
import {mkdirSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import type {ServerControl, ServerOptions} from '../../servers/start.ts'
import {deadline} from '../browser/deadline.ts'
import {temporaryFolder} from '../browser/temporary-folder.ts'
import type {Ended} from './controlled-process.ts'
import {
  startServerProcess,
  type EndableServer,
  type LedgerListeners,
  type ServerProcess,
} from './server-process.ts'

/** A start takes half a second; whoever asks a server that does not come back is not to wait for ever. */
const BACK_TIMEOUT_MS = 20_000

export type OwnServer = ServerProcess & {
  readonly isRunning: () => boolean
  /** SIGKILL, or told to end. Resolves when the process is gone, with how. */
  end(how: 'kill' | 'ask'): Promise<Ended>
  /** Of the channel: a server that starts without its log has another epoch. While none runs. */
  forgetHistory(): void
  startAgain(): Promise<void>
}

/** Where the rest of the servers' settings come from; the files and the ports are the cell's own. */
export type OwnServerOptions = Omit<
  ServerOptions,
  'port' | 'claudePort' | 'fronts' | 'store' | 'logFile' | 'durableFile'
>

export async function startOwnServer(options: OwnServerOptions): Promise<OwnServer> {
  const folder = await temporaryFolder('own-server')
  const logFolder = join(folder.path, 'log')
  /** Of every process. */
  const listeners: LedgerListeners = new Map()
  let running: EndableServer | null = null
  let back = Promise.withResolvers<EndableServer>()
  let ports = {port: 0, claudePort: 0}
  /** The proxies in front of it, which every process has to know. */
  const fronts = new Set<number>()

  async function start(): Promise<EndableServer> {
    mkdirSync(logFolder, {recursive: true})
    const ofProcess = {
      ...options,
      ...ports,
      fronts: [...fronts],
      store: join(folder.path, 'conversations.sqlite'),
      logFile: join(logFolder, 'channel.sqlite'),
      durableFile: join(folder.path, 'people.sqlite'),
    }
    const server = await startServerProcess(ofProcess, listeners)
    ports = {port: portOf(server.chatgpt.baseUrl), claudePort: portOf(server.claude.baseUrl)}
    running = server
    back.resolve(server)
    void server.ended.then(() => {
      if (running !== server) return
      running = null
      back = Promise.withResolvers()
    })
    return server
  }

  let first: EndableServer
  try {
    first = await start()
  } catch (error) {
    await folder.remove()
    throw error
  }
  const control = new Proxy({} as ServerControl, {
    get: (_, method) =>
      method === 'then'
        ? undefined
        : async (...args: readonly unknown[]) => {
            const server = await deadline(back.promise, BACK_TIMEOUT_MS, 'the server to be back')
            if (method === 'addFront') fronts.add(Number(args[0]))
            return (Reflect.get(server.control, method) as (...args: readonly unknown[]) => unknown)(...args)
          },
  })
  return {
    chatgpt: first.chatgpt,
    claude: first.claude,
    control,
    isRunning: () => running !== null,
    onLedger(userId, listener) {
      listeners.set(userId, listener)
      return () => void listeners.delete(userId)
    },
    async end(how) {
      if (running === null) throw new Error('the server had ended before')
      const ending = running
      await (how === 'kill' ? ending.kill() : ending.close())
      return ending.ended
    },
    forgetHistory() {
      if (running !== null) throw new TypeError('a running server has its history open')
      rmSync(logFolder, {recursive: true, force: true})
    },
    async startAgain() {
      await start()
    },
    async close() {
      await running?.close()
      await folder.remove()
    },
  }
}

const portOf = (url: string) => Number(new URL(url).port)
