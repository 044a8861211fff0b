/** A core with a store, a clock to turn, and links that write down what they are given. For tests. */
import type {PushEvent} from '#protocol/push-event.ts'
import {createECDH} from 'node:crypto'
import type {Delivery, DeviceLink, PushMessage} from '../push-core.ts'
import {createPushCore} from './create-push-core.ts'
import type {QueueLimits} from './defaults.ts'
import {originOf, sealEndpointToken} from './endpoint-token.ts'
import {PushStore} from './push-store.ts'
import {createTestClock, type TestClock} from './test-clock.ts'

export const KEY = createECDH('prime256v1').generateKeys('base64url')

export type TestLink = DeviceLink & {
  readonly deliveries: Delivery[]
  readonly texts: () => readonly string[]
  readonly closed: string[]
}

/** `hears` is called with everything it is given. */
export function testLink(hears: (delivery: Delivery) => void = () => {}): TestLink {
  const deliveries: Delivery[] = []
  const closed: string[] = []
  return {
    transport: 'mcs',
    deliveries,
    closed,
    texts: () => deliveries.map(({body}) => (body === null ? '' : Buffer.from(body).toString())),
    deliver(delivery) {
      deliveries.push(delivery)
      hears(delivery)
    },
    close: (why) => void closed.push(why),
  }
}

export type TestPushCoreOptions = {
  readonly clock?: TestClock
  readonly limits?: QueueLimits
  readonly secret?: Uint8Array
}

export function testPushCore(file: string, options: TestPushCoreOptions = {}) {
  const {clock = createTestClock(), limits, secret} = options
  const store = new PushStore(file, secret)
  const recorded: PushEvent[] = []
  const core = createPushCore({
    store,
    record: (event) => void recorded.push(event),
    now: clock.nowMs,
    wallMs: clock.nowMs,
    setTimer: clock.setTimer,
    ...(limits && {limits}),
  })
  let pushed = 0

  function subscribe(deviceId: string, origin = 'http://localhost:8080', id = '1'): string {
    const subtype = `wp:${origin}/#${id}`
    const about = {deviceId, app: 'org.chromium.linux', subtype, vapidKey: KEY}
    const endpointToken = sealEndpointToken(about, store.secret)
    core.subscribe({...about, endpointToken, transport: 'mcs', origin: originOf(subtype)})
    return endpointToken
  }

  const push = (endpointToken: string, text: string | null, about: Partial<PushMessage> = {}) =>
    core.push({
      messageId: `m${++pushed}`,
      endpointToken,
      body: text === null ? null : Buffer.from(text),
      ttlSeconds: 3_600,
      urgency: 'normal',
      topic: null,
      origin: null,
      ...about,
    })

  function connect(
    deviceId: string,
    confirmed: readonly string[] = [],
    hears?: (delivery: Delivery) => void,
  ) {
    const link = testLink(hears)
    core.connected(deviceId, link, confirmed)
    return link
  }

  /** Kinds without `at`, shortest form that still says what happened. */
  const story = () =>
    recorded.map((event) => {
      if (event.kind === 'push-dropped' || event.kind === 'push-link-closed')
        return `${event.kind} ${event.why}`
      return event.kind === 'push-sent' ? `${event.kind} ${event.attempt}` : event.kind
    })

  return {
    core,
    store,
    clock,
    recorded,
    subscribe,
    push,
    connect,
    story,
    ackAll: (deviceId: string, link: TestLink) =>
      core.acked(
        deviceId,
        link.deliveries.map(({deliveryId}) => deliveryId),
      ),
    close() {
      core.close()
      store.close()
    },
  }
}

export type TestPushCore = ReturnType<typeof testPushCore>
