/** What a tab that recovers has to show, what it misses at the deadline, and how long it took to show the rest. Rule K11. */
import type {History} from '../history/history-event.ts'
import {committedMessages} from './message.ts'
import type {Message} from './message.ts'
import type {RecoverySpan} from './recovery-span.ts'
import type {Took} from './tab-recovery.ts'
import {viewsOf} from './view.ts'

export type RecoveredMessages = {
  readonly expected: number
  readonly lost: readonly Message[]
  readonly fresh: Took
}

export function recoveredMessages(history: History, span: RecoverySpan): RecoveredMessages {
  const {userId, countFrom, until, from, fromAt} = span
  const messages = committedMessages(history)
  const own = [...messages.values()].filter((message) => message.userId === userId && message.at <= until)
  const inTheEnd = standing(history, span)
  const expected = own.filter(({at}) => at >= countFrom)
  const sentBefore = sentUntil(history, fromAt)
  const owed = own.filter((message) => {
    if (message.at <= fromAt || from === 'loss') return true
    const prompt = promptOf(message, messages)
    return prompt !== null && (prompt.at <= fromAt || sentBefore.has(prompt.id))
  })
  return {
    expected: expected.length,
    lost: expected.filter(({id, chars}) => (inTheEnd.get(id)?.chars ?? -1) < chars),
    fresh: freshness(owed, inTheEnd, span),
  }
}

type Standing = {readonly chars: number; readonly since: number}

/**
 * What the tab's page shows in the end, and since when it has stood there so long as it is. Not since when so much was
 * first there: of an answer that a crash cut, the page may have shown more than the server kept.
 */
function standing(history: History, {tab, pageFrom, until}: RecoverySpan): ReadonlyMap<string, Standing> {
  let before: ReadonlyMap<string, Standing> = new Map()
  for (const view of viewsOf(history)) {
    if (view.tab !== tab || view.at < pageFrom || view.at > until) continue
    const known = before
    before = new Map(
      view.shown.map(({id, chars}) => {
        const same = known.get(id)
        return [id, same?.chars === chars ? same : {chars, since: view.at}]
      }),
    )
  }
  return before
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

function freshness(
  owed: readonly Message[],
  inTheEnd: ReadonlyMap<string, Standing>,
  {from, fromAt, until}: RecoverySpan,
): Took {
  const last = Math.max(fromAt, ...owed.map(({at}) => at))
  const missing = owed.map(({id, chars, at}) => {
    const stands = inTheEnd.get(id)
    const isThere = stands?.chars === chars
    // After a loss it counts how long anything was missing; else since when all could have been there.
    const since = from === 'loss' ? Math.max(fromAt, at) : last
    return {isThere, forMs: Math.max(0, (isThere ? stands.since : until) - since)}
  })
  return {
    valueMs: Math.max(0, ...missing.map(({forMs}) => forMs)),
    censored: missing.some(({isThere}) => !isThere),
  }
}
