/**
 * Begins turns from what a page asks, and finds the running and recent ones again. Does not know HTTP.
 * Rules TU5–TU9, TU11, RS2, RS5–RS6, ST5–ST7, CF1–CF8, HB8.
 */
import {randomUUID} from 'node:crypto'
import {ROOT_PARENT} from '#protocol/identifier.ts'
import {DEFAULT_MODEL} from '#protocol/model-choice.ts'
import type {TurnRequest} from '#protocol/turn-request.ts'
import type {Limits} from '../../accounts/limits.ts'
import {storesAgain, type User} from '../../accounts/user.ts'
import {commitTurn} from '../../conversation/commit-turn.ts'
import type {ConversationStore, NewConversation} from '../../conversation/conversation-store.ts'
import type {StoredMessage} from '../../conversation/message.ts'
import {planKey} from '../../conversation/plan-key.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import {planAnswer} from '../../model/answer-plan.ts'
import {titleText} from '../../model/words.ts'
import {handOff, type AnswerFacts} from '../../stream/chatgpt-answer.ts'
import {sseText} from '../../stream/sse-text.ts'
import type {TurnBuffer} from '../../stream/turn-buffer.ts'
import {HttpRefusal} from '../http-refusal.ts'
import {CLEARS_IN_S, RecentTurns} from '../recent-turns.ts'
import {createAnswerWriter} from './answer-writer.ts'
import type {Said} from '../aim-in.ts'
import {placed} from '../placed.ts'
import type {ConduitTokens} from './conduit-token.ts'
import {
  conversationChanged,
  duplicateMessage,
  limitReached,
  noConversation,
  noParent,
  tooMany,
} from './refusals.ts'
import {toWire} from './wire-message.ts'

export const UNTITLED = 'New chat'
/** Turns of such models are handed off (observed: thinking, pro, work and deep-research turns are). */
export const isHandedOff = (model: string): boolean => model.includes('thinking')
/** How long a turn that ended can still be replayed. Invented; the real retention is unknown. */
const REPLAY_FOR_MS = 300_000

export type TurnsParts = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly conduits: ConduitTokens
  readonly limits: Pick<Limits, 'clearsInS'>
  readonly wallMs: () => number
}

/** `inline`: the answer to the POST of a handed-off turn; null when the POST carries the answer itself. */
export type BegunTurn = {
  readonly conversationId: string
  readonly token: string
  readonly buffer: TurnBuffer
  readonly inline: string | null
}

type Messages = Extract<TurnRequest, {action: 'next'}>['messages']

export class Turns {
  readonly #parts: TurnsParts
  readonly recent: RecentTurns

  constructor(parts: TurnsParts) {
    this.#parts = parts
    this.recent = new RecentTurns(REPLAY_FOR_MS, parts.wallMs)
  }

  /** `said`: what the request says besides, in words of ours. */
  begin(user: User, request: TurnRequest, said: Said): BegunTurn {
    const {store, publisher, conduits, wallMs} = this.#parts
    const clearsInS = this.#parts.limits.clearsInS(user.id)
    if (clearsInS !== null) throw limitReached(clearsInS)
    if (this.recent.isFull(user.id)) throw tooMany(CLEARS_IN_S)
    const {conversation, isNew} = this.#conversation(user, request)
    const named = this.#namedParent(user, conversation.id, request)
    const written = request.action === 'next' ? this.#written(user, conversation.id, request.messages) : null
    const {parentId} = placed(
      {
        user,
        conversationId: conversation.id,
        promptId: written?.id ?? null,
        aim: {
          ...said,
          meansBranch: said.meansBranch || request.action === 'variant',
          namedParentId: named?.id ?? null,
        },
        mayMove: request.action === 'next',
      },
      store,
      conversationChanged,
    )
    const asked = request.model === undefined || request.model === 'auto' ? null : request.model
    // A request that names a model is answered by it, whatever was chosen meanwhile (CF16).
    const model = asked ?? conversation.model ?? DEFAULT_MODEL
    const before = isNew ? [] : store.messages(conversation.id)
    const turnId = randomUUID()
    const {input, answer} = commitTurn(store, {
      turnId,
      conversation,
      isNew,
      input: written,
      parentId,
      answerId: randomUUID(),
      model,
    })
    if (isNew && asked !== null) store.chooseModel(conversation.id, asked)
    if (isNew) publisher.announce(user, conversation.id, {type: 'conversation-created', title: UNTITLED})
    if (input) {
      publisher.committed(user, input)
      publisher.announce(user, conversation.id, {type: 'message-committed', message: input})
    }

    const key = planKey(before, input ?? named, answer.parentId)
    const title = before.length === 0 ? titleText(`${user.settings.model.seed}/${key}`) : null
    const facts: AnswerFacts = {
      conversationId: conversation.id,
      turnId,
      resumeToken: conduits.make(user.id, turnId),
      input: input && toWire(input),
      answer: toWire(answer),
      model,
      title,
      limitsResetAt: new Date(wallMs() + 86_400_000).toISOString(),
    }
    const plan = planAnswer(user.settings.model, key)
    const handoff = isHandedOff(model)
    const writer = createAnswerWriter(facts, () => this.#limitResetsAt(user))
    const running = this.recent.begin({
      store,
      publisher,
      user,
      answer,
      turnId,
      writer,
      plan,
      handoff,
      title,
    })
    const inline = handoff ? handOff(facts).map(sseText).join('') : null
    return {conversationId: conversation.id, token: facts.resumeToken, buffer: running.buffer, inline}
  }

  /** The turn that a message began already; null where it is not there. Throws 409 where nothing of it can be said again. */
  again(user: User, request: TurnRequest): BegunTurn | null {
    const {store, conduits} = this.#parts
    if (request.action !== 'next') return null
    const found = store.writtenBy(user.id, onlyOne(request.messages).id, request.conversation_id ?? null)
    if (!found) return null
    const {conversationId, turnId} = found
    const buffer = turnId === null ? undefined : this.recent.buffer(turnId)
    if (!buffer || turnId === null) throw duplicateMessage()
    return {conversationId, token: conduits.make(user.id, turnId), buffer, inline: null}
  }

  /** The turn's events, for a reader who has `offset` of them already. */
  resume(user: User, conversationId: string, turnId: string | null, offset: number): TurnBuffer {
    const {store} = this.#parts
    const turn = turnId === null ? undefined : store.turn(turnId)
    if (!turn || turn.conversationId !== conversationId || !store.find(conversationId, user.id)) {
      throw new HttpRefusal(404, 'There is nothing to resume')
    }
    const buffer = this.recent.buffer(turn.id)
    const isOver = buffer?.ended !== null
    // Nothing is left to say of a turn that was cut: its final state is in the conversation.
    if (!buffer || (isOver && buffer.ended === 'cut' && offset >= buffer.count)) {
      throw new HttpRefusal(410, 'The final answer is stored', {code: 'persisted_final_available'})
    }
    if (offset > buffer.count) throw new HttpRefusal(404, 'There is nothing to resume')
    return buffer
  }

  #limitResetsAt({id}: User): string | null {
    const {limits, wallMs} = this.#parts
    const clearsInS = limits.clearsInS(id)
    return clearsInS === null ? null : new Date(wallMs() + clearsInS * 1_000).toISOString()
  }

  #conversation(
    user: User,
    request: TurnRequest,
  ): {conversation: NewConversation & {readonly model: string | null}; isNew: boolean} {
    if (request.conversation_id === undefined) {
      if (request.parent_message_id !== ROOT_PARENT) throw noParent()
      return {conversation: {id: randomUUID(), userId: user.id, title: UNTITLED, model: null}, isNew: true}
    }
    const conversation = this.#parts.store.find(request.conversation_id, user.id)
    if (!conversation) throw noConversation()
    return {conversation, isNew: false}
  }

  /** What is there already is here only where it is stored once more: under a fresh id. */
  #written(user: User, conversationId: string, messages: Messages): Pick<StoredMessage, 'id' | 'text'> {
    const {id, content} = onlyOne(messages)
    const isKnown = storesAgain(user) && this.#parts.store.message(conversationId, id) !== undefined
    return {id: isKnown ? randomUUID() : id, text: content.parts.join('')}
  }

  /** Null at the root. The parent decides what the action means, so it must be there and of the right role. */
  #namedParent(user: User, conversationId: string, request: TurnRequest): StoredMessage | null {
    const {store} = this.#parts
    if (request.action === 'next') {
      const {id: messageId} = onlyOne(request.messages)
      const isRefused = !storesAgain(user) && store.message(conversationId, messageId) !== undefined
      if (messageId === ROOT_PARENT || isRefused) throw duplicateMessage()
      if (request.parent_message_id === ROOT_PARENT) return null
    }
    const parent = store.message(conversationId, request.parent_message_id)
    if (!parent) throw noParent()
    const wanted = {next: parent.role, variant: 'user', continue: 'assistant'}[request.action]
    if (parent.role !== wanted)
      throw new HttpRefusal(400, `${request.action} needs a parent of the ${wanted}`)
    return parent
  }
}

function onlyOne<T>(items: readonly T[]): T {
  const [item] = items
  if (item === undefined || items.length > 1) throw new TypeError('the schema lets exactly one through')
  return item
}
