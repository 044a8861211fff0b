/** Shows what a person is to be told, and goes where a click on it leads. Rules CC33, CC35, TG12. */
import type {CompletionNotice} from '#protocol/claude/worker-message.ts'
import {chatPath, isChatAddress, tagOf} from './push-decision.ts'
import type {SeenMessages} from './seen-messages.ts'
import {isVisible, windowsOf, type WorkerScope} from './worker-scope.ts'

type Showing = Pick<WorkerScope, 'registration'>

/** False where the browser refused, which it does without permission. */
export async function showCompletion(
  notice: CompletionNotice,
  scope: Showing,
  seen: SeenMessages,
): Promise<boolean> {
  if (!(await show(notice, tagOf(notice.conversationId), scope))) return false
  await seen.add(notice.messageId)
  return true
}

/** As {@link showCompletion}; the answer that waits is not seen with it, its completion is still to be told. */
export const showApproval = (notice: CompletionNotice, scope: Showing): Promise<boolean> =>
  show(notice, tagOf(notice.conversationId, 'approval'), scope)

async function show(
  {conversationId, title, body}: CompletionNotice,
  tag: string,
  {registration}: Showing,
): Promise<boolean> {
  try {
    await registration.showNotification(title, {body, tag, data: {conversationId}})
    return true
  } catch {
    return false
  }
}

export async function followClick(data: unknown, scope: Pick<WorkerScope, 'clients'>): Promise<void> {
  const conversationId = conversationOf(data)
  if (conversationId === null) return
  const windows = await windowsOf(scope)
  const there = windows.find(({url}) => isChatAddress(url, conversationId))
  if (there) return void (await there.focus())
  const other = windows.find(isVisible) ?? windows[0]
  if (!other) return void (await scope.clients.openWindow(chatPath(conversationId)))
  other.postMessage({type: 'NOTIFICATION_CLICK_NAVIGATE', conversationId})
  await other.focus()
}

/** Of a notification that this worker showed; others are none of its business. */
function conversationOf(data: unknown): string | null {
  if (typeof data !== 'object' || data === null || !('conversationId' in data)) return null
  return typeof data.conversationId === 'string' ? data.conversationId : null
}
