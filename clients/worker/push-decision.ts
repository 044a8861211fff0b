/** What becomes of a push that no window hears: shown, or not and why. Pure. Rules CC31–CC34. */
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
  | {readonly do: 'show'; readonly notice: CompletionNotice}
  | {readonly do: 'suppress'; readonly why: SuppressedWhy}

export function decide(push: ClaudePush | null, {isSeen, lookedAt}: PushFacts): PushDecision {
  if (push === null) return {do: 'suppress', why: 'unreadable'}
  if (push.kind !== 'completion') return {do: 'suppress', why: 'no-notice'}
  if (isSeen) return {do: 'suppress', why: 'seen'}
  const {conversationId, messageId, title, body} = push
  if (lookedAt.some((url) => isChatAddress(url, conversationId)))
    return {do: 'suppress', why: 'open-in-window'}
  return {do: 'show', notice: {conversationId, messageId, title, body}}
}

/** Whether an address is that of a conversation, whatever stands in its query. */
export function isChatAddress(url: string, conversationId: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.replace(/\/$/, '') === chatPath(conversationId)
}

export const chatPath = (conversationId: string): string => `/chat/${conversationId}`

/** A later notification of a conversation takes the place of the earlier one. */
export const tagOf = (conversationId: string): string => `completion-${conversationId}`
