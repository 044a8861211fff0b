/**
 * The connection in words. The status region names a wait once, with the seconds it began with; the countdown beside it
 * is for the eye, so that a screen reader is not interrupted every second.
 */
import {useLayoutEffect, useState} from 'preact/hooks'
import type {ConnectionView} from '../sync/chat-session.ts'
import {connectionInWords} from './connection-words.ts'
import {memo} from './memo.tsx'

type Props = {readonly connection: ConnectionView; readonly now: () => number}

export const ConnectionStatus = memo(({connection, now}: Props) => {
  const isWaiting = connection.name === 'waiting'
  const words = connectionInWords(connection, now())
  return (
    <p class="connection" data-connection={connection.name}>
      <span class="connection__lamp" aria-hidden="true" />
      <span role="status" class={isWaiting ? 'visually-hidden' : 'connection__words'}>
        {words}
      </span>
      {isWaiting && <Countdown connection={connection} now={now} />}
    </p>
  )
})

function Countdown({connection, now}: Props) {
  const [, tick] = useState(0)
  useLayoutEffect(() => {
    const timer = setInterval(() => tick((count) => count + 1), 250)
    return () => clearInterval(timer)
  }, [])
  return (
    <span class="connection__words" aria-hidden="true">
      {connectionInWords(connection, now())}
    </span>
  )
}
