/** What a person can do on the page, as handlers that stay the same for its life. What goes wrong the session says. */
import type {ChatSession} from '../sync/chat-session.ts'
import {addressOf, type PagePaths} from './page-paths.ts'

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
  rename(title: string): void
  remove(): void
  chooseModel(model: string): void
  showChanges(): void
  sendAnyway(): void
  approve(): void
}

export function chatActions(session: ChatSession, paths: PagePaths): ChatActions {
  const arrive = (conversationId: string | null) => {
    if (conversationId === null) session.newConversation()
    else void session.openConversation(conversationId)
  }
  return {
    arrive,
    open(conversationId) {
      history.pushState(null, '', addressOf(paths, conversationId, location.search))
      arrive(conversationId)
    },
    send: (text) => void session.send(text),
    stop: () => void session.stop(),
    edit: (messageId, text) => void session.edit(messageId, text),
    regenerate: (messageId) => void session.regenerate(messageId),
    showBranch: (messageId) => session.showBranch(messageId),
    rename: (title) => void session.rename(title),
    remove: () => void session.deleteConversation(),
    chooseModel: (model) => void session.chooseModel(model),
    showChanges: () => void session.showChanges(),
    sendAnyway: () => void session.sendAnyway(),
    approve: () => void session.approve?.(),
  }
}
