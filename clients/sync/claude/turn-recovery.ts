/**
 * What becomes of this tab's own turn when its stream is lost, or its POST had no answer: asks, reads, and says how the
 * turn stands. Never shows as complete what the server did not call so, and never asks for the turn again.
 * Rules CC5–CC6, CC15, CC17.
 */
import type {Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import {messageIn} from '../told-message.ts'
import {ApiError} from '../http-caller.ts'
import type {Visit} from '../visit.ts'
import type {ClaudeApi} from './api.ts'
import type {NamedTurn} from './ask-completion.ts'
import {awaitAnswer, readAtLast, type Recovery} from './recovery.ts'

export type TurnOutcome = 'complete' | 'stopped' | 'failed'

export type TurnRecoveryNeeds = {
  readonly store: ChatStore
  readonly api: Pick<ClaudeApi, 'status'>
  readonly surroundings: Pick<Surroundings, 'setTimer' | 'random'>
}

export type TurnRecovery = {
  /**
   * `doubt`: why it is not known whether the server has the turn at all. `outrun`: the answer has come another way, and
   * is only to be read.
   */
  recover(turn: NamedTurn, visit: Visit, doubt: ApiError | null, outrun: AbortSignal): Promise<TurnOutcome>
  /** An answer that was given up may turn out to be whole: then what was said of it is not true any more. */
  takeBackOnceWhole(turn: NamedTurn, signal: AbortSignal): void
}

export function createTurnRecovery({store, api, surroundings}: TurnRecoveryNeeds): TurnRecovery {
  async function recover(
    turn: NamedTurn,
    visit: Visit,
    doubt: ApiError | null,
    outrun: AbortSignal,
  ): Promise<TurnOutcome> {
    const {conversationId} = turn
    const {signal} = visit
    const waiting = {surroundings, signal: AbortSignal.any([signal, outrun])}
    const asked = await awaitAnswer(conversationId, doubt !== null, api, waiting)
    if (signal.aborted) return 'failed'
    const recovery: Recovery = outrun.aborted ? {name: 'ended', complaint: null} : asked
    if (recovery.name === 'missing') {
      store.setNotice(doubt?.message ?? 'This conversation does not exist any more.')
      return 'failed'
    }
    if (recovery.name === 'unknown' && store.conversation().conversationId === null) {
      store.setNotice(doubt?.message ?? 'Nobody could say what became of this message.')
      return 'failed'
    }
    store.apply({type: 'accepted', conversationId, promptId: null})
    try {
      const read = () => visit.read('latest')
      await (recovery.name === 'ended' ? readAtLast(read, {surroundings, signal}) : read())
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (!signal.aborted) store.setNotice(error.message)
      return 'failed'
    }
    if (signal.aborted) return 'failed'
    const outcome = outcomeInStore(turn)
    if (outcome === 'failed') store.setNotice(reasonOf(turn, recovery, doubt))
    return outcome
  }

  /** How the turn's answer stands now; one that is not there failed. */
  function outcomeInStore({answerId}: NamedTurn): TurnOutcome {
    const now = store.conversation()
    const status = messageIn(now, now.ownTurn?.answerId ?? answerId)?.status
    return status === 'complete' || status === 'stopped' ? status : 'failed'
  }

  /** A turn that the server never had did not fail of what the server says went wrong with its latest one. */
  function reasonOf(turn: NamedTurn, recovery: Recovery, doubt: ApiError | null): string | null {
    const complaint = recovery.name === 'ended' ? recovery.complaint : null
    const {tree} = store.conversation()
    const isThere = tree.has(turn.answerId) || (turn.prompt !== null && tree.get(turn.prompt.id)?.confirmed)
    return (isThere ? complaint : null) ?? doubt?.message ?? complaint
  }

  function takeBackOnceWhole(turn: NamedTurn, signal: AbortSignal): void {
    const said = store.view().notice
    const stop = store.subscribe(() => {
      const {notice} = store.view()
      if (!signal.aborted && notice === said && outcomeInStore(turn) === 'failed') return
      stop()
      if (!signal.aborted && notice === said) store.setNotice(null)
    })
  }

  return {recover, takeBackOnceWhole}
}
