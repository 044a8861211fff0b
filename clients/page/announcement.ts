/** What a screen reader is told when the transcript changes: an answer that ended, and nothing else. Pure. */
import type {ShownMessage} from '../sync/chat-session.ts'

type Shown = {readonly conversationId: string | null; readonly messages: readonly ShownMessage[]}

const MAX_CHARS = 600

export function announcement(before: Shown, now: Shown): string | null {
  const answer = now.messages.at(-1)
  if (answer?.role !== 'assistant' || answer.status === 'streaming' || answer.status === 'sending')
    return null

  // What a page shows when it is opened is read by the person, not announced to her.
  const isOpened = before.messages.length === 0
  const wasOther = before.conversationId !== null && before.conversationId !== now.conversationId
  if (isOpened || wasOther) return null

  const earlier = before.messages.find(({id}) => id === answer.id)
  if (earlier?.status === answer.status) return null
  if (answer.status === 'failed') return 'The answer was cut off and is not complete.'
  if (answer.status === 'stopped') return 'The answer was stopped and is not complete.'
  const text = answer.text.length > MAX_CHARS ? `${answer.text.slice(0, MAX_CHARS)}…` : answer.text
  return `Answer: ${text}`
}
