/** The API over plain HTTP with a core that only writes down, for tests; calls it as the web SDK and the Admin SDK do. */
import {createECDH, randomBytes} from 'node:crypto'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {DatabaseSync} from 'node:sqlite'
import type {GoogleErrorBody} from '#protocol/fcm/google-error.ts'
import type {CreateInstallationReply} from '#protocol/fcm/installation.ts'
import type {PushEvent} from '#protocol/push-event.ts'
import type {PushCore, PushMessage, Subscription} from '../push-core.ts'
import {createApi} from './api.ts'
import {createFailingSends} from './failing-sends.ts'
import {Registrations} from './registrations.ts'

export const PROJECT = 'demo'
const SENDER = '123456789'
const APP_ID = `1:${SENDER}:web:abc`
export const ENDPOINTS = 'https://fcm.googleapis.com/fcm/send/'

/** What a browser holds of a subscription. */
export type Subscribed = {
  readonly subscription: Subscription
  readonly ecdh: ReturnType<typeof createECDH>
  readonly auth: Buffer
}

export async function startTestApi() {
  const pushed: PushMessage[] = []
  const recorded: PushEvent[] = []
  const subscriptions = new Map<string, Subscription>()
  const ended = new Set<string>()
  const failing = createFailingSends()
  const registrations = new Registrations(new DatabaseSync(':memory:'))
  let nowMs = Date.now()

  const core = {
    subscription: (token: string) => subscriptions.get(token),
    push(message: PushMessage) {
      if (!subscriptions.has(message.endpointToken)) return {ok: false, why: 'gone'}
      pushed.push(message)
      return {ok: true, deliveryId: `d${pushed.length}`}
    },
  } as PushCore
  const app = createApi({
    registrations,
    core,
    failing,
    deviceRoutes: (_req, _res, next) => next(),
    wasGivenOut: (token) => ended.has(token),
    secret: randomBytes(32),
    record: (event) => recorded.push(event),
    nowMs: () => nowMs,
    monotonicMs: () => performance.now(),
  })
  const server = createServer(app)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  function subscribe(vapidKey: string | null, origin = 'http://localhost:8080'): Subscribed {
    const endpointToken = randomBytes(20).toString('base64url')
    const subscription = {
      endpointToken,
      deviceId: '1',
      transport: 'mcs',
      app: 'org.chromium.linux',
      subtype: `wp:${origin}/#1`,
      vapidKey,
      origin,
    } as const
    subscriptions.set(endpointToken, subscription)
    const ecdh = createECDH('prime256v1')
    ecdh.generateKeys()
    return {subscription, ecdh, auth: randomBytes(16)}
  }

  const call = (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) =>
    fetch(`${baseUrl}${path}`, {
      method,
      headers,
      ...(body === undefined ? {} : {body: typeof body === 'string' ? body : JSON.stringify(body)}),
    })
  /** As the web SDK does. */
  const fromPage = (method: string, path: string, body: unknown, headers: Record<string, string> = {}) =>
    call(method, path, body, {'x-goog-api-key': 'key', ...headers})

  async function install(project = PROJECT): Promise<CreateInstallationReply> {
    const fid = `d${randomBytes(16).toString('base64url').slice(0, 21)}`
    const body = {fid, authVersion: 'FIS_v2', appId: APP_ID, sdkVersion: 'w:0.6.24'}
    return (
      await fromPage('POST', `/v1/projects/${project}/installations`, body)
    ).json() as Promise<CreateInstallationReply>
  }

  const asInstallation = ({authToken}: CreateInstallationReply) => ({
    'x-goog-firebase-installations-auth': `FIS ${authToken.token}`,
  })
  const registrationBody = ({subscription, ecdh, auth}: Subscribed) => ({
    web: {
      origin: 'localhost:8080',
      endpoint: `${ENDPOINTS}${subscription.endpointToken}`,
      auth: auth.toString('base64url'),
      p256dh: ecdh.getPublicKey('base64url'),
      applicationPubKey: subscription.vapidKey,
    },
  })
  const register = (installed: CreateInstallationReply, subscribed: Subscribed, project = PROJECT) =>
    fromPage(
      'POST',
      `/v1/projects/${project}/registrations`,
      registrationBody(subscribed),
      asInstallation(installed),
    )

  /** A page that has its token. */
  async function page(project = PROJECT) {
    const installed = await install(project)
    const subscribed = subscribe(createECDH('prime256v1').generateKeys('base64url'))
    const {token, name} = (await (await register(installed, subscribed, project)).json()) as Record<
      string,
      string
    >
    return {installed, subscribed, token: token ?? '', name: name ?? '', fid: installed.fid}
  }

  const send = (message: unknown, more: Record<string, unknown> = {}, project = PROJECT) =>
    call('POST', `/v1/projects/${project}/messages:send`, {message, ...more}, {authorization: 'Bearer x'})

  return {
    baseUrl,
    pushed,
    recorded,
    failing,
    registrations,
    subscribe,
    call,
    fromPage,
    install,
    asInstallation,
    registrationBody,
    register,
    page,
    send,
    unsubscribe(token: string) {
      subscriptions.delete(token)
      ended.add(token)
    },
    turnClock(byMs: number) {
      nowMs += byMs
    },
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export type TestApi = Awaited<ReturnType<typeof startTestApi>>

/** Status, Google's status and FCM's code. */
export async function refusalOf(response: Response) {
  const {error} = (await response.json()) as GoogleErrorBody
  const code = error.details?.find((detail) => 'errorCode' in detail)?.['errorCode']
  return [response.status, error.status, code]
}
