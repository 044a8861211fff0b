/**
 * The push channel of a real tab: the Firebase web SDK as it is, and the origin's service worker. Hands over what comes,
 * in the task in which it comes; decides nothing. Rules CC9, CC11–CC12, CC30, CC32, CC35, CC51.
 */
import {readWorkerMessage} from '#protocol/claude/worker-message.ts'
import type {PushPageConfig} from '#protocol/claude/push-page-config.ts'
import {FirebaseError, initializeApp} from 'firebase/app'
import {getMessaging, getToken, isSupported, onMessage, type Messaging} from 'firebase/messaging'
import type {HeardPush, PushSurroundings, PushToken} from '../sync/claude/claude-surroundings.ts'
import {workerAddress} from '../worker/registration-address.ts'
import {seenMessages} from '../worker/seen-messages.ts'

export type BrowserPush = PushSurroundings & {
  /** Needs the person's gesture. */
  askPermission(): Promise<void>
  /** The person clicked on a notification, and this window was chosen to show its conversation. */
  onNavigate(listener: (conversationId: string) => void): void
}

const impossible = (why: string): PushToken => ({ok: false, why, mayAsk: false, isFinal: true})

export function browserPush(): BrowserPush {
  const seen = seenMessages()
  const listeners = new Set<(push: HeardPush) => void>()
  const permissionListeners = new Set<() => void>()
  let messaging: Messaging | null = null
  let registration: ServiceWorkerRegistration | null = null

  /** Listens from before the first token on, so that no push of this browser goes by. */
  function listen(config: PushPageConfig): Messaging {
    if (messaging) return messaging
    messaging = getMessaging(initializeApp({...config.firebaseConfig}))
    onMessage(messaging, (payload) => {
      const at = performance.now()
      const {messageId: id, data = {}} = payload
      const bytes = JSON.stringify(payload).length
      for (const listener of listeners) listener({id, data, at, bytes})
    })
    return messaging
  }

  async function token(config: PushPageConfig, deadToken: string | null): Promise<PushToken> {
    if (!('serviceWorker' in navigator) || !(await isSupported())) return impossible('this browser has none')
    const heard = listen(config)
    if (Notification.permission === 'denied') return impossible('permission denied')
    if (Notification.permission === 'default')
      return {ok: false, why: 'not allowed yet', mayAsk: true, isFinal: false}
    try {
      const {firebaseConfig, vapidKey} = config
      await navigator.serviceWorker.register(workerAddress(firebaseConfig))
      const worker = await navigator.serviceWorker.ready
      registration = worker
      const asked = () => getToken(heard, {vapidKey, serviceWorkerRegistration: worker})
      return {ok: true, token: await oneTabAtATime(() => tokenOtherThan(deadToken, asked, worker))}
    } catch (error) {
      return refusalOf(error)
    }
  }

  navigator.serviceWorker?.addEventListener('message', ({data, ports}: MessageEvent<unknown>) => {
    if (readWorkerMessage(data)?.type === 'GET_CURRENT_URL') ports[0]?.postMessage(location.href)
  })
  void watchPermission(() => permissionListeners.forEach((listener) => listener()))

  return {
    token,
    onPush: (listener) => listening(listeners, listener),
    onPermission: (listener) => listening(permissionListeners, listener),
    seen: (messageId) => void seen.add(messageId),
    showCompletion(notice) {
      registration?.active?.postMessage({type: 'SHOW_COMPLETION_NOTIFICATION', ...notice})
    },
    async askPermission() {
      await Notification.requestPermission()
    },
    onNavigate(listener) {
      navigator.serviceWorker?.addEventListener('message', ({data}: MessageEvent<unknown>) => {
        const message = readWorkerMessage(data)
        if (message?.type === 'NOTIFICATION_CLICK_NAVIGATE') listener(message.conversationId)
      })
    },
  }
}

/**
 * Two tabs that ask for the first token of a browser at the same moment get one each, and Chromium keeps only the later
 * subscription (measured): the earlier token is dead before it is used. The second to ask finds the first one's token.
 */
const oneTabAtATime = <T>(ask: () => Promise<T>): Promise<T> => navigator.locks.request('push-token', ask)

/**
 * The SDK keeps its token while the subscription behind it is the same, and cannot delete one that is gone already (FB26).
 * Another tab of this browser may have got a new one before.
 */
async function tokenOtherThan(
  deadToken: string | null,
  ask: () => Promise<string>,
  {pushManager}: ServiceWorkerRegistration,
): Promise<string> {
  const token = await ask()
  if (token !== deadToken) return token
  const subscription = await pushManager.getSubscription()
  await subscription?.unsubscribe()
  return ask()
}

/** A browser that says no by its rules will say no again; what its push service says may pass. */
function refusalOf(error: unknown): PushToken {
  const code = error instanceof FirebaseError ? error.code : error instanceof DOMException ? error.name : null
  switch (code) {
    case 'messaging/permission-blocked':
    case 'NotAllowedError':
      return impossible('permission denied')
    case 'messaging/unsupported-browser':
    case 'NotSupportedError':
    case 'SecurityError':
      return impossible('this browser has none')
    case 'InvalidAccessError':
    case 'InvalidCharacterError':
      return impossible('the server’s key is not accepted')
    default:
      return {ok: false, why: code ?? 'an unknown error', mayAsk: false, isFinal: false}
  }
}

/** Some browsers tell of a change in their settings; where they do not, the next load asks anew. */
async function watchPermission(onChange: () => void): Promise<void> {
  try {
    const status = await navigator.permissions.query({name: 'notifications'})
    status.addEventListener('change', onChange)
  } catch {
    // Nothing is told then.
  }
}

function listening<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => listeners.delete(listener)
}
