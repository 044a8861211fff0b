/**
 * Resume tokens by conversation, kept for four hours where all tabs of the browser can read them (observed).
 * Another device has none. Rule RS4.
 */
import type {Surroundings} from '../chat-session.ts'
import {resumeRules} from './defaults.ts'

export type ResumeTokens = {
  get(conversationId: string): string | null
  set(conversationId: string, token: string): void
  remove(conversationId: string): void
}

const keyOf = (conversationId: string) => `tabwitness-resume-${conversationId}`

export function createResumeTokens({storage, now}: Pick<Surroundings, 'storage' | 'now'>): ResumeTokens {
  return {
    get(conversationId) {
      // Kept as "savedAtMs:token". Anybody may write to a browser's storage: what does not read so is no token.
      const [, savedAt, token] = /^(\d+):(.+)$/.exec(storage.get(keyOf(conversationId)) ?? '') ?? []
      if (savedAt === undefined || token === undefined) return null
      return now() - Number(savedAt) < resumeRules.tokenLifeMs ? token : null
    },
    set: (conversationId, token) => storage.set(keyOf(conversationId), `${Math.floor(now())}:${token}`),
    remove: (conversationId) => storage.remove(keyOf(conversationId)),
  }
}
