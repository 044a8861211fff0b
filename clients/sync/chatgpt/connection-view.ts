/** A connection as the page tells a person of it. Pure. Rule CO8. */
import type {ConnectionView} from '../chat-session.ts'
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
