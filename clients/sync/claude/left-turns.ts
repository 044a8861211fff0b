/**
 * Answers that this tab asked for and walked away from: the sidebar asks for each every second until it is not pending
 * any more. Observed pace; that only these are asked for is chosen here. Rule CC8.
 */
import type {Surroundings} from '../chat-session.ts'
import {ApiError} from '../http-caller.ts'
import {pause} from '../pause.ts'
import type {ClaudeApi} from './api.ts'
import type {NamedTurn} from './ask-completion.ts'
import {maxStatusErrors, sidebarIntervalMs} from './defaults.ts'
import {mayPass} from './may-pass.ts'

export type LeftTurns = {
  add(turn: NamedTurn): Promise<void>
  /** The person is back in the conversation, which looks after itself then. */
  forget(conversationId: string): void
}

export type LeftTurnNeeds = {
  readonly api: Pick<ClaudeApi, 'status'>
  readonly surroundings: Pick<Surroundings, 'setTimer'>
  readonly life: AbortSignal
  readonly onEnded: (turn: NamedTurn) => void
}

export function createLeftTurns({api, surroundings, life, onEnded}: LeftTurnNeeds): LeftTurns {
  const followed = new Map<string, AbortController>()

  async function watch(turn: NamedTurn, signal: AbortSignal): Promise<void> {
    let errors = 0
    while (!signal.aborted) {
      try {
        const {is_pending} = await api.status(turn.conversationId, false)
        errors = 0
        if (!is_pending) return signal.aborted ? undefined : onEnded(turn)
      } catch (error) {
        if (!(error instanceof ApiError)) throw error
        if (!mayPass(error) || (errors += 1) > maxStatusErrors) return
      }
      await pause(sidebarIntervalMs, signal, surroundings)
    }
  }

  return {
    async add(turn) {
      const {conversationId} = turn
      const stop = new AbortController()
      followed.get(conversationId)?.abort()
      followed.set(conversationId, stop)
      await watch(turn, AbortSignal.any([stop.signal, life]))
      if (followed.get(conversationId) === stop) followed.delete(conversationId)
    },
    forget(conversationId) {
      followed.get(conversationId)?.abort()
      followed.delete(conversationId)
    },
  }
}
