/** Tells a screen reader about finished answers, once each and politely; tokens are not read out. */
import {useLayoutEffect, useRef, useState} from 'preact/hooks'
import type {ShownMessage} from '../sync/chat-session.ts'
import {announcement} from './announcement.ts'

type Props = {readonly messages: readonly ShownMessage[]; readonly conversationId: string | null}

export function Announcer({messages, conversationId}: Props) {
  const before = useRef({messages, conversationId})
  const [words, setWords] = useState<string | null>(null)
  useLayoutEffect(() => {
    const news = announcement(before.current, {messages, conversationId})
    before.current = {messages, conversationId}
    if (news !== null) setWords(news)
  }, [messages, conversationId])
  return (
    <p class="visually-hidden" aria-live="polite">
      {words}
    </p>
  )
}
