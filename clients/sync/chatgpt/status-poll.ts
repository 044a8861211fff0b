/**
 * The last resort for an answer whose stream is out of reach: read the conversation, and as long as its leaf is being
 * written ask for the stream's status, at most every five seconds (observed). It ends: with the server's word, or after
 * thirty rounds in a row in which nobody could be asked. Rules ST2, ST8, ST9.
 */
import {ApiError} from '../http-caller.ts'
import type {Api, ChatgptReading} from './api.ts'
import type {Surroundings} from '../chat-session.ts'
import {statusPoll} from './defaults.ts'
import {pause} from '../pause.ts'

export type PollNeeds = {
  readonly api: Pick<Api, 'status'>
  readonly surroundings: Pick<Surroundings, 'setTimer'>
  readonly signal: AbortSignal
  /** Reads the conversation and takes it over. */
  readonly read: () => Promise<ChatgptReading>
  /** Whether the tab still waits for an answer; another way may have brought it meanwhile. */
  readonly isWaiting: () => boolean
  /** Whether what the tab may have asked for has not turned up yet. It is given its time to. */
  readonly isExpecting: () => boolean
}

/** `unknown`: nobody could say how things stand; `why` is for the person. */
export type Settled = {readonly name: 'settled'} | {readonly name: 'unknown'; readonly why: string}

const SETTLED: Settled = {name: 'settled'}

export async function pollUntilSettled(needs: PollNeeds): Promise<Settled> {
  const {api, surroundings, signal, read, isWaiting, isExpecting} = needs
  let graceRounds = statusPoll.graceMs / statusPoll.intervalMs
  let errors = 0

  while (!signal.aborted) {
    let waitMs = statusPoll.intervalMs
    let isRead = false
    try {
      const {conversation, isStreaming} = await read()
      isRead = true
      if (isExpecting() && graceRounds > 0) {
        graceRounds -= 1
      } else {
        if (!isWaiting() && !isStreaming) return SETTLED
        const status = await api.status(conversation.id)
        if (status !== 'IS_STREAMING' && status !== 'IS_STOP_REQUESTED' && !isStreaming) {
          // It may have ended between the two questions.
          await read()
          return SETTLED
        }
      }
      errors = 0
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      errors += 1
      if (!isTransient(error, isRead) || errors > statusPoll.maxNetworkErrors)
        return {name: 'unknown', why: error.message}
      waitMs = Math.max(waitMs, error.retryAfterMs ?? 0)
    }
    await pause(waitMs, signal, surroundings)
  }
  return {name: 'unknown', why: 'The tab went elsewhere.'}
}

/** 404 to the question for the status, of a conversation that is there, means: not ready to say (one source). */
const isTransient = ({status}: ApiError, isRead: boolean): boolean =>
  status === 0 || status === 429 || status >= 500 || (status === 404 && isRead)
