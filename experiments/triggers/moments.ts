/** When something of the triggers happened, from the ledger and from what tabs say their persons did. Pure. Rule TG24. */
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {History} from '../history/history-event.ts'
import {goesOn, type Cause} from './cause.ts'

export type Moment = {
  readonly cause: Cause
  readonly at: number
  readonly line: number
  /** Null where it is about no conversation. */
  readonly conversationId: string | null
  readonly messageIds: readonly string[]
  /** Moments of one cause and key happened to one thing: an answer that goes on, a task that falls due. */
  readonly key: string
}

type Booked = {readonly at: number; readonly line: number; readonly event: LedgerEvent}
type Committed = Extract<LedgerEvent, {kind: 'committed'}>

/** In the order of their time. None before the first step `trigger` began: what was there is no news. */
export function momentsOf({events}: History): readonly Moment[] {
  const begunAt = events.find((event) => event.kind === 'step' && event.do === 'trigger')?.at
  if (begunAt === undefined) return []
  const book = events.flatMap((event): Booked[] =>
    event.kind === 'ledger' ? [{at: event.at, line: event.line, event: event.event}] : [],
  )
  const acts = events.flatMap((event) =>
    event.kind === 'witness' && event.event.kind === 'acted' ? [event.event] : [],
  )
  const sentByTabs = new Set(acts.flatMap(({act, messageId}) => (act === 'sent' ? [messageId] : [])))
  let renames = acts.filter(({act}) => act === 'renamed').length
  const stopped = new Set(book.flatMap(({event}) => (event.kind === 'stopped' ? [event.messageId] : [])))
  const byTasks = writtenByTasks(book)
  const begun = new Set(
    book.flatMap(({at, event}) =>
      at >= begunAt && event.kind === 'committed' && event.parentId === null ? [event.conversationId] : [],
    ),
  )

  const causeOfCommit = ({role, messageId, conversationId}: Committed): Cause => {
    const isFirst = begun.has(conversationId)
    if (role === 'assistant') {
      if (stopped.has(messageId)) return 'stopped'
      return isFirst ? 'first turn complete' : 'turn complete'
    }
    if (!sentByTabs.has(messageId)) return 'sent on another device'
    return isFirst ? 'first message sent' : 'message sent'
  }
  const writing = (conversationId: string): Cause =>
    begun.has(conversationId) ? 'first answer goes on' : 'answer goes on'
  const causeOf = (booked: Booked): Cause | null => {
    const {event} = booked
    switch (event.kind) {
      case 'committed':
        return byTasks.has(booked) ? null : causeOfCommit(event)
      case 'appended':
        return byTasks.has(booked) ? null : writing(event.conversationId)
      case 'turn-began':
        return writing(event.conversationId)
      case 'renamed':
        // A person's own come first: a model gives a title once, with the first answer.
        return renames-- > 0 ? 'renamed' : 'title given'
      case 'deleted':
        return 'deleted'
      case 'task':
        return causeOfTask(event)
      case 'limit-reached':
        return 'limit reached'
      case 'approval':
        return event.phase === 'asked' ? 'tool approval asked' : null
      default:
        return null
    }
  }
  return book.flatMap((booked): Moment[] => {
    const {at, line, event} = booked
    const cause = at < begunAt ? null : causeOf(booked)
    if (cause === null) return []
    const messageIds = 'messageId' in event ? [event.messageId] : (byTasks.ofTask.get(booked) ?? [])
    return [
      {
        cause,
        at,
        line,
        conversationId: 'conversationId' in event ? (event.conversationId ?? null) : null,
        messageIds,
        key: keyOf(cause, event, line),
      },
    ]
  })
}

function causeOfTask({of, phase}: Extract<LedgerEvent, {kind: 'task'}>): Cause | null {
  if (of === 'scheduled') return phase === 'planned' ? null : 'scheduled task'
  switch (phase) {
    case 'planned':
      return null
    case 'started':
      return 'task started'
    case 'progressed':
      return 'task progressed'
    case 'completed':
    case 'stopped':
      return 'task done'
  }
}

function keyOf(cause: Cause, event: LedgerEvent, line: number): string {
  if (goesOn(cause) && 'messageId' in event) return event.messageId
  if (cause === 'scheduled task' && event.kind === 'task') return event.taskId
  return String(line)
}

type Written = {
  has(booked: Booked): boolean
  /** By the line of the task: which messages it wrote. */
  readonly ofTask: ReadonlyMap<Booked, readonly string[]>
}

/**
 * What the book says right before a task's own line, of one message, is the task's; and so is everything between a
 * scheduled one falling due and being done. Servers write these without a gap.
 */
function writtenByTasks(book: readonly Booked[]): Written {
  const own = new Set<Booked>()
  const ofTask = new Map<Booked, readonly string[]>()
  const ofTurns = new Set(book.flatMap(({event}) => (event.kind === 'turn-began' ? [event.messageId] : [])))
  const byConversation = Map.groupBy(
    book.filter(({event}) => ['committed', 'appended', 'task'].includes(event.kind)),
    ({event}) => ('conversationId' in event ? event.conversationId : null),
  )
  for (const said of byConversation.values()) {
    let dueSince: number | null = null
    for (const [index, booked] of said.entries()) {
      const {event} = booked
      if (event.kind !== 'task') continue
      if (event.of === 'scheduled' && event.phase === 'started') dueSince = index
      if (event.phase === 'planned' || event.phase === 'started') continue
      const from = event.of === 'scheduled' && dueSince !== null ? dueSince : runBefore(said, index, ofTurns)
      const written = said.slice(from, index).filter((each) => each.event.kind !== 'task')
      for (const each of written) own.add(each)
      const ids = written.flatMap((each) => ('messageId' in each.event ? [each.event.messageId] : []))
      ofTask.set(booked, [...new Set(ids)])
    }
  }
  return {has: (booked) => own.has(booked), ofTask}
}

/** Where the lines of one message begin that end right before this one; a turn's answer is no task's. */
function runBefore(said: readonly Booked[], index: number, ofTurns: ReadonlySet<string>): number {
  const idOf = (booked: Booked | undefined) =>
    booked !== undefined && 'messageId' in booked.event ? booked.event.messageId : null
  const last = idOf(said[index - 1])
  if (last === null || ofTurns.has(last)) return index
  let from = index
  while (idOf(said[from - 1]) === last) from -= 1
  return from
}
