/**
 * The last resort for an answer whose stream is out of reach: read the conversation, and as long as its leaf is being
 * written ask for the stream's status, at most every five seconds (observed). Rule ST2.
 */
import {ASYNC_STATUS, type ConversationRead} from '#protocol/conversation.ts'
import {ApiError, type Api} from './api.ts'
import type {Surroundings} from './chat-session.ts'
import {statusPoll} from './defaults.ts'
import {pause} from './pause.ts'

export type PollNeeds = {
  readonly api: Pick<Api, 'status'>
  readonly surroundings: Pick<Surroundings, 'setTimer'>
  readonly signal: AbortSignal
  /** Reads the conversation and takes it over. */
  readonly read: () => Promise<ConversationRead>
  /** Whether the tab still waits for an answer; another way may have brought it meanwhile. */
  readonly isWaiting: (read: ConversationRead) => boolean
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
      const conversation = await read()
      networkErrors = 0
      const isPending = conversation.async_status === ASYNC_STATUS.streaming
      if (!isWaiting(conversation) && !isPending) return
      const status = await api.status(conversation.conversation_id)
      if (status !== 'IS_STREAMING' && status !== 'IS_STOP_REQUESTED' && !isPending) {
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
