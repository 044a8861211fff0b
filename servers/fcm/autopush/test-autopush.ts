/** For tests: an autopush server on a real port, a core that writes down what it was asked, and browsers that talk to it. */
import {once} from 'node:events'
import {WebSocket} from 'ws'
import {AUTOPUSH_SUBPROTOCOL, readPushServerMessage, type PushServerMessage} from '#protocol/autopush.ts'
import type {PushEvent} from '#protocol/push-event.ts'
import type {DeviceLink, PushCore, Subscription} from '../push-core.ts'
import {startAutopush} from './autopush.ts'
import type {AutopushSettings} from './defaults.ts'

type Answered = Exclude<PushServerMessage, {messageType: 'ping'}>
type Asked = {readonly [K in Answered['messageType']]: Extract<Answered, {messageType: K}>}

/** Keeps subscriptions and links by name, and every other call as a line. */
export function testCore() {
  const subscriptions = new Map<string, Subscription>()
  const links = new Map<string, DeviceLink>()
  const calls: string[] = []
  const watchers = new Set<() => void>()
  const note = (call: string) => {
    calls.push(call)
    for (const watch of watchers) watch()
  }
  const core: PushCore = {
    subscribe(subscription) {
      subscriptions.set(subscription.endpointToken, subscription)
      note('subscribe')
    },
    unsubscribe(endpointToken) {
      subscriptions.delete(endpointToken)
      note('unsubscribe')
    },
    subscription: (endpointToken) => subscriptions.get(endpointToken),
    knowsDevice: (deviceId) => [...subscriptions.values()].some((known) => known.deviceId === deviceId),
    push: () => ({ok: false, why: 'gone'}),
    connected(deviceId, link) {
      links.set(deviceId, link)
      note(`connected ${deviceId}`)
    },
    disconnected: (deviceId, _link, why) => note(`disconnected ${deviceId} ${why}`),
    acked: (deviceId, deliveryIds) => note(`acked ${deviceId} ${deliveryIds.join()}`),
    setDelivery: () => {},
    cutLinks: () => {},
    close: () => {},
  }
  return {
    core,
    calls,
    subscriptions,
    links,
    /** Resolves when a call that begins so was made. */
    async called(words: string): Promise<void> {
      while (!calls.some((call) => call.startsWith(words))) {
        const {promise, resolve} = Promise.withResolvers<void>()
        watchers.add(resolve)
        await promise
        watchers.delete(resolve)
      }
    },
  }
}

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
  async function take<K extends PushServerMessage['messageType']>(
    messageType: K,
  ): Promise<Extract<PushServerMessage, {messageType: K}>> {
    for (;;) {
      const index = got.findIndex((message) => message.messageType === messageType)
      if (index !== -1) return got.splice(index, 1)[0] as Extract<PushServerMessage, {messageType: K}>
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
    async hello(uaid?: string): Promise<Asked['hello']> {
      send({messageType: 'hello', use_webpush: true, broadcasts: {}, ...(uaid !== undefined && {uaid})})
      return take('hello')
    },
    async register(channelID: string, key?: string): Promise<Asked['register']> {
      send({messageType: 'register', channelID, ...(key !== undefined && {key})})
      return take('register')
    },
  }
}

export async function startTestAutopush(settings: Partial<AutopushSettings> = {}, core?: PushCore) {
  const test = testCore()
  const ledger: PushEvent[] = []
  const autopush = await startAutopush({
    core: core ?? test.core,
    host: '127.0.0.1',
    port: 0,
    record: (event) => ledger.push(event),
    settings,
  })
  const browsers: TestBrowser[] = []
  return {
    ...test,
    autopush,
    ledger,
    async open(headers?: Record<string, string>): Promise<TestBrowser> {
      const browser = await openBrowser(autopush.url, headers)
      browsers.push(browser)
      return browser
    },
    async [Symbol.asyncDispose]() {
      for (const {socket} of browsers) socket.terminate()
      await autopush.close()
    },
  }
}
