/** What a person can do on the page, as handlers that stay the same for its life and never reject. */
import type {ChatSession} from '../sync/chat-session.ts'
import {addressOf} from './page-address.ts'

export type ChatActions = {
  /** A conversation, or null for a new chat. */
  open(conversationId: string | null): void
  /** The address changed by itself (back, forward): show what it names. */
  arrive(conversationId: string | null): void
  send(text: string): void
  stop(): void
  edit(messageId: string, text: string): void
  regenerate(messageId: string): void
  showBranch(messageId: string): void
}

export function chatActions(session: ChatSession, onProblem: (problem: string | null) => void): ChatActions {
  const attempt = (act: () => Promise<void>) => {
    onProblem(null)
    act().catch((error: unknown) => onProblem(`That did not work: ${inWords(error)}`))
  }
  const arrive = (conversationId: string | null) => {
    onProblem(null)
    if (conversationId === null) return session.newConversation()
    attempt(() => session.openConversation(conversationId))
  }
  return {
    arrive,
    open(conversationId) {
      history.pushState(null, '', addressOf(conversationId, location.search))
      arrive(conversationId)
    },
    send: (text) => attempt(() => session.send(text)),
    stop: () => attempt(() => session.stop()),
    edit: (messageId, text) => attempt(() => session.edit(messageId, text)),
    regenerate: (messageId) => attempt(() => session.regenerate(messageId)),
    showBranch: (messageId) => session.showBranch(messageId),
  }
}

const inWords = (error: unknown) => (error instanceof Error ? error.message : String(error))
