/**
 * The last resort for an answer whose stream is out of reach: read the conversation, and as long as its leaf is being
 * written ask for the stream's status, at most every five seconds (observed). Rule ST2.
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
}

export async function pollUntilSettled({
  api,
  surroundings,
  signal,
  read,
  isWaiting,
}: PollNeeds): Promise<void> {
  for (let networkErrors = 0; networkErrors <= statusPoll.maxNetworkErrors && !signal.aborted;) {
    try {
      const {conversation, isStreaming} = await read()
      networkErrors = 0
      if (!isWaiting() && !isStreaming) return
      const status = await api.status(conversation.id)
      if (status !== 'IS_STREAMING' && status !== 'IS_STOP_REQUESTED' && !isStreaming) {
        // It may have ended between the two questions.
        await read()
        return
      }
    } catch (error) {
      if (!(error instanceof ApiError)) throw error
      if (error.status !== 0 && error.status < 500) return
      networkErrors += 1
    }
    await pause(statusPoll.intervalMs, signal, surroundings)
  }
}
