/** What a tab that recovers has to show, what it misses at the deadline, and how long it took to show the rest. Rule K11. */
import type {History} from '../history/history-event.ts'
import {committedMessages} from './message.ts'
import type {Message} from './message.ts'
import type {RecoverySpan} from './recovery-span.ts'
import type {Took} from './tab-recovery.ts'
import {Sightings, viewsOf} from './view.ts'

export type RecoveredMessages = {
  readonly expected: number
  readonly lost: readonly Message[]
  readonly fresh: Took
}

export function recoveredMessages(history: History, span: RecoverySpan): RecoveredMessages {
  const {tab, userId, countFrom, pageFrom, until, from, fromAt} = span
  const messages = committedMessages(history)
  const own = [...messages.values()].filter((message) => message.userId === userId && message.at <= until)
  const sightings = new Sightings(viewsOf(history).filter((view) => view.tab === tab && view.at >= pageFrom))
  const expected = own.filter(({at}) => at >= countFrom)
  const sentBefore = sentUntil(history, fromAt)
  const owed = own.filter((message) => {
    if (message.at <= fromAt || from === 'loss') return true
    const prompt = promptOf(message, messages)
    return prompt !== null && (prompt.at <= fromAt || sentBefore.has(prompt.id))
  })
  return {
    expected: expected.length,
    lost: expected.filter((message) => sightings.whole(tab, message, until) === null),
    fresh: freshness(owed, sightings, span),
  }
}

/** The person's message of a turn: itself, or what it answers. What the server writes unasked answers nothing. */
function promptOf(message: Message, messages: ReadonlyMap<string, Message>): Message | null {
  if (message.role === 'user') return message
  const parent = message.parentId === null ? undefined : messages.get(message.parentId)
  return parent?.role === 'user' ? parent : null
}

/** What a person had sent by then, whether or not it had reached the server. */
function sentUntil({events}: History, at: number): ReadonlySet<string> {
  return new Set(
    events.flatMap((event) =>
      event.kind === 'witness' && event.at <= at && event.event.kind === 'acted' && event.event.act === 'sent'
        ? (event.event.messageId ?? [])
        : [],
    ),
  )
}

function freshness(owed: readonly Message[], sightings: Sightings, span: RecoverySpan): Took {
  const {tab, from, fromAt, until} = span
  const last = Math.max(fromAt, ...owed.map(({at}) => at))
  const missing = owed.map((message) => {
    const seenAt = sightings.whole(tab, message, until)?.at ?? null
    // After a loss it counts how long anything was missing; else since when all could have been there.
    const since = from === 'loss' ? Math.max(fromAt, message.at) : last
    return {isCensored: seenAt === null, forMs: Math.max(0, (seenAt ?? until) - since)}
  })
  return {
    valueMs: Math.max(0, ...missing.map(({forMs}) => forMs)),
    censored: missing.some(({isCensored}) => isCensored),
  }
}
