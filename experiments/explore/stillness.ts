/**
 * For how long nothing has changed, by a clock that stops while this process is not let run: a busy machine makes everything
 * late, and must not look as if nothing came any more. Rule RP13.
 */
import {monotonicNowMs} from '../browser/clock.ts'

/** Between two looks more than this was somebody else's time. */
const LOOK_COUNTS_MS = 10

export type Stillness = {
  /** To be called again and again. In milliseconds. */
  look(): number
}

export function createStillness(changedAt: () => number): Stillness {
  let lookedAt = monotonicNowMs()
  let stillMs = 0
  return {
    look() {
      const now = monotonicNowMs()
      stillMs = changedAt() > lookedAt ? 0 : stillMs + Math.min(now - lookedAt, LOOK_COUNTS_MS)
      lookedAt = now
      return stillMs
    },
  }
}
