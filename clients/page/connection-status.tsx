/**
 * The connection in words. The status region names a wait once, with the seconds it began with; the countdown beside it
 * is for the eye, so that a screen reader is not interrupted every second.
 */
import {useLayoutEffect, useState} from 'preact/hooks'
import type {ConnectionView} from '../sync/chat-session.ts'
import {connectionInWords, OFFLINE} from './connection-words.ts'
import {memo} from './memo.tsx'

type Props = {
  readonly connection: ConnectionView
  /** What the browser says of its network. */
  readonly isOnline: boolean
  readonly now: () => number
  readonly onAllowPush?: (() => void) | undefined
}

export const ConnectionStatus = memo(({connection, isOnline, now, onAllowPush}: Props) => {
  // A countdown to what cannot succeed would promise too much.
  const isWaiting = connection.name === 'waiting' && isOnline
  const words = isOnline ? connectionInWords(connection, now()) : OFFLINE
  const mayAsk = connection.name === 'no push' && connection.mayAsk
  return (
    <div class="connection" data-connection={connection.name} data-online={isOnline}>
      <span class="connection__lamp" aria-hidden="true" />
      <span role="status" class={isWaiting ? 'visually-hidden' : 'connection__words'}>
        {words}
      </span>
      {isWaiting && <Countdown connection={connection} now={now} />}
      {mayAsk && onAllowPush && (
        <button class="button connection__allow" type="button" onClick={onAllowPush}>
          Allow notifications
        </button>
      )}
    </div>
  )
})

function Countdown({connection, now}: Pick<Props, 'connection' | 'now'>) {
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
