/** ChatGPT's half of the servers: store, channel and routes, behind one listener. Rules CE48, TU27. */
import {randomUUID} from 'node:crypto'
import type {IncomingMessage} from 'node:http'
import type {Duplex} from 'node:stream'
import {ROOT_PARENT} from '#protocol/identifier.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {Accounts} from '../../accounts/accounts.ts'
import {createCelsius} from '../../celsius/celsius.ts'
import type {ChannelSettings} from '../../celsius/defaults.ts'
import {refuseUpgrade} from '../../celsius/refuse-upgrade.ts'
import type {CloseReason} from '#protocol/close-codes.ts'
import type {Limits} from '../../accounts/limits.ts'
import {ConversationStore} from '../../conversation/conversation-store.ts'
import {createPublisher} from '../../conversation/publisher.ts'
import type {StreamLog} from '../../log/stream-log.ts'
import {isOwnName, type LoopbackListener} from '../../loopback-listener.ts'
import type {Strain} from '../../strain.ts'
import type {Scheduler} from '../../tasks/scheduler.ts'
import {createTasks} from '../../tasks/tasks.ts'
import type {ComposedPlatform} from '../composed-platform.ts'
import type {OnRefusal} from '../http-refusal.ts'
import {createChatgpt} from './chatgpt.ts'
import {sendFromElsewhere} from './elsewhere.ts'
import {isHandedOff} from './turns.ts'
import {eventInWire} from './wire-message.ts'

/** One of the shard numbers that were seen. */
const SHARD = 13
const SCHEME = 'http://'

export type ChatgptChoices = {
  readonly accounts: Accounts
  /** A file, or `:memory:`. */
  readonly store: string
  readonly log: StreamLog
  readonly secret: string
  readonly channel: ChannelSettings
  readonly strain: Readonly<Strain>
  readonly scheduler: Pick<Scheduler, 'plan'>
  readonly limits: Limits
  readonly pageFolder: string | null
  readonly record: (event: LedgerEvent) => void
  readonly now: () => number
  readonly wallMs: () => number
  readonly onRefusal: OnRefusal
}

export type ComposedChatgpt = ComposedPlatform & {
  readonly drain: (overMs: number) => Promise<void>
  readonly endDrain: () => void
  readonly closeSockets: (reason: CloseReason) => void
}

export function composeChatgpt(listener: LoopbackListener, choices: ChatgptChoices): ComposedChatgpt {
  const {accounts, log, secret, strain, pageFolder, record, now, wallMs, onRefusal} = choices
  const isServed = isOwnName(listener)
  const store = new ConversationStore(choices.store)
  const celsius = createCelsius({
    accounts,
    log,
    record,
    isOwnOrigin: (origin) => origin.startsWith(SCHEME) && isServed(origin.slice(SCHEME.length)),
    strain,
    secret,
    shard: SHARD,
    settings: choices.channel,
  })
  const publisher = createPublisher({
    record,
    announce: (user, event) => celsius.announce(user, eventInWire(event)),
    now,
  })
  const newMessageId = randomUUID
  const tasks = createTasks({
    store,
    publisher,
    scheduler: choices.scheduler,
    newMessageId,
    showsBegun: true,
  })
  const {app, turns} = createChatgpt({
    accounts,
    store,
    publisher,
    tasks,
    limits: choices.limits,
    secret,
    strain,
    isServed,
    socketUrl: (user, host) => celsius.socketUrl(user, `ws://${host}`),
    pageFolder,
    record,
    now,
    wallMs,
    onRefusal,
  })

  function upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    if (isServed(req.headers.host ?? '')) return celsius.handleUpgrade(req, socket, head)
    record({kind: 'refused', at: now(), where: 'celsius-upgrade', code: 'foreign-host'})
    refuseUpgrade(socket, {status: 403, detail: 'This host is not served here'})
  }

  listener.server.on('request', app)
  listener.server.on('upgrade', (req, socket, head) => {
    if (strain.slowMs <= 0) return upgrade(req, socket, head)
    // Whoever hangs up meanwhile is no error of ours.
    socket.on('error', () => socket.destroy())
    return void setTimeout(upgrade, strain.slowMs, req, socket, head).unref()
  })
  return {
    store,
    publisher,
    recent: turns.recent,
    tasks,
    sendFromElsewhere: sendFromElsewhere(turns),
    // Nothing is known of how it would ask: it is in the ledger, and nobody is told (TG12).
    askApproval(user, {id: conversationId, leafId}) {
      const approvalId = newMessageId()
      const asked = {type: 'approval', phase: 'asked', messageId: leafId ?? ROOT_PARENT} as const
      publisher.announce(user, conversationId, {...asked, approvalId})
      return approvalId
    },
    newMessageId,
    isHandedOff,
    forget: (userId) => celsius.disconnectUser(userId),
    drain: celsius.drain,
    endDrain: celsius.endDrain,
    closeSockets: celsius.disconnectAll,
    async closeTurns() {
      turns.recent.close()
      await celsius.close()
    },
    async closeStores() {
      store.close()
    },
  }
}
