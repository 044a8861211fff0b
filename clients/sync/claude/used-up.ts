/**
 * What a page knows once a send was refused for the person's limit: until that clears it asks no server for an answer
 * (observed). Rule TG14.
 */
import {limitIn} from '#protocol/claude/message-limit.ts'
import type {Surroundings} from '../chat-session.ts'
import {ApiError} from '../http-caller.ts'
import {usedUpInWords} from '../limit-words.ts'

export type UsedUp = {
  /** The sentence for the person in the body of a refusal, null where it speaks of no limit. */
  complaint(body: unknown): string | null
  /** Throws {@link ApiError}, as the server would, as long as it is known that it would. */
  check(): void
}

export function createUsedUp({now}: Pick<Surroundings, 'now'>): UsedUp {
  let untilMs: number | null = null
  const words = () => usedUpInWords(untilMs)

  return {
    complaint(body) {
      const limit = limitIn(body)
      if (limit?.type !== 'exceeded_limit') return null
      untilMs = limit.resetsAt === null ? null : limit.resetsAt * 1_000
      return words()
    },
    check() {
      if (untilMs !== null && now() < untilMs) throw new ApiError(429, words())
    },
  }
}
