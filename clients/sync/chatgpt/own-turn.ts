/**
 * The turns that this tab begins, or joins again after a reload: POST, stream, end, and what the person is told.
 * One at a time. Rules TU5–TU14, RS4, ST5.
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
import type {FollowEnd} from './turn-follow.ts'
import {runTurn, type Place, type TurnEnd, type TurnNeeds} from './turn-stream.ts'
import {isWaiting, type Visit} from '../visit.ts'

type ChatgptVisit = Visit<ChatgptReading>

export type OwnTurnNeeds = {
  readonly store: ChatStore
  readonly api: Api
  readonly tokens: ResumeTokens
  readonly surroundings: Surroundings
  readonly postTurn: (turn: Turn) => Promise<Response>
  readonly follow: (topic: string, take: (update: AnswerUpdate) => void) => Promise<FollowEnd>
  /** Polls until the tab waits for no answer any more. */
  readonly settle: (visit: ChatgptVisit) => Promise<void>
  /** The conversation has this id now: a new one learns it from the answer. */
  readonly onAccepted: (conversationId: string) => void
  /** A message as the server has it, to be passed on. */
  readonly onMessage: (message: KnownMessage) => void
  readonly onEnded: () => void
}

export type OwnTurns = {
  run(turn: Turn, visit: ChatgptVisit): Promise<void>
  /** Reads on an answer that this browser has a token for. */
  rejoin(place: Place, visit: ChatgptVisit): Promise<void>
  isOwn(turnId: string): boolean
  /** True when a turn of this tab was running and is to end now. */
  askToStop(): boolean
}

export function createOwnTurns(needs: OwnTurnNeeds): OwnTurns {
  const {store, tokens, surroundings} = needs
  const turnIds = new Set<string>()
  let running: {isStopped: boolean} | null = null

  async function run(turn: Turn, visit: ChatgptVisit): Promise<void> {
    const own = {isStopped: false}
    running = own
    let end: TurnEnd
    try {
      const response = await needs.postTurn(turn)
      end = await runTurn(turnNeeds(visit, {promptId: turn.prompt?.id ?? null, own}), response)
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      end = await endWithoutAnswer(error, turn, visit)
    } finally {
      if (running === own) running = null
    }
    if (visit.signal.aborted) return
    store.batch(() => {
      const outcome = end === 'polled' ? outcomeInStore() : end
      if (outcome === 'failed' && store.view().notice === null) {
        store.setNotice('The answer was cut off. What is shown may not be all of it.')
      }
      store.apply({type: 'turn-ended', outcome})
      const {conversationId} = store.conversation()
      if (conversationId !== null) tokens.remove(conversationId)
    })
    needs.onEnded()
    visit.turnEnded()
  }

  /** Without an answer to the POST nobody knows whether it took effect: only the conversation can tell. */
  async function endWithoutAnswer(error: ApiError, turn: Turn, visit: ChatgptVisit): Promise<TurnEnd> {
    store.setNotice(error.message)
    if (error.status !== 0 || turn.conversationId === null) return 'failed'
    await needs.settle(visit)
    return 'polled'
  }

  function outcomeInStore(): 'complete' | 'stopped' | 'failed' {
    const now = store.conversation()
    const answerId = now.ownTurn?.answerId ?? null
    const status = answerId === null ? null : messageIn(now, answerId)?.status
    return status === 'complete' || status === 'stopped' ? status : 'failed'
  }

  /** `own` is null for a turn that is only read on. */
  function turnNeeds(
    visit: ChatgptVisit,
    {promptId, own}: {promptId: string | null; own: {isStopped: boolean} | null},
  ): TurnNeeds {
    let received: string[] = []

    function noteMessage({id, metadata}: Message): void {
      received.push(id)
      // The soonest that the turn is known as this tab's own, so that its echo on the channel is not read twice.
      if (own && metadata.turn_exchange_id !== undefined) turnIds.add(metadata.turn_exchange_id)
    }

    function write(message: KnownMessage): void {
      store.apply({type: 'streamed', message})
      if (own) needs.onMessage(message)
    }
    function onUpdate(update: AnswerUpdate): void {
      switch (update.type) {
        case 'token':
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
    }
  }

  return {
    run,
    async rejoin(place, visit) {
      const end = await runTurn(turnNeeds(visit, {promptId: null, own: null}), place)
      if (visit.signal.aborted) return
      tokens.remove(place.conversationId)
      // The token may have been of an earlier turn, or the stream may be lost.
      if (end !== 'polled' && isWaiting(store)) await needs.settle(visit)
    },
    isOwn: (turnId) => turnIds.has(turnId),
    askToStop() {
      if (running) running.isStopped = true
      return running !== null
    },
  }
}
