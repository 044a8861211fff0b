/**
 * The way back to an answer whose stream is lost: it cannot be rejoined, so the tab asks for its status until it is not
 * pending any more, and then reads the conversation where it cannot be behind. Observed. Rules CL19, CL40–CL41, CC6.
 */
import type {Surroundings} from '../chat-session.ts'
import {ApiError} from '../http-caller.ts'
import {pause} from '../pause.ts'
import type {ClaudeApi} from './api.ts'
import {backOffMs} from './back-off.ts'
import {maxStatusErrors, statusBackOff} from './defaults.ts'

export type Recovery =
  /** The answer is not pending; `complaint` says what the server says went wrong with it. */
  | {readonly name: 'ended'; readonly complaint: string | null}
  /** The server does not know the conversation. */
  | {readonly name: 'missing'}
  /** Nobody could tell, or nobody wants to know any more. */
  | {readonly name: 'unknown'}

export type RecoveryNeeds = {
  readonly api: Pick<ClaudeApi, 'status'>
  readonly surroundings: Pick<Surroundings, 'setTimer' | 'random'>
  readonly signal: AbortSignal
}

/** `isInDoubt`: the server may not even have the turn, so the first question is not held (observed after a 502). */
export async function awaitAnswer(
  conversationId: string,
  isInDoubt: boolean,
  {api, surroundings, signal}: RecoveryNeeds,
): Promise<Recovery> {
  let errors = 0
  let mayHold = !isInDoubt
  for (let attempt = 1; !signal.aborted; attempt += 1) {
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
      if (error.status !== 0 && error.status < 500) return {name: 'unknown'}
      errors += 1
      if (errors > maxStatusErrors) return {name: 'unknown'}
    }
    await pause(backOffMs(attempt, statusBackOff, surroundings.random()), signal, surroundings)
  }
  return {name: 'unknown'}
}

type Status = {readonly is_error: boolean; readonly error_detail: string | null}

const complaintOf = ({is_error, error_detail}: Status) =>
  is_error ? (error_detail ?? 'The answer failed.') : null
