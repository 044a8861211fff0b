/**
 * The turns that this tab begins, or joins again after a reload: POST, stream, end, and what the person is told.
 * One at a time. What is shown ends with what the server
 * says, or says that nobody knows. Rules TU5–TU14, RS4–RS5, RS8–RS9, ST5, ST8–ST9, CF11,
 * CF14–CF15, HB2–HB4.
 */
import type {Message} from '#protocol/conversation.ts'
import type {KnownMessage} from '#protocol/known-message.ts'
import type {AnswerUpdate} from './answer-reader.ts'
import type {Api, ChatgptReading} from './api.ts'
import type {ChatStore} from '../chat-store.ts'
import type {Surroundings} from '../chat-session.ts'
import {messageIn} from '../told-message.ts'
import {limitInWords} from '../limit-words.ts'
import {CHANGED_ELSEWHERE} from '../person-acts.ts'
import type {Turn, TurnRefusal} from '../turn.ts'
import type {PostTurn} from '../turn-post.ts'
import {knownMessage} from './wire-words.ts'
import type {ResumeTokens} from './resume-tokens.ts'
import {resumeRules} from './defaults.ts'
import type {Settled} from './status-poll.ts'
import type {FollowEnd} from './turn-follow.ts'
import {runTurn, type Place, type TurnEnd, type TurnNeeds} from './turn-stream.ts'
import {isWaiting} from '../awaited-answer.ts'
import {isGone, type Visit} from '../visit.ts'

type ChatgptVisit = Visit<ChatgptReading>

export type OwnTurnNeeds = {
  readonly store: ChatStore
  readonly api: Api
  readonly tokens: ResumeTokens
  readonly surroundings: Surroundings
  /** Of the waits between two attempts to get at an answer, and of the silence that one is allowed. */
  readonly pauses: Pick<Surroundings, 'setTimer'>
  readonly silences: Pick<Surroundings, 'setTimer'>
  readonly post: PostTurn<Turn>
  /** A POST that had no answer may be sent again. */
  readonly isIdempotent: boolean
  readonly follow: (topic: string, take: (update: AnswerUpdate) => void) => Promise<FollowEnd>
  /** Polls until the tab waits for no answer any more. */
  readonly settle: (visit: ChatgptVisit) => Promise<Settled>
  /** The conversation has this id now: a new one learns it from the answer. */
  readonly onAccepted: (conversationId: string) => void
  /** A message as the server has it, to be passed on. */
  readonly onMessage: (message: KnownMessage) => void
  readonly onEnded: () => void
}

export type OwnTurns = {
  /** What the server refused for a conflict is withdrawn from what is shown. */
  run(turn: Turn, visit: ChatgptVisit): Promise<TurnRefusal | null>
  /** Reads on an answer that this browser has a token for. */
  rejoin(place: Place, visit: ChatgptVisit): Promise<Settled>
  isOwn(turnId: string): boolean
  /** True when a turn of this tab was running and is to end now. */
  askToStop(): boolean
}

/** `said`: the notice that this turn gave for the time being. */
type OwnRun = {isStopped: boolean; hasBegun: boolean; token: string | null; said: string | null}
/** Null where the conversation is gone. */
type Refused = {readonly name: 'refused'; readonly refusal: TurnRefusal | null}
type Outcome = 'complete' | 'stopped' | 'failed'

const SLOW = 'The answer is taking long to begin.'
const NOT_ALL = 'What is shown may not be all of it.'

export function createOwnTurns(needs: OwnTurnNeeds): OwnTurns {
  const {store, tokens, surroundings} = needs
  const turnIds = new Set<string>()
  /** With `isIdempotent`: turns whose message may not have arrived, by that message. */
  const unconfirmed = new Map<string, Turn>()
  let running: OwnRun | null = null

  async function run(asked: Turn, visit: ChatgptVisit): Promise<TurnRefusal | null> {
    const turn = repeated(asked) ?? asked
    if (turn.prompt && needs.isIdempotent) unconfirmed.set(turn.prompt.id, turn)
    const own: OwnRun = {isStopped: false, hasBegun: false, token: null, said: null}
    running = own
    const stopWarning = surroundings.setTimer(() => {
      const isHeld = store.conversation().ownTurn?.isHeld ?? false
      if (!own.hasBegun && own.said === null && !isHeld && !visit.signal.aborted) say(own, SLOW)
    }, resumeRules.warnAfterMs)
    let end: TurnEnd | Refused
    try {
      end = await bringIn(turn, visit, own)
    } catch (error) {
      // A mistake, ours or the server's, must not leave the tab waiting for ever.
      if (!visit.signal.aborted) store.apply({type: 'turn-ended', outcome: 'failed'})
      throw error
    } finally {
      stopWarning()
      if (running === own) running = null
    }
    if (turn.prompt && isConfirmed(turn.prompt.id)) unconfirmed.delete(turn.prompt.id)
    if (visit.signal.aborted) return null
    if (end.name === 'refused') {
      if (turn.prompt) unconfirmed.delete(turn.prompt.id)
      takeBack(own)
      store.apply({type: 'refused'})
      visit.turnEnded()
      return end.refusal
    }
    const ended = end
    store.batch(() => {
      const outcome = ended.name === 'polled' || ended.name === 'unknown' ? outcomeInStore() : ended.name
      if (outcome !== 'failed') takeBack(own)
      else if (ended.name === 'unknown') visit.owe(`${ended.why} ${NOT_ALL}`)
      else sayCut(own)
      store.apply({type: 'turn-ended', outcome})
      const {conversationId} = store.conversation()
      if (conversationId !== null && own.token !== null) tokens.remove(conversationId, own.token)
    })
    needs.onEnded()
    visit.turnEnded()
    return null
  }

  const isConfirmed = (messageId: string) => store.conversation().tree.get(messageId)?.confirmed ?? false

  /** Another answer to a message that never arrived is that message once more, under its id. */
  function repeated({prompt, parentId}: Turn): Turn | null {
    const turn = unconfirmed.get(parentId)
    if (prompt !== null || !turn?.prompt || isConfirmed(parentId)) return null
    const {id: promptId, text} = turn.prompt
    store.apply({type: 'sent', promptId, text, parentId: turn.parentId})
    return turn
  }

  async function bringIn(asked: Turn, visit: ChatgptVisit, own: OwnRun): Promise<TurnEnd | Refused> {
    const posted = await needs.post(asked, visit.signal)
    const {turn} = posted
    if (posted.name === 'taken back') return {name: 'stopped'}
    if (posted.name === 'failed') {
      const {error} = posted
      if (error.refusal !== null) return {name: 'refused', refusal: error.refusal}
      if (error.status === 404 && turn.conversationId !== null && (await isGone(visit)))
        return {name: 'refused', refusal: null}
      say(own, error.message)
      if (error.isDefinite || turn.conversationId === null) return {name: 'failed'}
      // Nobody knows whether it took effect: only the conversation can tell.
      const settled = await needs.settle(visit)
      return settled.name === 'settled' ? {name: 'polled'} : settled
    }
    return runTurn(turnNeeds(visit, {turn, own}), posted.response)
  }

  /** What is only true as long as nobody knows better. */
  function say(own: OwnRun, sentence: string): void {
    own.said = sentence
    store.setNotice(sentence)
  }

  function takeBack(own: OwnRun): void {
    if (own.said !== null && store.view().notice === own.said) store.setNotice(null)
    own.said = null
  }

  function sayCut(own: OwnRun): void {
    if (own.hasBegun || own.said === SLOW) takeBack(own)
    if (store.view().notice === null) store.setNotice(`The answer was cut off. ${NOT_ALL}`)
  }

  function outcomeInStore(): Outcome {
    const now = store.conversation()
    const answerId = now.ownTurn?.answerId ?? null
    const status = answerId === null ? null : messageIn(now, answerId)?.status
    return status === 'complete' || status === 'stopped' ? status : 'failed'
  }

  /** Both are null for a turn that is only read on. */
  function turnNeeds(visit: ChatgptVisit, {turn, own}: {turn: Turn | null; own: OwnRun | null}): TurnNeeds {
    const promptId = turn?.prompt?.id ?? null
    let received: string[] = []

    /** The server put the message elsewhere than it was meant: what stands before it there is to be seen at once. */
    function noteRebase({metadata: {parent_id}}: Message): void {
      if (turn === null || parent_id === undefined || parent_id === turn.parentId) return
      store.setNotice(`${CHANGED_ELSEWHERE} Your message was put at its end.`)
      void visit.read('latest').catch(() => visit.refetch('latest'))
    }

    function noteMessage({id, metadata}: Message): void {
      received.push(id)
      // The soonest that the turn is known as this tab's own, so that its echo on the channel is not read twice.
      if (own && metadata.turn_exchange_id !== undefined) turnIds.add(metadata.turn_exchange_id)
    }

    function begin(begun: OwnRun): void {
      begun.hasBegun = true
      takeBack(begun)
    }

    function write(message: KnownMessage): void {
      store.apply({type: 'streamed', message})
      if (own) needs.onMessage(message)
    }
    function onUpdate(update: AnswerUpdate): void {
      if (own && update.type === 'message' && !own.hasBegun) begin(own)
      switch (update.type) {
        case 'token':
          if (own) own.token = update.token
          tokens.set(update.conversationId, update.token)
          store.apply({type: 'accepted', conversationId: update.conversationId, promptId})
          needs.onAccepted(update.conversationId)
          return
        case 'prompt':
          noteMessage(update.message)
          store.apply({type: 'accepted', conversationId: update.conversationId, promptId})
          if (own) needs.onMessage(knownMessage(update.message))
          noteRebase(update.message)
          return
        case 'message':
          noteMessage(update.message)
          return write(knownMessage(update.message))
        case 'title': {
          const id = store.conversation().conversationId
          store.apply({type: 'titled', title: update.title})
          if (id !== null) store.applyToList({type: 'titled', id, title: update.title})
          return
        }
        case 'turn':
        case 'handoff':
          turnIds.add(update.turnId)
          return
        case 'limit':
          return store.setNotice(limitInWords('exceeded_limit'))
        case 'error':
          store.setNotice(update.message)
          return
        case 'complete':
        case 'done':
          return
      }
    }

    return {
      surroundings,
      pauses: needs.pauses,
      silences: needs.silences,
      api: needs.api,
      signal: visit.signal,
      onUpdate,
      batch: store.batch,
      onPiece(at, bytes) {
        const messageIds = [...new Set(received)]
        received = []
        surroundings.witness({kind: 'received', via: 'answer-stream', topic: null, messageIds, bytes}, at)
      },
      follow: needs.follow,
      isStopped: () => own?.isStopped ?? false,
      settle: () => needs.settle(visit),
      onDeadToken: ({conversationId, token}) => tokens.remove(conversationId, token),
    }
  }

  return {
    run,
    async rejoin(place, visit) {
      const end = await runTurn(turnNeeds(visit, {turn: null, own: null}), place)
      if (visit.signal.aborted) return {name: 'settled'}
      tokens.remove(place.conversationId, place.token)
      if (end.name === 'unknown') return end
      // The token may have been of an earlier turn, or the stream may be lost.
      return end.name !== 'polled' && isWaiting(store) ? needs.settle(visit) : {name: 'settled'}
    },
    isOwn: (turnId) => turnIds.has(turnId),
    askToStop() {
      if (running) running.isStopped = true
      return running !== null
    },
  }
}
