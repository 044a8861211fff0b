/** Its service worker: what the SDK tells in the background, and pushes of others, lie in a cache for the test to find. */
import {initializeApp} from 'firebase/app'
import {getMessaging, onBackgroundMessage} from 'firebase/messaging/sw'

const keep = async (what) => {
  const cache = await caches.open('background')
  await cache.put(`/background/${crypto.randomUUID()}`, new Response(JSON.stringify(what)))
}

// Pushes that no Firebase sent; the SDK ignores what is no JSON.
addEventListener('push', (event) => {
  const text = event.data?.text() ?? ''
  if (!text.startsWith('{')) event.waitUntil(keep({plain: text}))
})
addEventListener('install', () => skipWaiting())
addEventListener('activate', (event) => event.waitUntil(clients.claim()))

// oxlint-disable-next-line typescript/no-misused-promises -- the SDK waits for it
onBackgroundMessage(getMessaging(initializeApp(PUSH_PAGE_CONFIG.firebaseConfig)), keep)
