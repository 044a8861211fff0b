/**
 * The messages of the shown branch, and where the reader is in them. It follows the end while the reader is there,
 * in frames only; a hidden tab has none and catches up when it is shown.
 */
import {useCallback, useLayoutEffect, useRef, useState} from 'preact/hooks'
import type {ChatView, ShownMessage} from '../sync/chat-session.ts'
import type {ChatActions} from './chat-actions.ts'
import {DownIcon} from './icons.tsx'
import {MessageEntry} from './message-entry.tsx'

type Props = {
  readonly messages: readonly ShownMessage[]
  readonly phase: ChatView['phase']
  /** The page is not connected: what is being written elsewhere does not come for now. */
  readonly isAway: boolean
  readonly conversationId: string | null
  readonly canTryAgain: boolean
  readonly actions: ChatActions
}

const NEAR_END_PX = 48

export function Transcript({messages, phase, isAway, conversationId, canTryAgain, actions}: Props) {
  const [editedId, setEditedId] = useState<string | null>(null)
  const {scroller, isAtEnd, followEnd, onScroll} = useEnd(messages, conversationId)
  const canChange = phase === 'ready'
  const onNewChat = useCallback(() => actions.open(null), [actions])
  const onEdit = useCallback((messageId: string | null) => setEditedId(messageId), [])

  return (
    <div class="transcript-frame">
      <section
        ref={scroller}
        class="transcript"
        aria-label="Messages"
        aria-busy={phase === 'loading'}
        tabIndex={0}
        data-transcript=""
        onScroll={onScroll}
      >
        {messages.length === 0 && <Emptiness phase={phase} onNewChat={onNewChat} />}
        {/* By place and not by id: switching to a sibling keeps the element, and with it the focus. */}
        {messages.map((message, place) => (
          <MessageEntry
            key={place}
            message={message}
            isEdited={message.id === editedId}
            isAway={isAway && message.status === 'streaming'}
            canChange={canChange}
            canTryAgain={canTryAgain}
            actions={actions}
            onEdit={onEdit}
          />
        ))}
        {isAwaited(phase, messages.at(-1)) && <p class="transcript__awaited">An answer is being written…</p>}
      </section>
      {!isAtEnd && (
        <button class="to-end" type="button" onClick={followEnd}>
          <DownIcon />
          Latest message
        </button>
      )}
    </div>
  )
}

/** An answer that grows elsewhere, of which this tab sees nothing before its end. */
const isAwaited = (phase: ChatView['phase'], last: ShownMessage | undefined) =>
  phase === 'answering' && last?.role === 'user' && last.status === 'complete'

type EmptinessProps = {readonly phase: ChatView['phase']; readonly onNewChat: () => void}

function Emptiness({phase, onNewChat}: EmptinessProps) {
  if (phase === 'loading') return <p class="transcript__empty">Loading the conversation…</p>
  if (phase === 'missing')
    return (
      <div class="transcript__empty">
        <p>
          <strong>There is no such conversation.</strong>
          It may have been deleted, it may be another person’s, or the servers were started anew.
        </p>
        <button class="button button--main" type="button" onClick={onNewChat}>
          Begin a new chat
        </button>
      </div>
    )
  return (
    <p class="transcript__empty">
      <strong>Say something.</strong>
      A scripted model answers; nothing leaves this machine. Open this conversation in a second tab to see
      what it shows.
    </p>
  )
}

function useEnd(messages: readonly ShownMessage[], conversationId: string | null) {
  const scroller = useRef<HTMLElement>(null)
  const follows = useRef(true)
  const isFrameAsked = useRef(false)
  const [isAtEnd, setAtEnd] = useState(true)

  const catchUp = useCallback(() => {
    if (!follows.current || document.hidden || isFrameAsked.current) return
    isFrameAsked.current = true
    requestAnimationFrame(() => {
      isFrameAsked.current = false
      scroller.current?.scrollTo({top: scroller.current.scrollHeight})
    })
  }, [])
  const followEnd = useCallback(() => {
    follows.current = true
    setAtEnd(true)
    scroller.current?.focus({preventScroll: true})
    catchUp()
  }, [catchUp])
  const onScroll = useCallback(() => {
    const {scrollHeight, scrollTop, clientHeight} = scroller.current!
    follows.current = scrollHeight - scrollTop - clientHeight < NEAR_END_PX
    setAtEnd(follows.current)
  }, [])

  const sentId = messages.findLast(({role}) => role === 'user')?.id
  useLayoutEffect(() => {
    follows.current = true
    setAtEnd(true)
  }, [conversationId, sentId])
  useLayoutEffect(catchUp, [messages, catchUp])
  useLayoutEffect(() => {
    document.addEventListener('visibilitychange', catchUp)
    return () => document.removeEventListener('visibilitychange', catchUp)
  }, [catchUp])

  return {scroller, isAtEnd, followEnd, onScroll}
}
