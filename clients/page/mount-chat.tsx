/**
 * Keeps the DOM equal to the session's view: every change is committed in a microtask of the task that made it, never
 * in a frame or a timer, because hidden tabs have neither. Also keeps the address and `<html data-ready>` true.
 */
import {render} from 'preact'
import type {ChatSession, ChatView} from '../sync/chat-session.ts'
import {chatActions} from './chat-actions.ts'
import {ChatPage} from './chat-page.tsx'
import {addressOf, readConversation} from './page-address.ts'

export type Mounting = {
  readonly session: ChatSession
  readonly tab: string
  readonly policyInWords: string
  readonly userName: string
  readonly now: () => number
}

export function mountChat(root: HTMLElement, {session, now, ...labels}: Mounting): void {
  const actions = chatActions(session)
  let isScheduled = false

  const show = () => {
    isScheduled = false
    const view = session.view()
    render(<ChatPage view={view} actions={actions} now={now} {...labels} />, root)
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
    // A new chat got its id from the first answer: same page, so no new entry for the back button.
    if (conversationId !== lastShown && conversationId !== null)
      history.replaceState(null, '', addressOf(conversationId, location.search))
    lastShown = conversationId
  }

  window.addEventListener('popstate', () => {
    actions.arrive(readConversation(location.pathname) ?? null)
  })

  session.subscribe(schedule)
  show()
}

/** Set once: from here on a person (or a runner) can use the page. An answer may be under way already. */
function keepReady({phase, connection}: ChatView): void {
  const isLoaded = phase === 'ready' || phase === 'answering'
  if (isLoaded && connection.name === 'connected') document.documentElement.dataset['ready'] = ''
}
