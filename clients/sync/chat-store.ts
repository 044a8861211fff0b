/**
 * What one tab shows, in one place: changed by events, read as a view that is made once per change. Tells its listeners
 * in the task of the change, once a batch. Stamps `applied` before it tells anybody. Rule WI6.
 */
import {MODELS} from '#protocol/model-choice.ts'
import type {ChatView, ConnectionView, SendConflict, ShownMessage, Surroundings} from './chat-session.ts'
import * as conversationList from './conversation-list.ts'
import {
  loadingConversation,
  newConversation,
  next,
  type ConversationEvent,
  type ConversationState,
} from './conversation-state.ts'
import {pathTo} from './message-tree.ts'
import {messageIn} from './told-message.ts'
import {transcript} from './transcript.ts'

export type ChatStore = {
  view(): ChatView
  conversation(): ConversationState
  subscribe(listener: () => void): () => void
  apply(event: ConversationEvent): void
  applyToList(event: conversationList.ListEvent): void
  /** Begins anew with this conversation, or with a new chat. */
  show(conversationId: string | null): void
  setConnection(connection: ConnectionView): void
  setNotice(notice: string | null): void
  setConflict(conflict: SendConflict | null): void
  setApproval(approvalId: string | null): void
  /** Tells the listeners once, after `run`. */
  batch(run: () => void): void
}

/** What a session can do, and asks for where a conversation names no model. */
export type Offers = Pick<ChatView, 'model' | 'canTryAgain'>

/** `rootId`: what the first message of a new chat names as its parent. */
export function createChatStore(
  rootId: string,
  {witness}: Pick<Surroundings, 'witness'>,
  offers: Offers,
): ChatStore {
  let conversation = newConversation(rootId)
  let conversations: conversationList.Summaries = []
  let connection: ConnectionView = {name: 'connecting', attempt: 1}
  let notice: string | null = null
  let conflict: SendConflict | null = null
  let approvalId: string | null = null
  let lines: readonly ShownMessage[] = []
  let view: ChatView | null = null
  let depth = 0
  let isDirty = false
  const listeners = new Set<() => void>()

  function changed(): void {
    view = null
    isDirty = true
    if (depth > 0) return
    isDirty = false
    for (const listener of listeners) listener()
  }

  function makeView(): ChatView {
    lines = transcript(conversation, lines)
    const {ownTurn, isPending} = conversation
    const isAnswering = ownTurn !== null || isPending || lines.at(-1)?.status === 'streaming'
    return {
      connection,
      conversations,
      conversationId: conversation.conversationId,
      title: conversation.title,
      model: conversation.model ?? offers.model,
      models: MODELS,
      canTryAgain: offers.canTryAgain,
      messages: lines,
      phase: conversation.phase === 'ready' && isAnswering ? 'answering' : conversation.phase,
      notice,
      conflict,
      approvalId,
    }
  }

  return {
    view: () => (view ??= makeView()),
    conversation: () => conversation,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    apply(event) {
      const before = conversation
      conversation = next(before, event)
      if (conversation === before) return
      for (const id of touchedBy(event, conversation)) {
        const message = messageIn(conversation, id)
        if (!message || message.text === messageIn(before, id)?.text) continue
        witness({kind: 'applied', messageId: id, chars: message.text.length})
      }
      changed()
    },
    applyToList(event) {
      const before = conversations
      conversations = conversationList.next(before, event)
      if (conversations !== before) changed()
    },
    show(conversationId) {
      conversation =
        conversationId === null ? newConversation(rootId) : loadingConversation(rootId, conversationId)
      changed()
    },
    setConnection(changedConnection) {
      connection = changedConnection
      changed()
    },
    setNotice(changedNotice) {
      if (notice === changedNotice) return
      notice = changedNotice
      witness({kind: 'notice', text: notice})
      changed()
    },
    setConflict(changedConflict) {
      if (conflict === changedConflict) return
      conflict = changedConflict
      changed()
    },
    setApproval(changedApproval) {
      if (approvalId === changedApproval) return
      approvalId = changedApproval
      changed()
    },
    batch(run) {
      depth += 1
      try {
        run()
      } finally {
        depth -= 1
        if (depth === 0 && isDirty) changed()
      }
    },
  }
}

/** The messages whose text an event can have changed. */
function touchedBy(event: ConversationEvent, now: ConversationState): readonly string[] {
  switch (event.type) {
    case 'loaded':
      return pathTo(now.tree, now.leafId)
    case 'sent':
      return [event.promptId]
    case 'streamed':
    case 'upserted':
      return [event.message.id]
    case 'missing':
    case 'titled':
    case 'model-chosen':
    case 'asked-again':
    case 'accepted':
    case 'held':
    case 'turn-ended':
    case 'refused':
    case 'pending':
    case 'lost':
    case 'branch-chosen':
      return []
  }
}
