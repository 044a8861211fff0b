/**
 * The worker's driver: hears pushes before the Firebase SDK does, and does what `push-decision.ts` says once the SDK has
 * found that no window is visible. Rules CC30–CC35, WI9.
 */
import {readClaudePush} from '#protocol/claude/push-data.ts'
import {readPageMessage, readPushId} from '#protocol/claude/worker-message.ts'
import {lookedAt} from './looked-at.ts'
import {followClick, showApproval, showCompletion} from './notifications.ts'
import {decide, tagOf, type PushDecision} from './push-decision.ts'
import {seenMessages} from './seen-messages.ts'
import {isVisible, windowsOf, type PushedEvent, type WorkerScope} from './worker-scope.ts'
import {createWorkerWitness, type WorkerHandle} from './worker-witness.ts'

export type PushServing = {
  readonly handle: WorkerHandle
  /** The Firebase SDK found no visible window for this push. */
  background(push: {readonly id: string; readonly data: unknown}): Promise<void>
}

/** To be called before the Firebase SDK puts its own listeners there: the first listener stamps. */
export function servePush(scope: WorkerScope): PushServing {
  const witness = createWorkerWitness()
  const seen = seenMessages()
  const now = () => performance.now()

  async function received(event: PushedEvent, at: number): Promise<void> {
    const pushId = event.data ? readPushId(event.data.text()) : null
    const bytes = event.data?.arrayBuffer().byteLength ?? 0
    const said = witness.say({kind: 'push-received', at, pushId, bytes})
    // The SDK looks by itself, in the same moment; this is for the record alone.
    const windows = await windowsOf(scope)
    const visibleWindows = windows.filter(isVisible).length
    if (visibleWindows > 0)
      await witness.say({kind: 'push-forwarded', at: now(), pushId, windows: windows.length, visibleWindows})
    await said
  }

  async function background({id: pushId, data}: {id: string; data: unknown}): Promise<void> {
    const push = readClaudePush(data)
    const decision = decide(push, {
      isSeen: push?.kind === 'completion' && (await seen.has(push.messageId)),
      lookedAt: push?.kind === 'completion' ? await lookedAt(scope) : [],
    })
    await carryOut(decision, pushId)
  }

  async function carryOut(decision: PushDecision, pushId: string | null): Promise<void> {
    if (decision.do === 'suppress')
      return witness.say({kind: 'notification-suppressed', at: now(), pushId, why: decision.why})
    const {notice, of} = decision
    const isShown =
      of === 'completion' ? await showCompletion(notice, scope, seen) : await showApproval(notice, scope)
    return witness.say(
      isShown
        ? {kind: 'notification-shown', at: now(), pushId, tag: tagOf(notice.conversationId, of)}
        : {kind: 'notification-suppressed', at: now(), pushId, why: 'not-allowed'},
    )
  }

  scope.addEventListener('push', (event) => {
    const at = now()
    event.waitUntil(received(event, at))
  })
  scope.addEventListener('message', (event) => {
    const asked = readPageMessage(event.data)
    if (asked) event.waitUntil(carryOut({do: 'show', of: 'completion', notice: asked}, null))
  })
  scope.addEventListener('notificationclick', (event) => {
    event.notification.close()
    event.waitUntil(followClick(event.notification.data, scope))
  })
  // A new version of the worker must not wait until the last tab is closed.
  scope.addEventListener('install', (event) => event.waitUntil(scope.skipWaiting()))

  return {handle: witness.handle, background}
}
