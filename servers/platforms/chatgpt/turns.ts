/**
 * Begins turns from what a page asks, and finds the running and recent ones again. Does not know HTTP.
 * Rules TU5–TU9, TU11, RS2, RS5–RS6, ST5–ST7.
 */
import {randomUUID} from 'node:crypto'
import {ROOT_PARENT} from '#protocol/identifier.ts'
import type {TurnRequest} from '#protocol/turn-request.ts'
import type {User} from '../../accounts/user.ts'
import {place} from '../../conversation/conflict-rule.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Conversation, StoredMessage} from '../../conversation/message.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import type {Turn} from '../../conversation/turn.ts'
import {pathTo} from '../../conversation/tree.ts'
import {planAnswer} from '../../model/answer-plan.ts'
import {titleText} from '../../model/words.ts'
import {handOff, type AnswerFacts} from '../../stream/chatgpt-answer.ts'
import {sseText} from '../../stream/sse-text.ts'
import type {TurnBuffer} from '../../stream/turn-buffer.ts'
import type {ConduitTokens} from './conduit-token.ts'
import {HttpRefusal, noConversation, tooMany} from './http-refusal.ts'
import {runTurn, type RunningTurn} from './running-turn.ts'
import {toWire} from './wire-message.ts'

export const UNTITLED = 'New chat'
/** What `auto` stands for. Invented. */
const AUTO_MODEL = 'scripted'
/** Turns of such models are handed off (observed: thinking, pro, work and deep-research turns are). */
const HANDED_OFF = /thinking/
/** How long a turn that ended can still be replayed. Invented; the real retention is unknown. */
const REPLAY_FOR_MS = 300_000
/** Invented; the real limits count messages over hours. */
const MAX_RUNNING_PER_PERSON = 32
const CLEARS_IN_S = 5

export type TurnsParts = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly conduits: ConduitTokens
  readonly wallMs: () => number
}

/** `inline`: the answer to the POST of a handed-off turn; null when the POST carries the answer itself. */
export type BegunTurn = {readonly token: string; readonly buffer: TurnBuffer; readonly inline: string | null}

type Recent = {readonly running: RunningTurn; endedAtMs: number | null}

type Commit = {
  readonly conversation: Conversation
  readonly isNew: boolean
  readonly request: TurnRequest
  readonly named: StoredMessage | null
  readonly turn: Pick<Turn, 'id' | 'conversationId' | 'answerId'>
  readonly model: string
}

export class Turns {
  readonly #parts: TurnsParts
  readonly #recent = new Map<string, Recent>()

  constructor(parts: TurnsParts) {
    this.#parts = parts
  }

  begin(user: User, request: TurnRequest): BegunTurn {
    const {store, publisher, conduits, wallMs} = this.#parts
    this.#forgetOld()
    if (this.#runningOf(user.id) >= MAX_RUNNING_PER_PERSON) throw tooMany(CLEARS_IN_S)
    const {conversation, isNew} = this.#conversation(user, request)
    const named = this.#namedParent(conversation, request)
    const model = request.model === undefined || request.model === 'auto' ? AUTO_MODEL : request.model
    const before = isNew ? [] : store.messages(conversation.id)
    const turn = {id: randomUUID(), conversationId: conversation.id, answerId: randomUUID()}
    const {input, answer} = this.#commit({conversation, isNew, request, named, turn, model})
    if (isNew) publisher.announce(user, conversation.id, {type: 'conversation-created', title: UNTITLED})
    if (input) {
      publisher.committed(user, input)
      publisher.announce(user, conversation.id, {type: 'message-committed', message: toWire(input)})
    }

    const key = planKey(before, input ?? named, answer.parentId)
    const facts: AnswerFacts = {
      conversationId: conversation.id,
      turnId: turn.id,
      resumeToken: conduits.make(user.id, turn.id),
      input: input && toWire(input),
      answer: toWire(answer),
      model,
      title: before.length === 0 ? titleText(`${user.settings.model.seed}/${key}`) : null,
      limitsResetAt: new Date(wallMs() + 86_400_000).toISOString(),
    }
    const plan = planAnswer(user.settings.model, key)
    const handoff = HANDED_OFF.test(model)
    const onEnd = () => void (recent.endedAtMs = wallMs())
    const running = runTurn({store, publisher, user, turn, facts, plan, handoff, onEnd})
    const recent: Recent = {running, endedAtMs: null}
    this.#recent.set(turn.id, recent)
    const inline = handoff ? handOff(facts).map(sseText).join('') : null
    return {token: facts.resumeToken, buffer: running.buffer, inline}
  }

  /** The turn's events, for a reader who has `offset` of them already. */
  resume(user: User, conversationId: string, turnId: string | null, offset: number): TurnBuffer {
    const {store} = this.#parts
    const turn = turnId === null ? undefined : store.turn(turnId)
    if (!turn || turn.conversationId !== conversationId || !store.find(conversationId, user.id)) {
      throw new HttpRefusal(404, 'There is nothing to resume')
    }
    const buffer = this.#recent.get(turn.id)?.running.buffer
    const isOver = buffer?.ended !== null
    // Nothing is left to say of a turn that was cut: its final state is in the conversation.
    if (!buffer || (isOver && buffer.ended === 'cut' && offset >= buffer.count)) {
      throw new HttpRefusal(410, {message: 'The final answer is stored', code: 'persisted_final_available'})
    }
    if (offset > buffer.count) throw new HttpRefusal(404, 'There is nothing to resume')
    return buffer
  }

  /** Stops what runs in the conversation; nothing when nothing does. */
  stop(conversationId: string): void {
    for (const {running, endedAtMs} of this.#recent.values()) {
      if (endedAtMs === null && running.turn.conversationId === conversationId) running.stop()
    }
  }

  abandonUser(userId: string): void {
    for (const [id, {running}] of this.#recent) {
      if (running.userId !== userId) continue
      running.abandon()
      this.#recent.delete(id)
    }
  }

  close(): void {
    for (const {running} of this.#recent.values()) running.abandon()
    this.#recent.clear()
  }

  #conversation(user: User, request: TurnRequest): {conversation: Conversation; isNew: boolean} {
    if (request.conversation_id === undefined) {
      if (request.parent_message_id !== ROOT_PARENT) throw noParent()
      const at = this.#parts.wallMs()
      const id = randomUUID()
      return {
        conversation: {id, userId: user.id, title: UNTITLED, createdAtMs: at, updatedAtMs: at, leafId: null},
        isNew: true,
      }
    }
    const conversation = this.#parts.store.find(request.conversation_id, user.id)
    if (!conversation) throw noConversation()
    return {conversation, isNew: false}
  }

  /** Null at the root. The parent decides what the action means, so it must be there and of the right role. */
  #namedParent({id}: Conversation, request: TurnRequest): StoredMessage | null {
    const {store} = this.#parts
    if (request.action === 'next') {
      const {id: messageId} = onlyOne(request.messages)
      if (messageId === ROOT_PARENT || store.message(id, messageId)) {
        throw new HttpRefusal(409, {
          message: 'The conversation has this message',
          code: 'duplicate_message_id',
        })
      }
      if (request.parent_message_id === ROOT_PARENT) return null
    }
    const parent = store.message(id, request.parent_message_id)
    if (!parent) throw noParent()
    const wanted = {next: parent.role, variant: 'user', continue: 'assistant'}[request.action]
    if (parent.role !== wanted)
      throw new HttpRefusal(400, `${request.action} needs a parent of the ${wanted}`)
    return parent
  }

  /** The person's message and the place of the answer, durable together or not at all. */
  #commit({conversation, isNew, request, named, turn, model}: Commit) {
    const {store} = this.#parts
    const {parentId} = place('fork', named?.id ?? null)
    const ofTurn = {conversationId: conversation.id, turnId: turn.id}
    return store.transaction(() => {
      if (isNew) store.create(conversation)
      const input =
        request.action === 'next'
          ? store.addMessage({...ofTurn, ...personsMessage(request.messages), parentId})
          : null
      store.beginTurn(turn)
      const answer = store.addMessage({
        ...ofTurn,
        id: turn.answerId,
        parentId: input?.id ?? parentId,
        role: 'assistant',
        text: '',
        status: 'in_progress',
        model,
      })
      return {input, answer}
    })
  }

  #runningOf(userId: string): number {
    let count = 0
    for (const {running, endedAtMs} of this.#recent.values()) {
      if (endedAtMs === null && running.userId === userId) count++
    }
    return count
  }

  #forgetOld(): void {
    const oldestMs = this.#parts.wallMs() - REPLAY_FOR_MS
    for (const [id, {endedAtMs}] of this.#recent) {
      if (endedAtMs !== null && endedAtMs < oldestMs) this.#recent.delete(id)
    }
  }
}

const noParent = () => new HttpRefusal(404, 'The parent message is not in the conversation')

function onlyOne<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined || items.length > 1) throw new TypeError('the schema lets exactly one through')
  return item
}

function personsMessage(messages: Extract<TurnRequest, {action: 'next'}>['messages']) {
  const {id, content} = onlyOne(messages)
  return {id, role: 'user', text: content.parts.join(''), status: 'complete', model: null} as const
}

/** What is asked, where, and for which time: ids are left out, so that two runs of one seed read the same. */
function planKey(
  before: readonly StoredMessage[],
  asked: StoredMessage | null,
  parentId: string | null,
): string {
  const depth = pathTo(before, asked?.parentId ?? null).length
  const times = before.filter((message) => message.parentId === parentId).length
  return `${depth}/${times}/${asked?.role ?? 'nobody'}/${asked?.text ?? ''}`
}
