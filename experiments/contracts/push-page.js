/** A page as any app has it, with the modular `firebase` SDK. What it hears it keeps; what it can do it offers by name. */
import {initializeApp} from 'firebase/app'
import {
  deleteToken,
  getMessaging,
  getToken,
  onMessage,
  onRegistered,
  register,
  unregister,
} from 'firebase/messaging'

// Put in when it is bundled.
const {firebaseConfig, vapidKey} = PUSH_PAGE_CONFIG
const messaging = getMessaging(initializeApp(firebaseConfig))

/** Each with the page's own time of hearing it. */
const heard = []
onMessage(messaging, (payload) => {
  heard.push({at: performance.now(), payload})
})
const registeredAs = []
onRegistered(messaging, (fid) => registeredAs.push(fid))

const worker = async () => {
  await navigator.serviceWorker.register('/worker.js')
  return navigator.serviceWorker.ready
}
const options = async () => ({vapidKey, serviceWorkerRegistration: await worker()})

globalThis.app = {
  heard,
  forget: async () => {
    heard.length = 0
    await caches.delete('background')
  },
  getToken: async () => getToken(messaging, await options()),
  deleteToken: () => deleteToken(messaging),
  register: async () => {
    await register(messaging, await options())
    return registeredAs.at(-1)
  },
  unregister: () => unregister(messaging),
  /** Without Firebase. */
  subscribe: async (applicationServerKey) => {
    const {pushManager} = await worker()
    return (await pushManager.subscribe({userVisibleOnly: true, applicationServerKey})).toJSON()
  },
  subscription: async () => (await (await worker()).pushManager.getSubscription())?.toJSON() ?? null,
  unsubscribe: async () => (await (await worker()).pushManager.getSubscription())?.unsubscribe(),
  notifications: async () =>
    (await (await worker()).getNotifications()).map(({title, body, data}) => ({title, body, data})),
  inBackground: async () => {
    const cache = await caches.open('background')
    return Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).json()))
  },
  /** As if the token had been given more than a week ago. */
  makeTokenOld: () =>
    changeTokens((details) => ({...details, createTime: details.createTime - 8 * 86_400_000})),
}

/** The SDK's own store of its tokens. */
async function changeTokens(change) {
  const opened = indexedDB.open('firebase-messaging-database')
  const database = await new Promise((resolve, reject) => {
    opened.onsuccess = () => resolve(opened.result)
    opened.onerror = () => reject(opened.error)
  })
  const store = database
    .transaction('firebase-messaging-store', 'readwrite')
    .objectStore('firebase-messaging-store')
  await new Promise((resolve, reject) => {
    const cursor = store.openCursor()
    cursor.onerror = () => reject(cursor.error)
    cursor.onsuccess = () => {
      if (cursor.result === null) return resolve()
      cursor.result.update(change(cursor.result.value))
      cursor.result.continue()
    }
  })
  database.close()
}

document.title = 'ready'
