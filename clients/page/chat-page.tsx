/** The whole page as a function of the session's view. Its layout and landmarks; the parts are in their own files. */
import type {RefObject} from 'preact'
import {useCallback, useMemo, useRef, useState} from 'preact/hooks'
import type {ChatView} from '../sync/chat-session.ts'
import {Announcer} from './announcer.tsx'
import type {ChatActions} from './chat-actions.ts'
import {Composer} from './composer.tsx'
import {ConversationHeader} from './conversation-header.tsx'
import {ConnectionStatus} from './connection-status.tsx'
import type {Drafts} from './drafts.ts'
import type {PagePaths} from './page-paths.ts'
import {MenuIcon} from './icons.tsx'
import {ImitationBar} from './imitation-bar.tsx'
import {Sidebar} from './sidebar.tsx'
import {SidebarDrawer} from './sidebar-drawer.tsx'
import {Transcript} from './transcript.tsx'
import {useMedia} from './use-media.ts'
import {useOnline} from './use-online.ts'

export type ChatPageProps = {
  readonly view: ChatView
  readonly actions: ChatActions
  readonly paths: PagePaths
  readonly tab: string
  readonly policyInWords: string
  readonly userName: string
  readonly now: () => number
  readonly drafts: Drafts
  /** Asks the person to allow notifications; only pages with push have it. */
  readonly onAllowPush?: () => void
}

/** Of what is being written elsewhere nothing comes for now. */
const AWAY: ReadonlySet<ChatView['connection']['name']> = new Set(['connecting', 'waiting', 'stopped'])

const PHONE = '(max-width: 47.99rem)'

export function ChatPage(props: ChatPageProps) {
  const {view, actions, paths, tab, policyInWords, userName, now, drafts, onAllowPush} = props
  const isPhone = useMedia(PHONE)
  const isOnline = useOnline()
  const [isDrawerOpen, setDrawerOpen] = useState(false)
  const closeDrawer = useCallback(() => setDrawerOpen(false), [])
  const composer = useRef<HTMLTextAreaElement>(null)

  const acting = useMemo(() => thenWrite(actions, composer), [actions])
  const open = useCallback(
    (id: string | null) => {
      setDrawerOpen(false)
      acting.open(id)
    },
    [acting],
  )
  const {conversations, conversationId, phase} = view
  const readDraft = useCallback(() => drafts.of(conversationId), [drafts, conversationId])
  const onWrite = useCallback(
    (text: string) => drafts.written(conversationId, text),
    [drafts, conversationId],
  )
  const hasUnread = conversations.some(({unread}) => unread)
  const sidebar = useMemo(
    () => <Sidebar {...{conversations, conversationId, paths, userName}} onOpen={open} />,
    [conversations, conversationId, paths, userName, open],
  )

  return (
    <div class="page">
      <a class="skip-link" href="#prompt">
        Skip to the message field
      </a>
      <ImitationBar state={`${tabInWords(tab)} · ${policyInWords}`} />
      {!isPhone && <div class="page__side">{sidebar}</div>}
      {isPhone && isDrawerOpen && <SidebarDrawer onClose={closeDrawer}>{sidebar}</SidebarDrawer>}
      <main class="page__main" data-conversation-id={conversationId ?? ''}>
        <header class="chat-header">
          {isPhone && (
            <button
              class="icon-button"
              type="button"
              aria-label={hasUnread ? 'Conversations, some unread' : 'Conversations'}
              aria-haspopup="dialog"
              onClick={() => setDrawerOpen(true)}
            >
              <MenuIcon />
              {hasUnread && <span class="unread-dot icon-button__dot" />}
            </button>
          )}
          <ConversationHeader
            title={titleOf(view)}
            conversationId={conversationId}
            phase={phase}
            model={view.model}
            models={view.models}
            actions={acting}
          />
          <ConnectionStatus
            connection={view.connection}
            isOnline={isOnline}
            now={now}
            onAllowPush={onAllowPush}
          />
        </header>
        <Transcript
          messages={view.messages}
          phase={phase}
          isAway={!isOnline || AWAY.has(view.connection.name)}
          conversationId={conversationId}
          canTryAgain={view.canTryAgain}
          actions={actions}
        />
        <Composer
          field={composer}
          isLoaded={phase === 'ready'}
          isAnswering={phase === 'answering'}
          notice={view.notice}
          isInConflict={view.conflict !== null}
          needsApproval={view.approvalId !== null}
          draft={drafts.of(conversationId)}
          readDraft={readDraft}
          onWrite={onWrite}
          onSend={actions.send}
          onStop={actions.stop}
          onShowChanges={actions.showChanges}
          onSendAnyway={actions.sendAnyway}
          onApprove={actions.approve}
        />
        <Announcer messages={view.messages} conversationId={conversationId} />
      </main>
    </div>
  )
}

/** After an act whose own button goes away the focus is in the message field, but on touch screens (keyboard!). */
function thenWrite(actions: ChatActions, composer: RefObject<HTMLTextAreaElement | null>): ChatActions {
  const write = () => {
    if (matchMedia('(hover: hover)').matches) composer.current?.focus({preventScroll: true})
  }
  return {
    ...actions,
    open(conversationId) {
      actions.open(conversationId)
      write()
    },
    edit(messageId, text) {
      actions.edit(messageId, text)
      write()
    },
    regenerate(messageId) {
      actions.regenerate(messageId)
      write()
    },
    remove() {
      actions.remove()
      write()
    },
  }
}

/** A tab that nobody named is called `tab-1f2e`, which says enough. */
const tabInWords = (tab: string) => (tab.startsWith('tab-') ? tab : `tab ${tab}`)

const titleOf = ({title, phase}: ChatView) => title || (phase === 'missing' ? 'Not found' : 'New chat')
