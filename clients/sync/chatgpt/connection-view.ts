/** A connection as the page tells a person of it, and as its witness does. Pure. Rules CO8, CO19. */
import type {ConnectionView, WitnessStamp} from '../chat-session.ts'
import type {Connection} from './connection.ts'

export function viewOf(connection: Connection): ConnectionView {
  switch (connection.name) {
    case 'idle':
      return {name: 'connecting', attempt: 1}
    case 'connecting':
      return {name: 'connecting', attempt: Math.max(1, connection.retries)}
    case 'open':
      return {name: 'connected'}
    case 'waiting':
      return {name: 'waiting', attempt: connection.retries + 1, retryAtMs: connection.retryAtMs}
    case 'exhausted':
      return {name: 'stopped', why: `gave up after ${connection.retries} attempts`}
    case 'closed':
      return {name: 'stopped', why: 'this page is closed'}
  }
}

/** `attempt`: the one that is under way, the next one, or (given up) the last one. */
export function stampOf(connection: Connection): WitnessStamp {
  const {name: state} = connection
  if (!('retries' in connection)) return {kind: 'connection', state}
  const {retries, end} = connection
  const attempt = state === 'waiting' ? retries + 1 : Math.max(1, retries)
  return {kind: 'connection', state, attempt, ...end}
}
