/**
 * The POST of a turn, and what a page does by itself where it had no answer: nothing (observed), the same once more (guard
 * `idempotent`, habit `resend`), or wait for the network (habit `outbox`). Knows no platform. Rules CF11, HB2–HB4.
 */
import type {PageHabits} from '#protocol/page-habits.ts'
import {begunResponse} from './begun-response.ts'
import type {Surroundings} from './chat-session.ts'
import {ApiError} from './http-caller.ts'
import type {Outbox} from './outbox.ts'
import {pause} from './pause.ts'

/** How often a POST that had no answer is sent again, and how long before. Invented. */
const SEND_AGAIN = {times: 2, firstDelayMs: 1_000, factor: 2}

export type TurnPostNeeds<T> = {
  readonly post: (turn: T) => Promise<Response>
  readonly isIdempotent: boolean
  readonly resend: PageHabits['resend']
  /** Null where nothing waits for the network. */
  readonly outbox: Outbox | null
  /** Of the waits between two attempts. */
  readonly pauses: Pick<Surroundings, 'setTimer'>
  /** Longest silence before the first byte of an answer. */
  readonly idleMs: number
  /** Of the guard: whether after these two (the same after one attempt) nobody knows if the server has the turn. */
  readonly isOpen: (turn: T, first: ApiError, latest: ApiError) => boolean
  /** The latest attempt tells what became of the turn; else what became of the first one counts. */
  readonly tellsAll: (latest: ApiError) => boolean
  /** The same words under other ids, and shown as such. */
  readonly renamed: (turn: T) => T
}

/** `turn`: as it was sent last. */
export type Posted<T> =
  | {readonly name: 'answered'; readonly turn: T; readonly response: Response}
  | {readonly name: 'failed'; readonly turn: T; readonly error: ApiError}
  /** It never had an answer, and the person does not want it to be sent any more, or has gone elsewhere. */
  | {readonly name: 'taken back'; readonly turn: T}

export type PostTurn<T> = (turn: T, signal: AbortSignal) => Promise<Posted<T>>

export function createTurnPost<T>(needs: TurnPostNeeds<T>): PostTurn<T> {
  const {isIdempotent, outbox, pauses} = needs
  const resend = isIdempotent ? 'never' : needs.resend

  async function askOnce(turn: T, signal: AbortSignal): Promise<Response> {
    const response = await needs.post(turn)
    if (resend === 'never') return response
    return begunResponse(response, {idleMs: needs.idleMs, signal}, pauses)
  }

  /** A habit asks nothing else than whether there was an answer. */
  const mayRepeat = (turn: T, first: ApiError, latest: ApiError) =>
    isIdempotent ? needs.isOpen(turn, first, latest) : resend !== 'never' && latest.status === 0

  async function postUntilAnswered(turn: T, signal: AbortSignal): Promise<Posted<T>> {
    let asked = turn
    let first: ApiError | null = null
    let hasWaited = false
    for (let sent = 1; ; sent += 1) {
      try {
        return {name: 'answered', turn: asked, response: await askOnce(asked, signal)}
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        // Nothing was sent as long as every attempt says so.
        if (first === null || (first.isDefinite && !error.isDefinite)) first = error
        const tellsAll = needs.tellsAll(error) || first.isDefinite || (hasWaited && isRefusal(error))
        const failed: Posted<T> = {name: 'failed', turn: asked, error: tellsAll ? error : first}
        if (signal.aborted) return failed
        if (sent <= SEND_AGAIN.times && mayRepeat(asked, first, error)) {
          await pause(SEND_AGAIN.firstDelayMs * SEND_AGAIN.factor ** (sent - 1), signal, pauses)
          if (signal.aborted) return failed
          if (resend === 'fresh-ids') asked = needs.renamed(asked)
          continue
        }
        if (outbox === null || error.status !== 0) return failed
        hasWaited = true
        if (!(await outbox.untilNextAttempt(signal))) return {name: 'taken back', turn: asked}
      }
    }
  }

  return async (turn, signal) => {
    try {
      return await postUntilAnswered(turn, signal)
    } finally {
      outbox?.leave()
    }
  }
}

/** What the server says of this attempt; that its ids are taken it says of an earlier one. */
const isRefusal = ({status, refusal}: ApiError) => status !== 0 && (status !== 409 || refusal !== null)
