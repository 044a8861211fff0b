/** The connection as a person is told it. Pure. */
import type {ConnectionView} from '../sync/chat-session.ts'

/** The browser itself says that it has no network. */
export const OFFLINE = 'Offline: this browser has no network'

export function connectionInWords(connection: ConnectionView, nowMs: number): string {
  switch (connection.name) {
    case 'connecting':
      return connection.attempt > 1 ? `Connecting… (attempt ${connection.attempt})` : 'Connecting…'
    case 'connected':
      return connection.push ? PUSH_WORDS[connection.push] : 'Connected'
    case 'no push':
      return `No push: ${connection.why}`
    case 'waiting':
      return `Reconnecting in ${secondsUntil(connection.retryAtMs, nowMs)} s (attempt ${connection.attempt})`
    case 'stopped':
      return `Offline: ${connection.why}`
  }
}

const PUSH_WORDS = {registered: 'Push registered', heard: 'Push connected'} as const

const secondsUntil = (atMs: number, nowMs: number) => Math.max(0, Math.ceil((atMs - nowMs) / 1_000))
