/** For tests: what a browser, its page and the web SDK hold together, without any of them. Over the real listeners, decrypted. */
import {createECDH, randomBytes} from 'node:crypto'
import {request} from 'node:https'
import {decrypt} from 'http_ece'
import type {CreateInstallationReply} from '#protocol/fcm/installation.ts'
import type {PushPayload} from '#protocol/fcm/payload.ts'
import {createLocalAgent} from './admin/local-agent.ts'
import {VirtualDevice, type VirtualMessage} from './mcs/virtual-device.ts'
import type {FcmAddresses} from './running-fcm.ts'

type Reached = Pick<FcmAddresses, 'api' | 'mcs' | 'caPem' | 'page' | 'projectId'>

export type Answer = {readonly status: number; readonly body: string}

/** One request to a host of Google's, led to the local port. */
export async function callGoogle(
  to: Pick<FcmAddresses, 'api' | 'caPem'>,
  method: string,
  url: string,
  body: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  const agent = createLocalAgent(to)
  try {
    return await new Promise((resolve, reject) => {
      const sent = request(url, {method, agent, headers}, (response) => {
        let text = ''
        response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
        response.once('end', () => resolve({status: response.statusCode ?? 0, body: text}))
      })
      sent.once('error', reject)
      sent.end(JSON.stringify(body))
    })
  } finally {
    agent.destroy()
  }
}

export type TestPage = {
  readonly token: string
  readonly endpoint: string
  readonly device: VirtualDevice
  /** Payloads in the order they came. */
  readonly heard: readonly PushPayload[]
  close(): Promise<void>
}

/** Connected, with a token. */
export async function openTestPage(fcm: Reached, origin = 'http://localhost:8080'): Promise<TestPage> {
  const ecdh = createECDH('prime256v1')
  const p256dh = ecdh.generateKeys('base64url')
  const auth = randomBytes(16).toString('base64url')
  const heard: PushPayload[] = []
  const device = await VirtualDevice.checkIn(fcm, ({body}: VirtualMessage) => {
    const text = decrypt(body ?? Buffer.alloc(0), {version: 'aes128gcm', privateKey: ecdh, authSecret: auth})
    heard.push(JSON.parse(String(text)) as PushPayload)
  })
  const {vapidKey, firebaseConfig} = fcm.page
  const endpoint = `https://fcm.googleapis.com/fcm/send/${await device.register({origin, vapidKey})}`

  const project = `projects/${fcm.projectId}`
  const key = {'x-goog-api-key': 'local'}
  const installed = await callGoogle(
    fcm,
    'POST',
    `https://firebaseinstallations.googleapis.com/v1/${project}/installations`,
    {authVersion: 'FIS_v2', appId: firebaseConfig['appId']},
    key,
  )
  const {authToken} = JSON.parse(installed.body) as CreateInstallationReply
  const web = {origin: new URL(origin).host, endpoint, auth, p256dh, applicationPubKey: vapidKey}
  const registered = await callGoogle(
    fcm,
    'POST',
    `https://fcmregistrations.googleapis.com/v1/${project}/registrations`,
    {web},
    {...key, 'x-goog-firebase-installations-auth': `FIS ${authToken.token}`},
  )
  await device.connect()
  const {token} = JSON.parse(registered.body) as {token: string}
  return {token, endpoint, device, heard, close: () => device.disconnect()}
}
