/**
 * The celsius channel: lets sockets in, announces what happens to conversations, drains and closes.
 * Does not know HTTP routes, conversations' contents or the model. Rules CE1–CE4, CE22–CE25, CE42, CE46–CE48, CA1–CA3.
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
import type {Strain} from '../strain.ts'
import {admit, socketPath, UNNAMED} from './admission.ts'
import {writeAnnouncement, type Announcement} from './announcement.ts'
import {channelMessages} from './channel-messages.ts'
import {openConnection, topicKey, type Connection} from './connection.ts'
import {defaultCelsiusSettings, type CelsiusSettings} from './defaults.ts'
import {createDrain} from './drain.ts'
import {createFanOut} from './fan-out.ts'
import {createHeartbeats, heartbeat} from './heartbeats.ts'
import {refuseUpgrade} from './refuse-upgrade.ts'
import {makeVerify} from './verify-token.ts'

export type CelsiusOptions = {
  readonly accounts: {readonly byId: (userId: string) => User | undefined}
  readonly log: StreamLog
  readonly record: (event: LedgerEvent) => void
  readonly isOwnOrigin: (origin: string) => boolean
  readonly strain: Readonly<Strain>
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
  /** Closes every socket with 1012, spread evenly over the time, and lets nobody in until the drain is ended. */
  readonly drain: (overMs: number) => Promise<void>
  /** Who has not been closed yet stays. */
  readonly endDrain: () => void
  readonly connectionCount: () => number
  readonly disconnectUser: (userId: string, reason?: CloseReason) => void
  readonly disconnectAll: (reason: CloseReason) => void
  readonly close: () => Promise<void>
}

const monotonicMs = () => Number(process.hrtime.bigint()) / 1e6

export function createCelsius(options: CelsiusOptions): Celsius {
  const {accounts, log, record, secret, shard, strain, now = monotonicMs, wallMs = Date.now} = options
  const settings = {...defaultCelsiusSettings, ...options.settings}
  const fanOut = createFanOut(log)
  const heartbeats = createHeartbeats(settings.heartbeatMs)
  const connections = new Map<string, Set<Connection>>()
  const draining = createDrain()
  let isDraining = false

  const server = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: settings.maxFrameBytes,
  })

  function closedFor(): 'draining' | 'overloaded' | null {
    if (strain.retryAfterS !== null) return 'overloaded'
    return isDraining ? 'draining' : null
  }

  function handleUpgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void {
    const admission = admit(
      {url: req.url ?? '', origin: req.headers.origin},
      {
        byId: accounts.byId,
        isOwnOrigin: options.isOwnOrigin,
        secret,
        shard,
        closedFor: closedFor(),
        wallMs: wallMs(),
        verifyForMs: settings.verifyForMs,
      },
    )
    if ('refused' in admission) {
      const {code} = admission.refused
      record({kind: 'refused', at: now(), where: 'celsius-upgrade', code})
      return refuseUpgrade(socket, admission.refused, code === 'overloaded' ? strain.retryAfterS : null)
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
      settings: {...settings, ...accounts.byId(userId)?.settings.channel},
      now,
      record,
      user: () => accounts.byId(userId),
      slowMs: () => strain.slowMs,
      isTakenElsewhere: (topic, offset) =>
        tab !== UNNAMED && [...mine].some((other) => other.tab === tab && other.hasTaken(topic, offset)),
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
    return draining.begin(
      all().map((connection) => () => connection.end('restarting')),
      overMs,
    )
  }

  async function close(): Promise<void> {
    isDraining = true
    draining.callOff()
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
    endDrain() {
      isDraining = false
      draining.callOff()
    },
    connectionCount: () => all().length,
    disconnectUser(userId, reason = 'disconnected') {
      for (const connection of connections.get(userId) ?? []) connection.end(reason)
    },
    disconnectAll(reason) {
      for (const connection of all()) connection.end(reason)
    },
    close,
  }
}
