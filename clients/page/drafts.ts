/**
 * What a person has written and not got through: the text in the composer of each conversation, and what was sent until the
 * conversation has it. Kept in sessionStorage: a reload or a crash of the tab loses nothing, closing it does; or wherever
 * the page's habit is to keep it. Rules PG1–PG3, HB5.
 */
import type {ChatView} from '../sync/chat-session.ts'

export type Drafts = {
  /** The composer's text for this conversation, or for a new chat. */
  of(conversationId: string | null): string
  written(conversationId: string | null, text: string): void
  sent(conversationId: string | null, text: string): void
  /** Must be told every view before it is rendered. */
  showing(view: Pick<ChatView, 'conversationId' | 'messages' | 'phase'>): void
  /** Something may have come into the storage by itself: it is for where nothing was written yet. */
  look(): void
  /** Called where a look found something that is to be shown. */
  onFound(listener: () => void): void
}

export type DraftStorage = Pick<Storage, 'getItem' | 'setItem' | 'removeItem'>

/** `person`: drafts of one person are not another's. `onEntered`: another conversation is shown. */
export function openDrafts(storage: DraftStorage, person: string, onEntered = () => {}): Drafts {
  const known = new Map<string, string>()
  let before: Pick<ChatView, 'conversationId' | 'messages'> | null = null
  /** Where something may have been sent that the conversation has not shown as arrived yet. */
  let unsettled = new Set<string | null>()
  /** The person has written nothing yet in the conversation that is shown. */
  let isUntouched = true
  const listeners = new Set<() => void>()
  /** Put back into the composer because a reading did not have it; a later one may. */
  let restored: {readonly conversationId: string | null; readonly text: string} | null = null

  const keyOf = (what: 'draft' | 'sent', conversationId: string | null) =>
    `tabwitness-${what}:${person}:${conversationId ?? 'new'}`

  function read(key: string): string {
    const kept = known.get(key) ?? quietly(() => storage.getItem(key)) ?? ''
    known.set(key, kept)
    return kept
  }

  function write(key: string, text: string): void {
    if (known.get(key) === text) return
    known.set(key, text)
    quietly(() => (text === '' ? storage.removeItem(key) : storage.setItem(key, text)))
  }

  function move(what: 'draft' | 'sent', to: string): void {
    const text = read(keyOf(what, null))
    if (text === '') return
    write(keyOf(what, null), '')
    write(keyOf(what, to), text)
  }

  function settle(conversationId: string | null, messages: Messages): void {
    const key = keyOf('sent', conversationId)
    const text = read(key)
    const status = text === '' ? null : saidIn(messages, text)
    // What is shown as not sent stands in the transcript, but a reload would take it away.
    if (status !== null && status !== 'complete') return
    unsettled.delete(conversationId)
    write(key, '')
    if (text === '' || status === 'complete' || of(conversationId) !== '') return
    write(keyOf('draft', conversationId), text)
    restored = {conversationId, text}
  }

  const of = (conversationId: string | null) => read(keyOf('draft', conversationId))

  return {
    of,
    written(conversationId, text) {
      isUntouched = false
      write(keyOf('draft', conversationId), text)
    },
    sent(conversationId, text) {
      isUntouched = false
      write(keyOf('draft', conversationId), '')
      write(keyOf('sent', conversationId), text)
      unsettled.add(conversationId)
    },
    showing({conversationId, messages, phase}) {
      const isNew = before === null || before.conversationId !== conversationId
      // A new chat was given its id: the same messages, the same person writing on.
      const wasGivenId =
        before?.conversationId === null && conversationId !== null && isSame(before.messages, messages)
      if (wasGivenId) {
        move('draft', conversationId)
        move('sent', conversationId)
        if (unsettled.delete(null)) unsettled.add(conversationId)
      } else if (isNew) unsettled = new Set([conversationId])
      before = {conversationId, messages}
      if (isNew && !wasGivenId) {
        isUntouched = true
        onEntered()
      }

      if (phase === 'loading') return
      if (restored?.conversationId === conversationId && saidIn(messages, restored.text) === 'complete') {
        if (of(conversationId) === restored.text) write(keyOf('draft', conversationId), '')
        restored = null
      }
      if (unsettled.has(conversationId)) settle(conversationId, messages)
    },
    look() {
      if (before === null || !isUntouched) return
      const {conversationId} = before
      for (const what of ['draft', 'sent'] as const)
        if (read(keyOf(what, conversationId)) === '') known.delete(keyOf(what, conversationId))
      unsettled.add(conversationId)
      const isFound = of(conversationId) !== '' || read(keyOf('sent', conversationId)) !== ''
      if (isFound) for (const listener of listeners) listener()
    },
    onFound: (listener) => void listeners.add(listener),
  }
}

type Messages = ChatView['messages']
/** What became of the person's latest message with this text; null where there is none. */
const saidIn = (messages: Messages, text: string) =>
  messages.findLast((line) => line.role === 'user' && line.text === text)?.status ?? null

const isSame = (a: Messages, b: Messages) => a.length > 0 && a[0]?.id === b[0]?.id

/** A browser may forbid storage, or be full: then a draft lives as long as the page. */
function quietly<T>(use: () => T): T | null {
  try {
    return use()
  } catch {
    return null
  }
}
