/** The conversation list: New chat, titles, unread dots, and who is signed in. */
import type {ConversationSummary} from '../sync/chat-session.ts'
import {NewChatIcon} from './icons.tsx'
import {addressOf, type PagePaths} from './page-paths.ts'

type Props = {
  readonly conversations: readonly ConversationSummary[]
  readonly conversationId: string | null
  readonly paths: PagePaths
  readonly userName: string
  readonly onOpen: (conversationId: string | null) => void
}

export function Sidebar({conversations, conversationId, paths, userName, onOpen}: Props) {
  const follow = (event: MouseEvent, id: string) => {
    // A new tab or window is the browser's business (and the point of this page).
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
    event.preventDefault()
    onOpen(id)
  }
  return (
    <nav class="sidebar" aria-label="Conversations">
      <button class="sidebar__new" type="button" onClick={() => onOpen(null)}>
        <NewChatIcon />
        New chat
      </button>
      {conversations.length === 0 && <p class="sidebar__empty">No conversations yet.</p>}
      <ul class="sidebar__list">
        {conversations.map(({id, title, unread}) => (
          <li key={id}>
            <a
              class="sidebar__link"
              href={addressOf(paths, id, location.search)}
              aria-current={id === conversationId ? 'page' : undefined}
              onClick={(event) => follow(event, id)}
            >
              <span class="sidebar__title">{title || 'New chat'}</span>
              {unread && (
                <span class="unread-dot">
                  <span class="visually-hidden"> (unread)</span>
                </span>
              )}
            </a>
          </li>
        ))}
      </ul>
      <p class="sidebar__user">
        <span class="sidebar__initial" aria-hidden="true">
          {userName.slice(0, 1).toUpperCase()}
        </span>
        <span>
          {userName} <small>invented person</small>
        </span>
      </p>
    </nav>
  )
}
