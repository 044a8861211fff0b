/** What became of a message, where its text alone would mislead. Pure. */
import type {ShownMessage} from '../sync/chat-session.ts'

/** `isAway`: it is being written, and the page is not connected. */
export function statusInWords(
  {role, status, text, isHeld}: Pick<ShownMessage, 'role' | 'status' | 'text' | 'isHeld'>,
  isAway = false,
): string | null {
  switch (status) {
    case 'complete':
      return null
    case 'sending':
      if (isHeld) return 'Waiting for the network…'
      return role === 'user' ? 'Sending…' : 'Waiting for the answer…'
    case 'streaming':
      if (isAway) return 'Not complete: the rest comes when this page is connected again.'
      return text === '' ? 'Waiting for the first word…' : null
    case 'failed':
      if (role === 'user') return 'Not sent. Edit it to try again.'
      return text === '' ? 'No answer came.' : 'Cut off: this answer is not complete.'
    case 'stopped':
      return text === '' ? 'Stopped before the first word.' : 'Stopped: this answer is not complete.'
  }
}
