/** The connection as a person is told it. Pure. */
import type {ConnectionView} from '../sync/chat-session.ts'

export function connectionInWords(connection: ConnectionView, nowMs: number): string {
  switch (connection.name) {
    case 'connecting':
      return connection.attempt > 1 ? `Connecting… (attempt ${connection.attempt})` : 'Connecting…'
    case 'connected':
      return 'Connected'
    case 'waiting':
      return `Reconnecting in ${secondsUntil(connection.retryAtMs, nowMs)} s (attempt ${connection.attempt})`
    case 'stopped':
      return `Offline: ${connection.why}`
  }
}

const secondsUntil = (atMs: number, nowMs: number) => Math.max(0, Math.ceil((atMs - nowMs) / 1_000))
