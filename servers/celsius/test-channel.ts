/** For tests: a celsius channel on a real port with two persons, its ledger, and tabs that keep every frame they got. */
import {once} from 'node:events'
import {createServer, request, type IncomingMessage} from 'node:http'
import type {AddressInfo} from 'node:net'
import {WebSocket} from 'ws'
import type {Carriage} from '#protocol/carriage.ts'
import {readServerFrame, type ReceivedMessage, type ReceivedReply} from '#protocol/celsius-frame.ts'
import type {Message} from '#protocol/conversation.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {User} from '../accounts/user.ts'
import type {ConversationEvent} from '../conversation/conversation-event.ts'
import {createMemoryLog, type LogOptions} from '../log/memory-log.ts'
import {defaultModelSettings} from '../model/model-settings.ts'
import {noStrain} from '../strain.ts'
import {createCelsius} from './celsius.ts'
import type {CelsiusSettings, ChannelSettings} from './defaults.ts'

export const ORIGIN = 'http://127.0.0.1:1'
export const SECRET = 'a secret of tests'

export const person = (
  id: string,
  carriage: Carriage = 'content',
  channelDelayMs = 0,
  channel: ChannelSettings = {},
): User => ({
  id,
  accountId: `${id}-account`,
  organizationId: `${id}-organization`,
  name: id,
  bearer: `${id}-bearer`,
  settings: {carriage, channelDelayMs, replicaLagMs: 0, model: defaultModelSettings, channel},
})

export const answer = (id: string, text: string): Message => ({
  id,
  author: {role: 'assistant'},
  create_time: 1,
  content: {content_type: 'text', parts: [text]},
  status: 'finished_successfully',
  end_turn: true,
  channel: 'final',
  recipient: 'all',
  metadata: {},
})

export const commits = (userId: string, messageId: string, conversationId = 'c1'): ConversationEvent => ({
  type: 'message-committed',
  userId,
  conversationId,
  message: answer(messageId, messageId),
})

export const completes = (userId: string, messageId: string, conversationId = 'c1'): ConversationEvent => ({
  type: 'turn-completed',
  userId,
  conversationId,
  turnId: `turn-of-${messageId}`,
  message: answer(messageId, messageId),
  handoff: false,
})

export type TestTab = Awaited<ReturnType<typeof openTab>>

export async function openTab(url: string, headers: Record<string, string>) {
  const socket = new WebSocket(url, {headers})
  const frames: string[] = []
  let wake: (() => void) | undefined
  let lastId = 0
  socket.on('message', (data: Buffer) => {
    frames.push(data.toString())
    wake?.()
  })
  const upgraded = once(socket, 'upgrade').then(([response]) => (response as IncomingMessage).socket)
  const closed = once(socket, 'close').then(([code]) => code as number)
  await once(socket, 'open')
  const line = await upgraded

  const items = () => frames.flatMap((frame) => readServerFrame(frame))
  /** Resolves with what `find` finds, as soon as the frames so far have it. */
  async function until<T>(find: () => T | undefined): Promise<T> {
    for (;;) {
      const found = find()
      if (found !== undefined) return found
      const {promise, resolve} = Promise.withResolvers<void>()
      wake = resolve
      await promise
    }
  }
  const messages = (): ReceivedMessage[] => items().filter((item) => item.type === 'message')
  const replyTo = (id: number): Promise<ReceivedReply> =>
    until(() => items().find((item) => item.type === 'reply' && item.id === id)).then((item) =>
      item.type === 'reply' ? item.reply : {type: 'unknown'},
    )
  const send = (...commands: readonly object[]): number => {
    socket.send(JSON.stringify(commands.map((command) => ({id: ++lastId, command}))))
    return lastId
  }

  return {
    socket,
    /** Under the WebSocket, for bytes that no client library sends. */
    line,
    frames,
    closed,
    messages,
    replyTo,
    send,
    until,
    messageCount: (count: number) => until(() => (messages().length >= count ? messages() : undefined)),
    connect: () => replyTo(send({type: 'connect', presence: {type: 'presence', state: 'foreground'}})),
    subscribe: (topic_id: string, position: {offset?: string; epoch?: string} = {}) =>
      replyTo(send({type: 'subscribe', topic_id, ...position})),
  }
}

async function tryUpgrade(url: string, headers: Record<string, string> = {origin: ORIGIN}) {
  const req = request(url.replace('ws:', 'http:'), {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': 'dGhlIHNhbXBsZSBub25jZQ==',
      ...headers,
    },
  })
  req.end()
  const said = (response: unknown) => {
    const {statusCode = 0, headers: answered} = response as IncomingMessage
    return {status: statusCode, retryAfter: answered['retry-after']}
  }
  const upgraded = once(req, 'upgrade').then(([res, socket]) => {
    ;(socket as {destroy(): void}).destroy()
    return said(res)
  })
  const answered = once(req, 'response').then(([res]) => {
    ;(res as IncomingMessage).resume()
    return said(res)
  })
  return Promise.race([upgraded, answered])
}

export type TestChannelOptions = {
  readonly users?: readonly User[]
  readonly settings?: Partial<CelsiusSettings>
  readonly log?: LogOptions
}

export async function startTestChannel(options: TestChannelOptions = {}) {
  const users = new Map((options.users ?? [person('ada'), person('bob')]).map((user) => [user.id, user]))
  const ledger: LedgerEvent[] = []
  const watchers = new Set<() => void>()
  const time = {wallMs: Date.now()}
  const log = createMemoryLog(options.log)
  const strain = noStrain()
  const celsius = createCelsius({
    accounts: {byId: (id) => users.get(id)},
    log,
    record(event) {
      ledger.push(event)
      for (const watch of watchers) watch()
    },
    isOwnOrigin: (origin) => origin === ORIGIN,
    strain,
    secret: SECRET,
    shard: 3,
    settings: options.settings ?? {},
    wallMs: () => time.wallMs,
  })
  const http = createServer()
  http.on('upgrade', celsius.handleUpgrade)
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const base = `ws://127.0.0.1:${(http.address() as AddressInfo).port}`
  const tabs: TestTab[] = []

  const userOf = (id: string) => {
    const user = users.get(id)
    if (!user) throw new TypeError(`no person ${id} in this test`)
    return user
  }
  const urlOf = (id: string, tab?: string) =>
    celsius.socketUrl(userOf(id), base) + (tab === undefined ? '' : `&tab=${tab}`)

  return {
    celsius,
    ledger,
    log,
    strain,
    time,
    users,
    base,
    urlOf,
    announce: (event: ConversationEvent) => celsius.announce(userOf(event.userId), event),
    async open(id: string, tab?: string) {
      const opened = await openTab(urlOf(id, tab), {origin: ORIGIN})
      tabs.push(opened)
      return opened
    },
    async connected(id: string, tab?: string) {
      const opened = await openTab(urlOf(id, tab), {origin: ORIGIN})
      tabs.push(opened)
      await opened.connect()
      return opened
    },
    /** The status of a refused upgrade, or 101. */
    statusOf: async (url: string, headers?: Record<string, string>) =>
      (await tryUpgrade(url, headers)).status,
    refusalOf: tryUpgrade,
    async recorded<K extends LedgerEvent['kind']>(kind: K, count = 1) {
      const ofKind = () =>
        ledger.filter((event): event is Extract<LedgerEvent, {kind: K}> => event.kind === kind)
      while (ofKind().length < count) {
        const {promise, resolve} = Promise.withResolvers<void>()
        watchers.add(resolve)
        await promise
        watchers.delete(resolve)
      }
      return ofKind()
    },
    async [Symbol.asyncDispose]() {
      for (const {socket} of tabs) socket.terminate()
      await celsius.close()
      await log.close()
      http.closeAllConnections()
      http.close()
    },
  }
}
