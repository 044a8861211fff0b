/**
 * For tests: an application as anybody would write it, with the `firebase` web SDK as it is published (the scripts for
 * pages without a bundler). Its page bears witness of what it heard; its service worker leaves that in a cache.
 */
import {once} from 'node:events'
import {createServer} from 'node:http'
import type {AddressInfo} from 'node:net'
import {readFile} from 'node:fs/promises'
import {inProject} from '../setup/project.js'
import type {PushPageConfig} from '../../servers/fcm/push-sender.ts'

export type PushSite = {readonly url: string; close(): Promise<void>}

/** The cache in which the service worker leaves what its background handler was given. */
export const HEARD_IN_BACKGROUND = 'heard-in-background'

/** Else the page's clock ticks in whole milliseconds. */
const ISOLATED = [
  ['cross-origin-opener-policy', 'same-origin'],
  ['cross-origin-embedder-policy', 'require-corp'],
] as const

const SDK = ['firebase-app-compat.js', 'firebase-messaging-compat.js']

export async function startPushSite(config: PushPageConfig): Promise<PushSite> {
  const sdk = await Promise.all(
    SDK.map(async (name) => [`/${name}`, await readFile(inProject('node_modules/firebase', name), 'utf8')]),
  )
  const scripts = new Map<string, string>([
    ...sdk.map(([name = '', text = '']) => [name, text] as const),
    ['/page.js', pageScript(config)],
    ['/sw.js', workerScript(config)],
  ])
  const http = createServer((req, res) => {
    const script = scripts.get(req.url ?? '')
    for (const [name, value] of ISOLATED) res.setHeader(name, value)
    if (script !== undefined) return res.writeHead(200, {'content-type': 'text/javascript'}).end(script)
    if (req.url !== '/') return res.writeHead(404).end()
    const tags = [...SDK, 'page.js'].map((name) => `<script src="/${name}"></script>`)
    return res
      .writeHead(200, {'content-type': 'text/html; charset=utf-8'})
      .end(`<!doctype html><html lang="en"><title>Push</title>${tags.join('')}</html>`)
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    url: `http://push.localhost:${(http.address() as AddressInfo).port}/`,
    async close() {
      const closed = once(http, 'close')
      http.close()
      http.closeAllConnections()
      await closed
    },
  }
}

const pageScript = ({firebaseConfig, vapidKey}: PushPageConfig): string => `
const say = (event) => {
  const at = performance.now()
  globalThis.tabwitnessTestimony?.(JSON.stringify({timeOrigin: performance.timeOrigin, events: [{at, ...event}]}))
}
const tellState = (event) => say({
  kind: 'lifecycle', event, visibility: document.visibilityState, focused: document.hasFocus(), persisted: false,
})
document.addEventListener('visibilitychange', () => tellState('visibilitychange'))

firebase.initializeApp(${JSON.stringify(firebaseConfig)})
const messaging = firebase.messaging()
globalThis.heard = []
messaging.onMessage(({data, notification, messageId}) => {
  say({kind: 'received', via: 'fcm', topic: null, messageIds: [], bytes: 0, pushId: messageId})
  heard.push({data, notification, messageId})
})
const registered = navigator.serviceWorker.register('/sw.js').then(() => navigator.serviceWorker.ready)
globalThis.getToken = async () =>
  messaging.getToken({vapidKey: ${JSON.stringify(vapidKey)}, serviceWorkerRegistration: await registered})
globalThis.deleteToken = () => messaging.deleteToken()
globalThis.unsubscribe = async () => (await (await registered).pushManager.getSubscription()).unsubscribe()
globalThis.notifications = async () => (await (await registered).getNotifications()).map(({title}) => title)
globalThis.heardInBackground = async () => {
  const kept = await caches.open(${JSON.stringify(HEARD_IN_BACKGROUND)})
  const heard = await Promise.all((await kept.keys()).map(async (key) => (await kept.match(key)).json()))
  return heard.sort((a, b) => a.order - b.order)
}
registered.then(() => tellState('ready'))
`

/** `order` is that of the push events; the SDK and the cache finish their work on them as they like. */
const workerScript = ({firebaseConfig}: PushPageConfig): string => `
const orders = new Map()
addEventListener('push', (event) => orders.set(event.data.json().fcmMessageId, orders.size))
importScripts(${SDK.map((name) => `'/${name}'`).join(', ')})
firebase.initializeApp(${JSON.stringify(firebaseConfig)})
firebase.messaging().onBackgroundMessage(async ({data, notification, messageId}) => {
  const kept = await caches.open(${JSON.stringify(HEARD_IN_BACKGROUND)})
  await kept.put('/heard/' + messageId, new Response(JSON.stringify({data, notification, messageId, order: orders.get(messageId)})))
})
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))
`
