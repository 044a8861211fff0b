/**
 * The list of conversations beside the open one. Pure. Observed: a completed turn marks a conversation unread and does
 * nothing else. Rules CE30–CE31.
 */
import type {ConversationSummary} from './chat-session.ts'

export type ListEvent =
  | {readonly type: 'loaded'; readonly conversations: Titled}
  | {readonly type: 'titled'; readonly id: string; readonly title: string}
  | {readonly type: 'turn-completed'; readonly id: string; readonly openId: string | null}
  | {readonly type: 'opened'; readonly id: string}
  | {readonly type: 'deleted'; readonly id: string}

type Titled = readonly Pick<ConversationSummary, 'id' | 'title'>[]

export type Summaries = readonly ConversationSummary[]

export function next(now: Summaries, event: ListEvent): Summaries {
  switch (event.type) {
    case 'loaded': {
      const unread = new Set(now.filter((summary) => summary.unread).map(({id}) => id))
      return event.conversations.map(({id, title}) => ({id, title, unread: unread.has(id)}))
    }
    case 'titled':
      return change(now, event.id, {title: event.title})
    case 'turn-completed':
      return event.id === event.openId ? now : change(now, event.id, {unread: true})
    case 'opened':
      return change(now, event.id, {unread: false})
    case 'deleted':
      return now.some(({id}) => id === event.id) ? now.filter(({id}) => id !== event.id) : now
  }
}

function change(now: Summaries, id: string, changes: Partial<Omit<ConversationSummary, 'id'>>): Summaries {
  return now.map((summary) => (summary.id === id ? {...summary, ...changes} : summary))
}
