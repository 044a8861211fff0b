/** ChatGPT's half of the servers: store, log, channel and routes, behind one listener. */
import {randomUUID} from 'node:crypto'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Accounts} from '../../accounts/accounts.ts'
import {createCelsius} from '../../celsius/celsius.ts'
import {ConversationStore} from '../../conversation/conversation-store.ts'
import {createPublisher} from '../../conversation/publisher.ts'
import {createMemoryLog} from '../../log/memory-log.ts'
import {openSqliteLog} from '../../log/sqlite-log.ts'
import {hostsOf, type LoopbackListener} from '../../loopback-listener.ts'
import type {ComposedPlatform} from '../composed-platform.ts'
import {createChatgpt} from './chatgpt.ts'
import {eventInWire} from './wire-message.ts'

/** One of the shard numbers that were seen. */
const SHARD = 13

export type ChatgptChoices = {
  readonly accounts: Accounts
  /** A file, or `:memory:`. */
  readonly store: string
  /** Null keeps the channel's log in memory. */
  readonly logFile: string | null
  readonly secret: string
  readonly pageFolder: string | null
  readonly record: (event: LedgerEvent) => void
  readonly now: () => number
  readonly wallMs: () => number
  readonly onRefusal: (where: string, code: string) => void
}

export type ComposedChatgpt = ComposedPlatform & {readonly drain: (overMs: number) => Promise<void>}

export function composeChatgpt(
  {server, port}: LoopbackListener,
  {accounts, store: file, logFile, secret, pageFolder, record, now, wallMs, onRefusal}: ChatgptChoices,
): ComposedChatgpt {
  const hosts = () => hostsOf(port())
  const store = new ConversationStore(file)
  const log = logFile === null ? createMemoryLog() : openSqliteLog(logFile)
  const celsius = createCelsius({
    accounts,
    log,
    record,
    origins: () => hosts().map((host) => `http://${host}`),
    secret,
    shard: SHARD,
  })
  const publisher = createPublisher({
    record,
    announce: (user, event) => celsius.announce(user, eventInWire(event)),
    now,
  })
  const {app, turns} = createChatgpt({
    accounts,
    store,
    publisher,
    secret,
    isServed: (host) => hosts().includes(host),
    socketUrl: (user, host) => celsius.socketUrl(user, `ws://${host}`),
    pageFolder,
    wallMs,
    onRefusal,
  })
  server.on('request', app)
  server.on('upgrade', (req, socket, head) => {
    if (hosts().includes(req.headers.host ?? '')) return celsius.handleUpgrade(req, socket, head)
    record({kind: 'refused', at: now(), where: 'celsius-upgrade', code: 'foreign-host'})
    socket.on('error', () => socket.destroy())
    socket.end('HTTP/1.1 403 Forbidden\r\nconnection: close\r\ncontent-length: 0\r\n\r\n', () =>
      socket.destroy(),
    )
  })
  return {
    store,
    publisher,
    recent: turns.recent,
    newMessageId: randomUUID,
    forget: (userId) => celsius.disconnectUser(userId),
    drain: (overMs) => celsius.drain(overMs),
    async closeTurns() {
      turns.recent.close()
      await celsius.close()
    },
    async closeStores() {
      await log.close()
      store.close()
    },
  }
}
