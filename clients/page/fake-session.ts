/** A chat session that shows what it is told and writes down what it is asked. No server, no socket. */
import type {ChatSession, ChatView} from '../sync/chat-session.ts'

export type FakeSession = ChatSession & {
  /** What the page asked for, oldest first. */
  readonly asked: unknown[][]
  show(change: Partial<ChatView>): void
  /** The last message grows by `text`; the other messages stay the same objects. */
  append(text: string): void
}

export function fakeSession(start: ChatView): FakeSession {
  let view = start
  const listeners = new Set<() => void>()
  const asked: unknown[][] = []

  const ask = (...request: unknown[]): Promise<void> => {
    asked.push(request)
    return Promise.resolve()
  }
  const show = (change: Partial<ChatView>) => {
    view = {...view, ...change}
    for (const listener of listeners) listener()
  }

  return {
    asked,
    show,
    append(text) {
      const earlier = view.messages.slice(0, -1)
      const last = view.messages.at(-1)!
      show({messages: [...earlier, {...last, text: last.text + text}]})
    },
    view: () => view,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start: () => ask('start'),
    openConversation: (conversationId) => ask('openConversation', conversationId),
    newConversation: () => void ask('newConversation'),
    send: (text) => ask('send', text),
    stop: () => ask('stop'),
    edit: (messageId, text) => ask('edit', messageId, text),
    regenerate: (messageId) => ask('regenerate', messageId),
    rename: (title) => ask('rename', title),
    deleteConversation: () => ask('deleteConversation'),
    chooseModel: (model) => ask('chooseModel', model),
    showChanges: () => ask('showChanges'),
    sendAnyway: () => ask('sendAnyway'),
    approve: () => ask('approve'),
    showBranch: (messageId) => void ask('showBranch', messageId),
    refetch: () => ask('refetch'),
    close: () => void ask('close'),
  }
}
