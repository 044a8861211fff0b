/** What the server committed, who sent it, and which tabs should come to show it. Read from ledger and witness alone. */
import type {History, RecordedEvent} from '../history/history-event.ts'
import {isWithin, windowNamed} from './span.ts'

export type Message = {
  readonly id: string
  readonly parentId: string | null
  readonly role: 'user' | 'assistant'
  readonly userId: string
  readonly conversationId: string
  readonly chars: number
  readonly textHash: string
  readonly at: number
  readonly line: number
}

/** By id, in the order of their commits. */
export function committedMessages({events}: History): ReadonlyMap<string, Message> {
  const messages = new Map<string, Message>()
  for (const {kind, ...rest} of events) {
    if (kind !== 'ledger' || !('event' in rest) || rest.event.kind !== 'committed') continue
    const {messageId: id, kind: _, at: __, ...committed} = rest.event
    if (!messages.has(id)) messages.set(id, {id, ...committed, at: rest.at, line: rest.line})
  }
  return messages
}

/** The messages this cell is about: committed while the main window was open. */
export function mainMessages(history: History): readonly Message[] {
  const main = windowNamed(history, 'main')
  if (main === null) return []
  return [...committedMessages(history).values()].filter(({at}) => isWithin(at, main))
}

export type OpenedTab = {
  readonly tab: string
  readonly userId: string
  readonly device: string
  readonly openedAt: number
}

export function openedTabs({events}: History): readonly OpenedTab[] {
  const tabs = new Map<string, OpenedTab>()
  for (const event of events) {
    if (event.kind !== 'tab-opened' || tabs.has(event.tab)) continue
    tabs.set(event.tab, {tab: event.tab, userId: event.userId, device: event.device, openedAt: event.at})
  }
  return [...tabs.values()]
}

/** Says which tab sent a message; for an answer, which tab asked. Null when the server committed it by itself. */
export function senders(history: History): (message: Message) => string | null {
  const messages = committedMessages(history)
  const byMessage = new Map<string, string>()
  const anonymous: string[] = []
  for (const event of history.events) {
    if (!isSending(event)) continue
    if (event.event.messageId === null) anonymous.push(event.tab)
    else byMessage.set(event.event.messageId, event.tab)
  }
  return (message) => {
    const asked =
      message.role === 'assistant' && message.parentId !== null ? messages.get(message.parentId) : undefined
    const tab = byMessage.get(message.id) ?? (asked === undefined ? undefined : byMessage.get(asked.id))
    return tab ?? anonymous[0] ?? null
  }
}

type Act = Extract<Extract<RecordedEvent, {kind: 'witness'}>['event'], {kind: 'acted'}>
const isSending = (event: RecordedEvent): event is Extract<RecordedEvent, {kind: 'witness'}> & {event: Act} =>
  event.kind === 'witness' && event.event.kind === 'acted' && event.event.act !== 'stopped'

/** The tabs that were open before the main window, belong to the message's user and did not send it. */
export function observers(history: History): (message: Message) => readonly string[] {
  const main = windowNamed(history, 'main')
  const senderOf = senders(history)
  const tabs = main === null ? [] : openedTabs(history).filter(({openedAt}) => openedAt <= main.from)
  return (message) => {
    const sender = senderOf(message)
    return tabs.filter(({tab, userId}) => tab !== sender && userId === message.userId).map(({tab}) => tab)
  }
}
