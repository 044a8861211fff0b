/** A browser with push and without pages, for tests: it registers as the web SDK does, and decrypts what it is pushed. */
import {createECDH, randomBytes} from 'node:crypto'
import {request} from 'node:https'
import {decrypt} from 'http_ece'
import {createLocalAgent} from '../../fcm/admin/local-agent.ts'
import {VirtualDevice} from '../../fcm/mcs/virtual-device.ts'
import type {FcmAddresses} from '../../fcm/running-fcm.ts'

export type VirtualBrowser = {
  /** What the page would give its server. */
  readonly registrationToken: string
  /** The envelopes that came, decrypted, and how long they were on their way. */
  readonly heard: readonly {readonly data: Readonly<Record<string, string>>; readonly bodyBytes: number}[]
  readonly close: () => Promise<void>
}

const APP_ID = '1:100000000001:web:local'

export async function openVirtualBrowser(fcm: FcmAddresses, origin: string): Promise<VirtualBrowser> {
  const keys = createECDH('prime256v1')
  keys.generateKeys()
  const authSecret = randomBytes(16).toString('base64url')
  const heard: {data: Record<string, string>; bodyBytes: number}[] = []
  const device = await VirtualDevice.checkIn(fcm, ({body}) => {
    if (body === null) return
    const text = decrypt(body, {version: 'aes128gcm', privateKey: keys, authSecret}).toString()
    heard.push({...(JSON.parse(text) as {data: Record<string, string>}), bodyBytes: body.length})
  })
  const {vapidKey} = fcm.page
  const endpointToken = await device.register({origin, vapidKey})
  await device.connect()

  const agent = createLocalAgent(fcm)
  const post = async (host: string, path: string, body: object, headers: Record<string, string> = {}) => {
    const {promise, resolve, reject} = Promise.withResolvers<string>()
    const options = {agent, host, path: `/v1/projects/${fcm.projectId}${path}`, method: 'POST'}
    const sent = request({...options, headers: {'x-goog-api-key': 'local', ...headers}}, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (part: string) => (text += part))
      response.on('end', () => resolve(text))
    })
    sent.on('error', reject).end(JSON.stringify(body))
    return JSON.parse(await promise) as {token: string; authToken: {token: string}}
  }
  const fid = `d${randomBytes(16).toString('base64url').slice(0, 21)}`
  const installation = {fid, authVersion: 'FIS_v2', appId: APP_ID, sdkVersion: 'w:0.6.24'}
  const {authToken} = await post('firebaseinstallations.googleapis.com', '/installations', installation)
  const web = {
    origin: new URL(origin).host,
    endpoint: `https://jmt17.google.com/fcm/send/${endpointToken}`,
    auth: authSecret,
    p256dh: keys.getPublicKey('base64url'),
    applicationPubKey: vapidKey,
  }
  const {token} = await post(
    'fcmregistrations.googleapis.com',
    '/registrations',
    {web},
    {'x-goog-firebase-installations-auth': `FIS ${authToken.token}`},
  )
  return {
    registrationToken: token,
    heard,
    async close() {
      await device.disconnect()
      agent.destroy()
    },
  }
}
