/** What becomes of a push that no window hears: shown, or not and why. Pure. Rules CC31–CC34, TG12. */
import type {ClaudePush} from '#protocol/claude/push-data.ts'
import type {CompletionNotice} from '#protocol/claude/worker-message.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'

export type SuppressedWhy = Extract<WitnessEvent, {kind: 'notification-suppressed'}>['why']

export type PushFacts = {
  /** The message is in `seenMessages`. */
  readonly isSeen: boolean
  /** The addresses of the windows that are focused or visible, as far as they answered. */
  readonly lookedAt: readonly string[]
}

export type PushDecision =
  | {readonly do: 'show'; readonly of: 'completion' | 'approval'; readonly notice: CompletionNotice}
  | {readonly do: 'suppress'; readonly why: SuppressedWhy}

export function decide(push: ClaudePush | null, {isSeen, lookedAt}: PushFacts): PushDecision {
  if (push === null) return {do: 'suppress', why: 'unreadable'}
  if (push.kind !== 'completion' && push.kind !== 'approval') return {do: 'suppress', why: 'no-notice'}
  const {kind, conversationId, messageId, title, body} = push
  const notice = {conversationId, messageId, title, body}
  // Seeing the answer so far is no word about what it waits for.
  if (kind === 'approval') return {do: 'show', of: kind, notice}
  if (isSeen) return {do: 'suppress', why: 'seen'}
  if (lookedAt.some((url) => isChatAddress(url, conversationId)))
    return {do: 'suppress', why: 'open-in-window'}
  return {do: 'show', of: kind, notice}
}

/** Whether an address is that of a conversation, whatever stands in its query. */
export function isChatAddress(url: string, conversationId: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.replace(/\/$/, '') === chatPath(conversationId)
}

export const chatPath = (conversationId: string): string => `/chat/${conversationId}`

/** A later notification of a conversation takes the place of the earlier one of its kind. */
export const tagOf = (conversationId: string, of: 'completion' | 'approval' = 'completion'): string =>
  `${of}-${conversationId}`
