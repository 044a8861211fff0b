/**
 * Holds frames back by a known time and lets them out in order: the delay that calibration puts into the channel.
 * A timer alone is a millisecond coarse, so the last three are waited for turn by turn. Harness only. Rule CE40.
 */

const COARSE_MS = 3

export type DelayLine = {
  /** Runs `release` after `delayMs`, never before what was put in earlier; at once when nothing holds it back. */
  readonly put: (delayMs: number, release: () => void) => void
  readonly clear: () => void
}

type Held = {readonly dueAt: number; readonly release: () => void}

export function createDelayLine(now: () => number): DelayLine {
  let held: Held[] = []
  let timer: NodeJS.Timeout | undefined
  let immediate: NodeJS.Immediate | undefined

  function wait(): void {
    const [first] = held
    if (!first) return
    const leftMs = first.dueAt - now()
    if (leftMs > COARSE_MS) timer = setTimeout(wait, Math.floor(leftMs - COARSE_MS))
    else if (leftMs > 0) immediate = setImmediate(wait)
    else {
      held.shift()
      first.release()
      wait()
    }
  }

  return {
    put(delayMs, release) {
      const last = held.at(-1)
      if (!last && delayMs <= 0) return release()
      held.push({dueAt: Math.max(now() + delayMs, last?.dueAt ?? 0), release})
      if (!last) wait()
    },
    clear() {
      held = []
      clearTimeout(timer)
      clearImmediate(immediate)
    },
  }
}
