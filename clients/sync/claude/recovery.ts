/**
 * The way back to an answer whose stream is lost: it cannot be rejoined, so the tab asks for its status until it is not
 * pending any more, and then reads the conversation where it cannot be behind. Observed; the bounds are invented.
 * Rules CL19, CL40–CL41, CC6, CC15.
 */
import type {Surroundings} from '../chat-session.ts'
import {ApiError} from '../http-caller.ts'
import {pause} from '../pause.ts'
import type {ClaudeApi} from './api.ts'
import {backOffMs} from './back-off.ts'
import {maxStatusErrors, statusBackOff} from './defaults.ts'
import {mayPass} from './may-pass.ts'

export type Recovery =
  /** The answer is not pending; `complaint` says what the server says went wrong with it. */
  | {readonly name: 'ended'; readonly complaint: string | null}
  /** The server does not know the conversation. */
  | {readonly name: 'missing'}
  /** Nobody could tell, or nobody wants to know any more. */
  | {readonly name: 'unknown'}

export type RecoveryNeeds = {
  readonly surroundings: Pick<Surroundings, 'setTimer' | 'random'>
  readonly signal: AbortSignal
}

/** `isInDoubt`: the server may not even have the turn, so the first question is not held (observed after a 502). */
export async function awaitAnswer(
  conversationId: string,
  isInDoubt: boolean,
  api: Pick<ClaudeApi, 'status'>,
  {surroundings, signal}: RecoveryNeeds,
): Promise<Recovery> {
  let errors = 0
  let mayHold = !isInDoubt
  for (let attempt = 1; !signal.aborted; attempt += 1) {
    let askedToWaitMs = 0
    try {
      const status = await api.status(conversationId, mayHold)
      errors = 0
      if (!status.is_pending) return {name: 'ended', complaint: complaintOf(status)}
      if (!mayHold) {
        mayHold = true
        continue
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status === 404) return {name: 'missing'}
      errors += 1
      if (!mayPass(error) || errors > maxStatusErrors) return {name: 'unknown'}
      askedToWaitMs = error.retryAfterMs ?? 0
    }
    const delayMs = backOffMs(attempt, statusBackOff, surroundings.random())
    await pause(Math.max(delayMs, askedToWaitMs), signal, surroundings)
  }
  return {name: 'unknown'}
}

/** Reads until it succeeds, with the same waits. Throws the last {@link ApiError} where it does not help to go on. */
export async function readAtLast(
  read: () => Promise<unknown>,
  {surroundings, signal}: RecoveryNeeds,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      await read()
      return
    } catch (error) {
      if (!(error instanceof ApiError) || !mayPass(error) || attempt > maxStatusErrors) throw error
      const delayMs = backOffMs(attempt, statusBackOff, surroundings.random())
      await pause(Math.max(delayMs, error.retryAfterMs ?? 0), signal, surroundings)
      if (signal.aborted) throw error
    }
  }
}

type Status = {readonly is_error: boolean; readonly error_detail: string | null}

const complaintOf = ({is_error, error_detail}: Status) =>
  is_error ? (error_detail ?? 'The answer failed.') : null
