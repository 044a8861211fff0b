/**
 * The socket's address, asked for once and kept for 25 minutes; a failed asking is forgotten at once.
 * Observed: a reconnect within that time uses the same address again. Rule CE2.
 */
import {socketUrlLifeMs} from './defaults.ts'

export function keepSocketUrl(ask: () => Promise<string>, now: () => number): () => Promise<string> {
  let kept: {url: Promise<string>; since: number} | null = null

  return () => {
    if (kept && now() - kept.since < socketUrlLifeMs) return kept.url
    const asked = {url: ask(), since: now()}
    kept = asked
    asked.url.catch(() => {
      if (kept === asked) kept = null
    })
    return asked.url
  }
}
