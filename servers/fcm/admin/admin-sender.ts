/** {@link PushSender} by the real Admin SDK: to the local back end, or to Google with a service account. Rules FB73–FB75. */
import {randomUUID} from 'node:crypto'
import {applicationDefault, deleteApp, initializeApp, type App} from 'firebase-admin/app'
import {getMessaging} from 'firebase-admin/messaging'
import type {FcmAddresses} from '../running-fcm.ts'
import type {PushSender} from '../push-sender.ts'
import {createLocalAgent} from './local-agent.ts'

/** Not there any more; the third is what a fid gets. */
const GONE: readonly string[] = [
  'messaging/registration-token-not-registered',
  'messaging/invalid-registration-token',
  'messaging/installation-id-not-registered',
]

/** The credential is a stub, the connection is not: TLS to the local API under Google's names. */
export function createPushSender(addresses: Pick<FcmAddresses, 'api' | 'caPem' | 'projectId'>): PushSender {
  const agent = createLocalAgent(addresses)
  const credential = {getAccessToken: async () => ({access_token: 'local', expires_in: 3_600})}
  const app = initializeApp({projectId: addresses.projectId, credential, httpAgent: agent}, randomUUID())
  return senderOf(app, () => agent.destroy())
}

/** With `GOOGLE_APPLICATION_CREDENTIALS` in the environment; sends for real. */
export function createGooglePushSender(projectId: string): PushSender {
  return senderOf(initializeApp({projectId, credential: applicationDefault()}, randomUUID()), () => {})
}

function senderOf(app: App, release: () => void): PushSender {
  const messaging = getMessaging(app)
  // Only to sendEach() and its like does this make a difference: they would leave the agent out and speak HTTP/2.
  messaging.enableLegacyHttpTransport()
  return {
    async send(token, data) {
      try {
        const name = await messaging.send({token, data: {...data}})
        return {ok: true, messageId: name.slice(name.lastIndexOf('/') + 1)}
      } catch (error) {
        const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
        return {ok: false, why: GONE.includes(code) ? 'gone' : 'failed', code}
      }
    },
    async close() {
      await deleteApp(app)
      release()
    },
  }
}
