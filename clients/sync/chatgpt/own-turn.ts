/**
 * The turns that this tab begins, or joins again after a reload: POST, stream, end, and what the person is told.
 * One at a time. What is shown ends with what the server
 * says, or says that nobody knows. Rules TU5–TU14, RS4–RS5, RS8–RS9, ST5, ST8–ST9.
 */
import type {Message} from '#protocol/conversation.ts'
import type {KnownMessage} from '#protocol/known-message.ts'
import type {AnswerUpdate} from './answer-reader.ts'
import {ApiError} from '../http-caller.ts'
import type {Api, ChatgptReading} from './api.ts'
import type {ChatStore} from '../chat-store.ts'
import type {Surroundings} from '../chat-session.ts'
import {messageIn} from '../conversation-state.ts'
import type {Turn} from '../turn.ts'
import {knownMessage} from './wire-words.ts'
import type {ResumeTokens} from './resume-tokens.ts'
import {resumeRules} from './defaults.ts'
import type {Settled} from './status-poll.ts'
import type {FollowEnd} from './turn-follow.ts'
import {runTurn, type Place, type TurnEnd, type TurnNeeds} from './turn-stream.ts'
import {isWaiting, type Visit} from '../visit.ts'

type ChatgptVisit = Visit<ChatgptReading>

export type OwnTurnNeeds = {
  readonly store: ChatStore
  readonly api: Api
  readonly tokens: ResumeTokens
  readonly surroundings: Surroundings
  /** Of the waits between two attempts to get at an answer, and of the silence that one is allowed. */
  readonly pauses: Pick<Surroundings, 'setTimer'>
  readonly silences: Pick<Surroundings, 'setTimer'>
  readonly postTurn: (turn: Turn) => Promise<Response>
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
  run(turn: Turn, visit: ChatgptVisit): Promise<void>
  /** Reads on an answer that this browser has a token for. */
  rejoin(place: Place, visit: ChatgptVisit): Promise<Settled>
  isOwn(turnId: string): boolean
  /** True when a turn of this tab was running and is to end now. */
  askToStop(): boolean
}

/** `said`: the notice that this turn gave for the time being. */
type OwnRun = {isStopped: boolean; hasBegun: boolean; token: string | null; said: string | null}
type Outcome = 'complete' | 'stopped' | 'failed'

const SLOW = 'The answer is taking long to begin.'
const NOT_ALL = 'What is shown may not be all of it.'

export function createOwnTurns(needs: OwnTurnNeeds): OwnTurns {
  const {store, tokens, surroundings} = needs
  const turnIds = new Set<string>()
  let running: OwnRun | null = null

  async function run(turn: Turn, visit: ChatgptVisit): Promise<void> {
    const own: OwnRun = {isStopped: false, hasBegun: false, token: null, said: null}
    running = own
    const stopWarning = surroundings.setTimer(() => {
      if (!own.hasBegun && own.said === null && !visit.signal.aborted) say(own, SLOW)
    }, resumeRules.warnAfterMs)
    let end: TurnEnd
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
    if (visit.signal.aborted) return
    store.batch(() => {
      const outcome = end.name === 'polled' || end.name === 'unknown' ? outcomeInStore() : end.name
      if (outcome !== 'failed') takeBack(own)
      else if (end.name === 'unknown') visit.owe(`${end.why} ${NOT_ALL}`)
      else sayCut(own)
      store.apply({type: 'turn-ended', outcome})
      const {conversationId} = store.conversation()
      if (conversationId !== null && own.token !== null) tokens.remove(conversationId, own.token)
    })
    needs.onEnded()
    visit.turnEnded()
  }

  async function bringIn(turn: Turn, visit: ChatgptVisit, own: OwnRun): Promise<TurnEnd> {
    let response: Response
    try {
      response = await needs.postTurn(turn)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      say(own, error.message)
      if (error.isDefinite || turn.conversationId === null) return {name: 'failed'}
      // Nobody knows whether it took effect: only the conversation can tell.
      const settled = await needs.settle(visit)
      return settled.name === 'settled' ? {name: 'polled'} : settled
    }
    return runTurn(turnNeeds(visit, {promptId: turn.prompt?.id ?? null, own}), response)
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

  /** `own` is null for a turn that is only read on. */
  function turnNeeds(
    visit: ChatgptVisit,
    {promptId, own}: {promptId: string | null; own: OwnRun | null},
  ): TurnNeeds {
    let received: string[] = []

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
      const end = await runTurn(turnNeeds(visit, {promptId: null, own: null}), place)
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
