/**
 * The service worker of the Claude page, under the name that the Firebase SDK gives it. Its configuration stands in the
 * query of its own address: listeners for pushes must be there when this script has run, so nothing can be fetched first.
 * Rules CC30, CC36.
 */
import {initializeApp} from 'firebase/app'
import {getMessaging, onBackgroundMessage} from 'firebase/messaging/sw'
import {firebaseConfigIn} from '../worker/registration-address.ts'
import {servePush} from '../worker/serve-push.ts'
import type {WorkerScope} from '../worker/worker-scope.ts'

const scope = globalThis as unknown as WorkerScope

const {handle, background} = servePush(scope)
Object.assign(globalThis, {tabwitness: handle})

const firebaseConfig = firebaseConfigIn(scope.location.href)
if (firebaseConfig) {
  // oxlint-disable-next-line typescript/no-misused-promises -- the SDK waits for what the handler returns
  onBackgroundMessage(getMessaging(initializeApp(firebaseConfig)), ({messageId, data}) =>
    background({id: messageId, data}),
  )
}
