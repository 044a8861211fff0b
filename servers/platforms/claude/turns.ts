/** Begins turns from what a page asks, and says when they are over. Does not know HTTP. Rules CL3–CL4, CL10–CL16, CL41–CL43, CF1–CF6, HB8. */
import {randomBytes, randomUUID, randomUUIDv7} from 'node:crypto'
import {
  MAX_PROMPT_CHARS,
  type CompletionRequest,
  type RetryCompletionRequest,
} from '#protocol/claude/completion-request.ts'
import type {MessageLimit} from '#protocol/claude/message-limit.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import {DEFAULT_MODEL} from '#protocol/model-choice.ts'
import type {Limits} from '../../accounts/limits.ts'
import {storesAgain, type User} from '../../accounts/user.ts'
import {commitTurn} from '../../conversation/commit-turn.ts'
import type {ConversationStore, NewConversation} from '../../conversation/conversation-store.ts'
import type {StoredMessage} from '../../conversation/message.ts'
import {planKey} from '../../conversation/plan-key.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import {planAnswer} from '../../model/answer-plan.ts'
import {seededRandom} from '../../model/seeded.ts'
import {seededWords} from '../../model/words.ts'
import {exceededLimit, limitsResetAfter, withinLimit} from '../../stream/message-limit.ts'
import type {TurnBuffer} from '../../stream/turn-buffer.ts'
import {CLEARS_IN_S, RecentTurns} from '../recent-turns.ts'
import type {Said} from '../aim-in.ts'
import {placed} from '../placed.ts'
import {createAnswerWriter} from './answer-writer.ts'
import type {ClaudeRecords} from './records.ts'
import {
  badRequest,
  conversationChanged,
  duplicateConversation,
  duplicateMessage,
  limitReached,
  noConversation,
  noParent,
  requestId,
  tooLong,
  tooMany,
} from './refusals.ts'

const SUMMARY_WORDS = 5

export type TurnsParts = {
  readonly store: ConversationStore
  readonly records: ClaudeRecords
  readonly publisher: Publisher
  readonly limits: Pick<Limits, 'clearsInS'>
  readonly wallMs: () => number
}

export type BegunTurn = {readonly buffer: TurnBuffer; readonly requestId: string}

type Request = CompletionRequest | RetryCompletionRequest
type Begun = {
  readonly conversation: NewConversation
  readonly isNew: boolean
  readonly named: StoredMessage | null
  readonly input: Pick<StoredMessage, 'id' | 'text'> | null
  readonly answerId: string
  readonly said: Said
}

export class Turns {
  readonly #parts: TurnsParts
  readonly recent: RecentTurns

  constructor(parts: TurnsParts) {
    this.#parts = parts
    // A stream cannot be rejoined, so nothing is kept of turns that ended.
    this.recent = new RecentTurns(0, parts.wallMs)
  }

  /** The conversation is made where the request says how. */
  begin(user: User, conversationId: string, request: CompletionRequest, said: Said): BegunTurn {
    const {records, store} = this.#parts
    this.#mayBegin(user)
    if (request.prompt.length > MAX_PROMPT_CHARS) throw tooLong()
    const {conversation, isNew} = this.#conversation(user, conversationId, request)
    const ids = request.turn_message_uuids
    const asked = {human: ids?.human_message_uuid, assistant: ids?.assistant_message_uuid}
    if (asked.human !== undefined && asked.human === asked.assistant)
      throw badRequest('The two messages of a turn need two ids')
    const inputId = this.#newId(user, conversationId, asked.human)
    const answerId = this.#newId(user, conversationId, asked.assistant)
    const isFirst = request.parent_message_uuid === ROOT_MESSAGE_UUID
    const named = isFirst ? null : (store.message(conversationId, request.parent_message_uuid) ?? null)
    if (!isFirst && named === null) throw noParent()
    const input = {id: inputId, text: request.prompt}
    const turn = this.#run(user, request, {conversation, isNew, named, input, answerId, said})
    const model = request.create_conversation_params?.model ?? null
    if (isNew) records.setAbout(conversationId, user.id, {model, isStarred: false, settings: {}})
    return turn
  }

  /** Another answer to a person's message. */
  retry(user: User, conversationId: string, request: RetryCompletionRequest, said: Said): BegunTurn {
    const {store} = this.#parts
    this.#mayBegin(user)
    const conversation = store.find(conversationId, user.id)
    if (!conversation) throw noConversation()
    const answerId = this.#newId(user, conversationId, request.turn_message_uuids?.assistant_message_uuid)
    const named = store.message(conversationId, request.parent_message_uuid)
    if (!named) throw noParent()
    if (named.role !== 'user') throw badRequest('Only a message of a person can be answered again')
    const meant = {...said, meansBranch: true}
    return this.#run(user, request, {
      conversation,
      isNew: false,
      named,
      input: null,
      answerId,
      said: meant,
    })
  }

  #run(user: User, request: Request, begun: Begun): BegunTurn {
    const {store, records, publisher, wallMs} = this.#parts
    const {conversation, isNew, named, input: written, answerId, said} = begun
    const placement = placed(
      {
        user,
        conversationId: conversation.id,
        promptId: written?.id ?? null,
        aim: {...said, namedParentId: named?.id ?? null},
        mayMove: true,
      },
      store,
      conversationChanged,
    )
    const about = records.about(conversation.id)
    const before = isNew ? [] : store.messages(conversation.id)
    const turnId = randomUUID()
    const {input, answer} = commitTurn(store, {
      turnId,
      conversation,
      isNew,
      input: written,
      parentId: placement.parentId,
      answerId,
      model: request.model ?? about.model ?? DEFAULT_MODEL,
    })
    if (isNew)
      publisher.announce(user, conversation.id, {type: 'conversation-created', title: conversation.title})
    if (input) {
      publisher.committed(user, input)
      publisher.announce(user, conversation.id, {type: 'message-committed', message: input})
    }

    const asked = input ?? named
    if (asked === null) throw new TypeError('a turn answers a message')
    const key = planKey(before, asked, answer.parentId)
    const random = seededRandom(`claude ${user.settings.model.seed}/${key}`)
    const thinks = (request.paprika_mode ?? about.settings.paprika_mode) === 'extended'
    const facts = {
      answerId,
      parentId: asked.id,
      isNewConversation: isNew,
      discardedParentId:
        placement.name === 'rebase' ? (placement.discardedParentId ?? ROOT_MESSAGE_UUID) : null,
      thinks,
      // Half of the thinking blocks stay empty.
      summary: random() < 0.5 ? seededWords(`thinking ${key}`, SUMMARY_WORDS).join(' ') : null,
      completionId: `chatcompl_${randomBytes(12).toString('hex')}`,
      traceId: randomBytes(16).toString('hex'),
      requestId: requestId(),
    }
    const {buffer} = this.recent.begin({
      store,
      publisher,
      user,
      answer,
      turnId,
      writer: createAnswerWriter(facts, random, wallMs, () => this.#limit(user)),
      plan: planAnswer(user.settings.model, key),
      handoff: false,
      title: null,
    })
    return {buffer, requestId: facts.requestId}
  }

  #mayBegin(user: User): void {
    const clearsInS = this.#parts.limits.clearsInS(user.id)
    if (clearsInS !== null) throw limitReached(this.#limit(user), clearsInS)
    if (this.recent.isFull(user.id)) throw tooMany(CLEARS_IN_S)
  }

  #limit({id}: User): MessageLimit {
    const {limits, wallMs} = this.#parts
    const clearsInS = limits.clearsInS(id)
    const resets = limitsResetAfter(wallMs())
    if (clearsInS === null) return withinLimit(resets)
    return exceededLimit(resets, Math.floor(wallMs() / 1_000) + clearsInS)
  }

  /** What the page calls a new message; what has that id already is refused, or stored once more under a fresh one. */
  #newId(user: User, conversationId: string, asked: string | undefined): string {
    if (asked === undefined) return randomUUIDv7()
    if (asked === ROOT_MESSAGE_UUID) throw badRequest('No message has the id of the root')
    if (!this.#parts.store.message(conversationId, asked)) return asked
    if (!storesAgain(user)) throw duplicateMessage()
    return randomUUIDv7()
  }

  #conversation(
    user: User,
    id: string,
    {create_conversation_params: params}: CompletionRequest,
  ): {conversation: NewConversation; isNew: boolean} {
    const {store} = this.#parts
    const known = store.find(id, user.id)
    if (known) return {conversation: known, isNew: false}
    if (!params) throw noConversation()
    if (store.any(id)) throw duplicateConversation()
    return {
      conversation: {id, userId: user.id, title: params.name, isListed: !params.is_temporary},
      isNew: true,
    }
  }
}
