/**
 * Says what was done, in the one order that holds everywhere: durable in the store, then in the ledger, then announced on
 * the channel, all in the same tick. Does not know HTTP, nor what the channel makes of it. Rules LE1–LE4, LE7, LE10.
 */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {DEFAULT_MODEL} from '#protocol/model-choice.ts'
import {textHash} from '#protocol/text-hash.ts'
import type {User} from '../accounts/user.ts'
import type {ConversationEvent} from './conversation-event.ts'
import type {StoredMessage} from './message.ts'

export type StoredEvent = ConversationEvent<StoredMessage>

/** A part of a union, without who and where it concerns. */
type About<E> = E extends unknown ? Omit<E, 'userId' | 'conversationId'> : never

export type Publisher = {
  readonly committed: (user: Pick<User, 'id'>, message: StoredMessage) => void
  readonly appended: (user: User, answer: Pick<StoredMessage, 'id' | 'conversationId'>, chars: number) => void
  readonly announce: (user: User, conversationId: string, event: About<StoredEvent>) => void
}

export type PublisherParts = {
  readonly record: (event: LedgerEvent) => void
  readonly announce: (user: User, event: StoredEvent) => Promise<void>
  readonly now: () => number
}

export function createPublisher({record, announce, now}: PublisherParts): Publisher {
  return {
    committed(user, {id, conversationId, parentId, role, text}) {
      record({
        kind: 'committed',
        at: now(),
        userId: user.id,
        conversationId,
        messageId: id,
        parentId,
        role,
        chars: text.length,
        textHash: textHash(text),
      })
    },
    appended(user, {id, conversationId}, chars) {
      record({kind: 'appended', at: now(), userId: user.id, conversationId, messageId: id, chars})
    },
    announce(user, conversationId, event) {
      const line = lineOf(event)
      if (line !== null) record({...line, at: now(), userId: user.id, conversationId})
      void announce(user, {...event, userId: user.id, conversationId})
    },
  }
}

type Line =
  | {readonly kind: 'renamed'; readonly titleHash: string}
  | {readonly kind: 'deleted'}
  | {readonly kind: 'stopped'; readonly messageId: string}
  | {readonly kind: 'model-chosen'; readonly model: string}
  | {readonly kind: 'turn-began'; readonly messageId: string; readonly model: string}
  | Pick<Extract<LedgerEvent, {kind: 'task'}>, 'kind' | 'taskId' | 'of' | 'phase'>
  | Pick<Extract<LedgerEvent, {kind: 'approval'}>, 'kind' | 'approvalId' | 'phase'>

/** What the ledger says of it besides commits; null for nothing. */
function lineOf(event: About<StoredEvent>): Line | null {
  if (event.type === 'title-updated') return {kind: 'renamed', titleHash: textHash(event.title)}
  if (event.type === 'conversation-deleted') return {kind: 'deleted'}
  if (event.type === 'model-chosen') return {kind: 'model-chosen', model: event.model}
  if (event.type === 'turn-started') {
    const {id: messageId, model} = event.message
    return {kind: 'turn-began', messageId, model: model ?? DEFAULT_MODEL}
  }
  if (event.type === 'task') {
    const {taskId, of, phase} = event
    return {kind: 'task', taskId, of, phase}
  }
  if (event.type === 'approval') return {kind: 'approval', approvalId: event.approvalId, phase: event.phase}
  if (event.type !== 'turn-completed' || event.message.status !== 'stopped') return null
  return {kind: 'stopped', messageId: event.message.id}
}
