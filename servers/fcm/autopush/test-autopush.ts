/** For tests: an autopush server on a real port with the real core, its book, and browsers that talk to it. */
import {once} from 'node:events'
import {WebSocket} from 'ws'
import {AUTOPUSH_SUBPROTOCOL, readPushServerMessage, type PushServerMessage} from '#protocol/autopush.ts'
import type {PushEvent} from '#protocol/push-event.ts'
import {createPushCore} from '../core/create-push-core.ts'
import {PushStore} from '../core/push-store.ts'
import {startAutopush} from './autopush.ts'
import type {AutopushSettings} from './defaults.ts'

type Answer<K extends PushServerMessage['messageType']> = Extract<PushServerMessage, {messageType: K}>
type Recorded<K extends PushEvent['kind']> = Extract<PushEvent, {kind: K}>

export type TestBrowser = Awaited<ReturnType<typeof openBrowser>>

async function openBrowser(url: string, headers: Record<string, string> = {}) {
  const socket = new WebSocket(url, AUTOPUSH_SUBPROTOCOL, {headers})
  const got: PushServerMessage[] = []
  let wake: (() => void) | undefined
  socket.on('message', (data: Buffer) => {
    got.push(readPushServerMessage(data.toString()))
    wake?.()
  })
  const closed = once(socket, 'close').then(([code]) => code as number)
  await once(socket, 'open')
  const send = (message: object) => socket.send(JSON.stringify(message))

  /** The next message of that type, taken out of what came. */
  async function take<K extends PushServerMessage['messageType']>(messageType: K): Promise<Answer<K>> {
    for (;;) {
      const index = got.findIndex((message) => message.messageType === messageType)
      if (index !== -1) return got.splice(index, 1)[0] as Answer<K>
      const {promise, resolve} = Promise.withResolvers<void>()
      wake = resolve
      await promise
    }
  }

  return {
    socket,
    closed,
    send,
    take,
    async hello(uaid?: string): Promise<Answer<'hello'>> {
      send({messageType: 'hello', use_webpush: true, broadcasts: {}, ...(uaid !== undefined && {uaid})})
      return take('hello')
    },
    async register(channelID: string, key?: string): Promise<Answer<'register'>> {
      send({messageType: 'register', channelID, ...(key !== undefined && {key})})
      return take('register')
    },
  }
}

const wallMs = () => Date.now()
const now = () => performance.now()

/** `store` is a file for what has to outlive a server. */
export async function startTestAutopush(settings: Partial<AutopushSettings> = {}, store = ':memory:') {
  const ledger: PushEvent[] = []
  const watchers = new Set<() => void>()
  const record = (event: PushEvent) => {
    ledger.push(event)
    for (const watch of watchers) watch()
  }
  const kept = new PushStore(store)
  const core = createPushCore({store: kept, record, now, wallMs})
  const autopush = await startAutopush({core, host: '127.0.0.1', port: 0, record, settings, now})
  const browsers: TestBrowser[] = []
  let sent = 0

  return {
    core,
    autopush,
    ledger,
    async open(headers?: Record<string, string>): Promise<TestBrowser> {
      const browser = await openBrowser(autopush.url, headers)
      browsers.push(browser)
      return browser
    },
    /** As the application's side does, for the endpoint that a browser was given. */
    push: (pushEndpoint: string | undefined, body: Uint8Array | null = Uint8Array.of(1, 2, 3)) =>
      core.push({
        messageId: `m${++sent}`,
        endpointToken: pushEndpoint?.split('/').at(-1) ?? '',
        body,
        ttlSeconds: 60,
        urgency: 'normal',
        topic: null,
        origin: null,
      }),
    /** Resolves when so many such events are in the book. */
    async recorded<K extends PushEvent['kind']>(kind: K, count = 1): Promise<Recorded<K>[]> {
      const ofKind = () => ledger.filter((event): event is Recorded<K> => event.kind === kind)
      while (ofKind().length < count) {
        const {promise, resolve} = Promise.withResolvers<void>()
        watchers.add(resolve)
        await promise
        watchers.delete(resolve)
      }
      return ofKind()
    },
    async [Symbol.asyncDispose]() {
      for (const {socket} of browsers) socket.terminate()
      await autopush.close()
      core.close()
      kept.close()
    },
  }
}
