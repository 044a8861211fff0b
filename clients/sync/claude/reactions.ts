/**
 * What a window does about a push it was given. Does not do it itself. Observed: a completion notice makes nothing read
 * anew. Invented: hints are followed, contents taken over. Rules CP1–CP3, CC20–CC22, CC41, TG12.
 */
import {readClaudePush} from '#protocol/claude/push-data.ts'
import type {KnownMessage} from '#protocol/known-message.ts'
import type {ListEvent} from '../conversation-list.ts'
import {knownMessage} from './wire-words.ts'

export type Reactions = {
  readonly openId: () => string | null
  readonly isListed: (conversationId: string) => boolean
  readonly applyToList: (event: ListEvent) => void
  readonly refetchList: () => void
  /** Of the open conversation; it must not be older than the push. */
  readonly refetch: () => void
  readonly takeOver: (message: KnownMessage) => void
  /** A tool of the open conversation waits for the person's word. */
  readonly approvalAsked: (approvalId: string) => void
  /** The push spoke of this message of the open conversation. */
  readonly heard: (messageId: string) => void
  /** Of the open conversation: true where the push is judged by its place in the log, and nothing else is to be done. */
  readonly follow: (data: Readonly<Record<string, string>>) => boolean
}

/** The ids of the messages that the push speaks of. */
export function react(data: Readonly<Record<string, string>>, reactions: Reactions): readonly string[] {
  const push = readClaudePush(data)
  if (!push) return []
  const {conversationId} = push
  const isOpen = conversationId === reactions.openId()
  const isNotice = push.kind === 'completion' || push.kind === 'approval'
  if (!isNotice && !reactions.isListed(conversationId)) reactions.refetchList()
  switch (push.kind) {
    case 'completion':
      if (isOpen) reactions.heard(push.messageId)
      return [push.messageId]
    case 'approval':
      if (isOpen) reactions.approvalAsked(push.approvalId)
      return []
    case 'hint':
      if (isOpen) reactions.heard(push.messageId)
      if (isOpen && !reactions.follow(data)) reactions.refetch()
      return [push.messageId]
    case 'content': {
      const message = knownMessage(push.message)
      if (isOpen) {
        reactions.heard(message.id)
        if (!reactions.follow(data)) reactions.takeOver(message)
      } else if (message.said?.role === 'assistant')
        reactions.applyToList({type: 'turn-completed', id: conversationId, openId: reactions.openId()})
      return [message.id]
    }
  }
}
