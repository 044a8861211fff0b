/**
 * Resume tokens by conversation, kept for four hours where all tabs of the browser can read them (observed).
 * Another device has none. Rule RS4.
 */
import type {Surroundings} from '../chat-session.ts'
import {resumeRules} from './defaults.ts'

export type ResumeTokens = {
  get(conversationId: string): string | null
  set(conversationId: string, token: string): void
  /** Only this token: another tab may have begun another turn meanwhile, and needs its own. */
  remove(conversationId: string, token: string): void
}

const keyOf = (conversationId: string) => `tabwitness-resume-${conversationId}`

export function createResumeTokens({storage, now}: Pick<Surroundings, 'storage' | 'now'>): ResumeTokens {
  // Kept as "savedAtMs:token". Anybody may write to a browser's storage: what does not read so is no token.
  function kept(conversationId: string): {readonly savedAtMs: number; readonly token: string} | null {
    const [, savedAt, token] = /^(\d+):(.+)$/.exec(storage.get(keyOf(conversationId)) ?? '') ?? []
    return savedAt === undefined || token === undefined ? null : {savedAtMs: Number(savedAt), token}
  }

  return {
    get(conversationId) {
      const found = kept(conversationId)
      return found && now() - found.savedAtMs < resumeRules.tokenLifeMs ? found.token : null
    },
    set: (conversationId, token) => storage.set(keyOf(conversationId), `${Math.floor(now())}:${token}`),
    remove(conversationId, token) {
      if (kept(conversationId)?.token === token) storage.remove(keyOf(conversationId))
    },
  }
}
