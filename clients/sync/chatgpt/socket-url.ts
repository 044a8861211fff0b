/**
 * The socket's address, asked for once and kept for 25 minutes; a failed asking is forgotten at once.
 * Observed: a reconnect within that time uses the same address again. Invented: who wants to connect anew while the
 * asking hangs asks once more (only remedies give up an attempt before it has ended). Rules CE2, CO13.
 */
import {jitteredRetry, socketUrlLifeMs} from './defaults.ts'

export function keepSocketUrl(ask: () => Promise<string>, now: () => number): () => Promise<string> {
  let kept: {url: Promise<string>; since: number; isThere: boolean} | null = null

  return () => {
    if (kept) {
      const lifeMs = kept.isThere ? socketUrlLifeMs : jitteredRetry.freshAttemptMs
      if (now() - kept.since < lifeMs) return kept.url
    }
    const asked = {url: ask(), since: now(), isThere: false}
    kept = asked
    asked.url.then(
      () => (asked.isThere = true),
      () => {
        if (kept === asked) kept = null
      },
    )
    return asked.url
  }
}
