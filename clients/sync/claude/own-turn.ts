/**
 * The turns that this tab begins: POST, stream, the way back when the stream is lost, and what the person is told. What
 * the page does after an answer is `after-turn.ts`. One at a time. Rules CL10, CL17–CL19, CC3–CC7, CC15–CC17,
 * CF11, CF14–CF15, HB2–HB4.
 */
import type {KnownMessage} from '#protocol/known-message.ts'
import type {PageHabits} from '#protocol/page-habits.ts'
import type {Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import {messageIn} from '../told-message.ts'
import type {ApiError} from '../http-caller.ts'
import {isBeingWritten} from '../message-tree.ts'
import type {Outbox} from '../outbox.ts'
import {CHANGED_ELSEWHERE} from '../person-acts.ts'
import {pause} from '../pause.ts'
import type {Turn, TurnRefusal} from '../turn.ts'
import {createTurnPost} from '../turn-post.ts'
import {isGone, type Visit} from '../visit.ts'
import type {ClaudeApi} from './api.ts'
import {askCompletion, nameTurn, type NamedTurn} from './ask-completion.ts'
import type {CompletionUpdate} from './completion-reader.ts'
import {readCompletion, type StreamEnd} from './completion-stream.ts'
import {placeLimitMs, streamIdleMs, type RetryMode} from './defaults.ts'
import {limitInWords} from '../limit-words.ts'
import {createTurnRecovery, type TurnOutcome} from './turn-recovery.ts'

export type OwnTurnNeeds = {
  readonly store: ChatStore
  readonly api: ClaudeApi
  readonly model: string | undefined
  readonly retryMode: RetryMode
  /** A POST that had no answer may be sent again. */
  readonly isIdempotent: boolean
  readonly resend: PageHabits['resend']
  /** Null where nothing waits for the network. */
  readonly outbox: Outbox | null
  readonly surroundings: Surroundings
  /** A message as the server has it, to be passed on. */
  readonly onMessage: (message: KnownMessage) => void
  /** The answer waits for the person's word. */
  readonly onApproval: (approvalId: string) => void
  /** The turn ended in this tab, whose person is still in its conversation. */
  readonly onEnded: (turn: NamedTurn) => void
  /** The person went elsewhere before the end. */
  readonly onLeft: (turn: NamedTurn) => void
}

export type OwnTurns = {
  /** What the server refused for a conflict is withdrawn from what is shown. */
  run(turn: Turn, visit: Visit): Promise<TurnRefusal | null>
  /** True when a turn of this tab was running and is to end now. */
  askToStop(): boolean
  /** Its answer may have come another way, to its end: then neither its stream nor its status is waited for any more. */
  endIfOutrun(): void
}

/** Null where the conversation is gone. */
type Refused = {readonly refusal: TurnRefusal | null}

/** `turn`: as it was sent last. `place`: the reading of where the server put it instead, under `rebase`. */
type Running = {
  turn: NamedTurn
  readonly outrun: AbortController
  isStopped: boolean
  place: Promise<void> | null
}

export function createOwnTurns(needs: OwnTurnNeeds): OwnTurns {
  const {store, api, surroundings} = needs
  const recovery = createTurnRecovery(needs)
  /** Turns whose message may not have arrived, by that message. */
  const unconfirmed = new Map<string, NamedTurn>()
  let running: Running | null = null

  async function run(asked: Turn, visit: Visit): Promise<TurnRefusal | null> {
    const named = repeated(asked) ?? nameTurn(asked, surroundings)
    const own: Running = {turn: named, outrun: new AbortController(), isStopped: false, place: null}
    if (named.prompt) unconfirmed.set(named.prompt.id, named)
    running = own
    let end: TurnOutcome | Refused | 'taken back'
    try {
      const streamed = await stream(own, visit)
      end = streamed === 'cut' ? await recovery.recover(own.turn, visit, null, own.outrun.signal) : streamed
      // Until that is read the page shows it in the wrong place, and does not go on from there.
      if (own.place) await Promise.race([own.place, pause(placeLimitMs, visit.signal, surroundings)])
    } finally {
      if (running === own) running = null
    }
    const {turn} = own
    if (named.prompt && isConfirmed(named.prompt.id)) unconfirmed.delete(named.prompt.id)
    if (typeof end === 'object') {
      if (named.prompt) unconfirmed.delete(named.prompt.id)
      if (visit.signal.aborted) return null
      store.apply({type: 'refused'})
      visit.turnEnded()
      return end.refusal
    }
    if (visit.signal.aborted) {
      needs.onLeft(turn)
      return null
    }
    if (end === 'taken back') {
      store.apply({type: 'turn-ended', outcome: 'stopped'})
      visit.turnEnded()
      return null
    }
    const outcome = own.isStopped && end === 'failed' ? 'stopped' : end
    store.batch(() => {
      if (outcome === 'failed' && store.view().notice === null)
        store.setNotice('The answer was cut off. What is shown may not be all of it.')
      store.apply({type: 'turn-ended', outcome})
      if (outcome === 'failed') recovery.takeBackOnceWhole(turn, visit.signal)
    })
    needs.onEnded(turn)
    visit.turnEnded()
    return null
  }

  const isConfirmed = (messageId: string) => store.conversation().tree.get(messageId)?.confirmed ?? false

  /** Another answer to a message that never arrived is that message once more. */
  function repeated({prompt, parentId}: Turn): NamedTurn | null {
    const turn = unconfirmed.get(parentId)
    if (prompt !== null || !turn?.prompt || isConfirmed(parentId)) return null
    const {id: promptId, text} = turn.prompt
    store.apply({type: 'sent', promptId, text, parentId: turn.parentId})
    return {...turn, repeats: needs.retryMode}
  }

  const post = createTurnPost<NamedTurn>({
    post: (turn) => askCompletion(api, turn, needs.model),
    isIdempotent: needs.isIdempotent,
    resend: needs.resend,
    outbox: needs.outbox,
    pauses: surroundings,
    idleMs: streamIdleMs,
    // What comes of a second attempt tells of the first one only if the server knows nothing of either.
    isOpen: (_, first, latest) => first.status === 0 && latest.status === 0,
    // The ids are taken: the server has the turn.
    tellsAll: ({status}) => status === 409,
    renamed(turn) {
      const again = {...turn, answerId: surroundings.newId(), repeats: 'legacy' as const}
      const {prompt} = turn
      return prompt ? {...again, prompt: layDown(again, prompt.text, surroundings.newId())} : again
    },
  })

  /** The tab's own prompt as it is called now, in what is shown, too. */
  function layDown(
    {parentId}: Turn,
    text: string,
    promptId: string,
  ): {readonly id: string; readonly text: string} {
    store.apply({type: 'sent', promptId, text, parentId})
    return {id: promptId, text}
  }

  async function stream(own: Running, visit: Visit): Promise<StreamEnd | Refused | 'taken back'> {
    const {signal: outrun} = own.outrun
    const posted = await post(own.turn, visit.signal)
    const {turn} = posted
    own.turn = turn
    if (posted.name === 'taken back') return posted.name
    if (posted.name === 'failed') {
      const {error} = posted
      if (error.refusal !== null) return {refusal: error.refusal}
      if (error.status === 404 && !turn.isNew && (await isGone(visit))) return {refusal: null}
      return visit.signal.aborted ? 'cut' : endWithoutStream(error, turn, visit, outrun)
    }
    let received: string[] = []
    return readCompletion(
      posted.response,
      {
        batch: store.batch,
        onUpdate(update) {
          if (update.type === 'started') received.push(update.promptId)
          if (update.type === 'answer') received.push(update.message.id)
          take(update, own, visit)
        },
        onPiece(at, bytes) {
          const messageIds = [...new Set(received)]
          received = []
          surroundings.witness({kind: 'received', via: 'answer-stream', topic: null, messageIds, bytes}, at)
        },
      },
      AbortSignal.any([visit.signal, outrun]),
      surroundings,
    )
  }

  function take(update: CompletionUpdate, begun: Running, visit: Visit): void {
    const {turn} = begun
    const {conversationId, prompt} = turn
    switch (update.type) {
      case 'ready':
        return store.apply({type: 'accepted', conversationId, promptId: null})
      case 'started': {
        // Where the ids were left to the server, it says now what it made of them.
        const isCalledOtherwise =
          prompt !== null && turn.repeats === 'legacy' && prompt.id !== update.promptId
        const own = isCalledOtherwise ? layDown(turn, prompt.text, update.promptId) : prompt
        store.apply({type: 'accepted', conversationId, promptId: own?.id ?? null})
        if (own) {
          const said = {role: 'user', text: own.text, status: 'complete'} as const
          needs.onMessage({id: own.id, parentId: turn.parentId, said})
        }
        if (update.discardedParentId === null) return
        // What stands before it there is to be seen at once.
        store.setNotice(`${CHANGED_ELSEWHERE} Your message was put at its end.`)
        begun.place = visit.read('latest').then(
          () => {},
          () => visit.refetch('latest'),
        )
        return
      }
      case 'answer':
        store.apply({type: 'streamed', message: update.message})
        return needs.onMessage(update.message)
      case 'limit': {
        const words = limitInWords(update.kind)
        return words === null ? undefined : store.setNotice(words)
      }
      case 'approval':
        return needs.onApproval(update.approvalId)
      case 'error':
        return store.setNotice(update.message)
      case 'ended':
        return
    }
  }

  /** 409 says that the turn is there already, and is nothing to tell anybody (observed). */
  async function endWithoutStream(
    error: ApiError,
    turn: NamedTurn,
    visit: Visit,
    outrun: AbortSignal,
  ): Promise<StreamEnd> {
    const mayHaveBegun = error.status === 0 || error.status === 409 || error.status >= 500
    if (mayHaveBegun) return recovery.recover(turn, visit, error.status === 409 ? null : error, outrun)
    store.setNotice(error.message)
    return 'failed'
  }

  return {
    run,
    askToStop() {
      if (running) running.isStopped = true
      return running !== null
    },
    endIfOutrun() {
      if (!running) return
      const answer = messageIn(store.conversation(), running.turn.answerId)
      if (answer && !isBeingWritten(answer)) running.outrun.abort()
    },
  }
}
