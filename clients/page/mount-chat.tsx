/**
 * Keeps the DOM equal to the session's view: every change is committed in a microtask of the task that made it, never
 * in a frame or a timer, because hidden tabs have neither. Also keeps the address and `<html data-ready>` true.
 */
import {render} from 'preact'
import type {ChatSession, ChatView} from '../sync/chat-session.ts'
import {chatActions, type ChatActions} from './chat-actions.ts'
import {ChatPage} from './chat-page.tsx'
import type {Drafts} from './drafts.ts'
import {addressOf, type PagePaths} from './page-paths.ts'

export type Mounting = {
  readonly session: ChatSession
  readonly paths: PagePaths
  readonly tab: string
  readonly policyInWords: string
  readonly userName: string
  readonly now: () => number
  readonly drafts: Drafts
  readonly onAllowPush?: () => void
}

export function mountChat(root: HTMLElement, {session, ...labels}: Mounting): ChatActions {
  const {paths, drafts} = labels
  const actions = keepingDrafts(chatActions(session, paths), drafts, session)
  let isScheduled = false

  const show = () => {
    isScheduled = false
    const view = session.view()
    drafts.showing(view)
    render(<ChatPage view={view} actions={actions} {...labels} />, root)
    keepAddress(view)
    keepReady(view)
  }
  const schedule = () => {
    if (isScheduled) return
    isScheduled = true
    queueMicrotask(show)
  }

  let lastShown = session.view().conversationId
  const keepAddress = ({conversationId, title}: ChatView) => {
    document.title = title === '' ? 'New chat · Tabwitness' : `${title} · Tabwitness`
    // A new chat got its id from the first answer, or a conversation was deleted: no new entry for the back button.
    if (conversationId !== lastShown)
      history.replaceState(null, '', addressOf(paths, conversationId, location.search))
    lastShown = conversationId
  }

  window.addEventListener('popstate', () => {
    actions.arrive(paths.read(location.pathname) ?? null)
  })

  session.subscribe(schedule)
  drafts.onFound(schedule)
  show()
  return actions
}

function keepingDrafts(actions: ChatActions, drafts: Drafts, {view}: ChatSession): ChatActions {
  return {
    ...actions,
    send(text) {
      drafts.sent(view().conversationId, text)
      actions.send(text)
    },
    edit(messageId, text) {
      drafts.sent(view().conversationId, text)
      actions.edit(messageId, text)
    },
  }
}

/** Set once: from here on a person (or a runner) can use the page. An answer may be under way already. Rule CC12. */
function keepReady({phase, connection}: ChatView): void {
  const isLoaded = phase === 'ready' || phase === 'answering'
  const isReachable = connection.name === 'connected' || connection.name === 'no push'
  if (isLoaded && isReachable) document.documentElement.dataset['ready'] = ''
}
