/**
 * The celsius channel: lets sockets in, announces what happens to conversations, drains and closes.
 * Does not know HTTP routes, conversations' contents or the model. Rules CE1–CE4, CE22–CE25, CA1–CA3.
 */
import type {IncomingMessage} from 'node:http'
import {Socket} from 'node:net'
import type {Duplex} from 'node:stream'
import {WebSocketServer, type WebSocket} from 'ws'
import type {CloseReason} from '#protocol/close-codes.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {User} from '../accounts/user.ts'
import type {ConversationEvent} from '../conversation/conversation-event.ts'
import type {StreamLog} from '../log/stream-log.ts'
import {admit, socketPath, type Refusal} from './admission.ts'
import {writeAnnouncement, type Announcement} from './announcement.ts'
import {channelMessages} from './channel-messages.ts'
import {openConnection, topicKey, type Connection} from './connection.ts'
import {defaultCelsiusSettings, type CelsiusSettings} from './defaults.ts'
import {createFanOut} from './fan-out.ts'
import {createHeartbeats, heartbeat} from './heartbeats.ts'
import {makeVerify} from './verify-token.ts'

export type CelsiusOptions = {
  readonly accounts: {readonly byId: (userId: string) => User | undefined}
  readonly log: StreamLog
  readonly record: (event: LedgerEvent) => void
  readonly origins: () => readonly string[]
  readonly secret: string
  readonly shard: number
  readonly settings?: Partial<CelsiusSettings>
  /** Milliseconds of CLOCK_MONOTONIC. */
  readonly now?: () => number
  readonly wallMs?: () => number
}

export type Celsius = {
  /** The bootstrap URL; `socketBase` is for example `ws://127.0.0.1:4000`. */
  readonly socketUrl: (user: Pick<User, 'id' | 'accountId'>, socketBase: string) => string
  readonly handleUpgrade: (req: IncomingMessage, socket: Duplex, head: Buffer) => void
  /** Appends in the order of the calls. Resolves when the log has it; never rejects. */
  readonly announce: (user: User, event: ConversationEvent) => Promise<void>
  /** Closes every socket with 1012, spread evenly over the time, and lets nobody in from now on. */
  readonly drain: (overMs: number) => Promise<void>
  readonly connectionCount: () => number
  readonly disconnectUser: (userId: string, reason?: CloseReason) => void
  readonly close: () => Promise<void>
}

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

export function createCelsius(options: CelsiusOptions): Celsius {
  const {accounts, log, record, secret, shard, now = monotonicMs, wallMs = Date.now} = options
  const settings = {...defaultCelsiusSettings, ...options.settings}
  const fanOut = createFanOut(log)
  const heartbeats = createHeartbeats(settings.heartbeatMs)
  const connections = new Map<string, Set<Connection>>()
  const draining = new Map<NodeJS.Timeout, () => void>()
  let isDraining = false

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: settings.maxFrameBytes,
  })

  function handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const admission = admit(
      {url: req.url ?? '', origin: req.headers.origin},
      {
        byId: accounts.byId,
        origins: options.origins(),
        secret,
        shard,
        draining: isDraining,
        wallMs: wallMs(),
        verifyForMs: settings.verifyForMs,
      },
    )
    if ('refused' in admission) {
      record({kind: 'refused', at: now(), where: 'celsius-upgrade', code: admission.refused.code})
      return refuseUpgrade(socket, admission.refused)
    }
    if (socket instanceof Socket) socket.setNoDelay(true)
    server.handleUpgrade(req, socket, head, (opened) => welcome(opened, admission.admitted.id, admission.tab))
  }

  function welcome(socket: WebSocket, userId: string, tab: string): void {
    const mine = connections.get(userId) ?? new Set()
    connections.set(userId, mine)
    const [oldest] = mine
    if (mine.size >= settings.maxSocketsPerUser) oldest?.end('connectionCap')
    const connection = openConnection({
      socket,
      userId,
      tab,
      log,
      fanOut,
      settings,
      now,
      record,
      user: () => accounts.byId(userId),
      onEnd() {
        mine.delete(connection)
        if (mine.size === 0 && connections.get(userId) === mine) connections.delete(userId)
      },
    })
    // The cap may just have emptied and removed the set.
    connections.set(userId, mine.add(connection))
  }

  async function append(userId: string, announcement: Announcement): Promise<void> {
    try {
      await log.append(topicKey(userId, announcement.topic), writeAnnouncement(announcement))
    } catch {
      record({kind: 'refused', at: now(), where: 'celsius-announce', code: 'log-failed'})
    }
  }

  async function announce(user: User, event: ConversationEvent): Promise<void> {
    const announcements = channelMessages(user.settings.carriage, event, wallMs())
    heartbeats.hear(event, () => {
      if (event.type !== 'turn-started') return
      void append(user.id, heartbeat(event.conversationId, event.turnId, wallMs()))
    })
    await Promise.all(announcements.map((announcement) => append(user.id, announcement)))
  }

  const all = () => [...connections.values()].flatMap((mine) => [...mine])

  function drain(overMs: number): Promise<void> {
    isDraining = true
    const open = all()
    const ends = open.map((connection, index) => endLater(connection, (overMs * index) / open.length))
    return Promise.all(ends).then(() => {})
  }

  function endLater(connection: Connection, delayMs: number): Promise<void> {
    const {promise, resolve} = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      draining.delete(timer)
      connection.end('restarting')
      resolve()
    }, delayMs)
    draining.set(timer, resolve)
    return promise
  }

  async function close(): Promise<void> {
    isDraining = true
    for (const [timer, resolve] of draining) {
      clearTimeout(timer)
      resolve()
    }
    draining.clear()
    heartbeats.close()
    for (const connection of all()) connection.end('goingAway', 'at once')
    await fanOut.close()
  }

  return {
    socketUrl: (user, socketBase) => {
      const verify = makeVerify(secret, {userId: user.id, accountId: user.accountId}, wallMs())
      return `${socketBase}${socketPath(shard, user)}?verify=${verify}`
    },
    handleUpgrade,
    announce,
    drain,
    connectionCount: () => all().length,
    disconnectUser(userId, reason = 'disconnected') {
      for (const connection of connections.get(userId) ?? []) connection.end(reason)
    },
    close,
  }
}

function refuseUpgrade(socket: Duplex, {status, detail}: Refusal): void {
  const body = JSON.stringify({detail})
  const head = [
    `HTTP/1.1 ${status} ${REASONS[status]}`,
    'connection: close',
    'content-type: application/json',
    `content-length: ${Buffer.byteLength(body)}`,
  ]
  // The other side may be gone already; that is no error of ours.
  socket.on('error', () => socket.destroy())
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`, () => socket.destroy())
}

const REASONS = {
  400: 'Bad Request',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'Not Found',
  503: 'Service Unavailable',
} as const satisfies Record<Refusal['status'], string>
