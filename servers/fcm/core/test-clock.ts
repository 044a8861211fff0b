/** A clock that stands until it is turned; what is due on the way happens at its time, in order. For tests. */
import type {SetTimer} from './set-timer.ts'

export type TestClock = {
  readonly nowMs: () => number
  readonly setTimer: SetTimer
  turn(byMs: number): void
  /** How many timers are set. */
  readonly waiting: () => number
}

export function createTestClock(startMs = 1_700_000_000_000): TestClock {
  let nowMs = startMs
  const timers = new Set<{readonly atMs: number; readonly callback: () => void}>()
  return {
    nowMs: () => nowMs,
    setTimer(delayMs, callback) {
      const timer = {atMs: nowMs + delayMs, callback}
      timers.add(timer)
      return () => timers.delete(timer)
    },
    turn(byMs) {
      const until = nowMs + byMs
      for (;;) {
        const [first] = [...timers].filter(({atMs}) => atMs <= until).toSorted((a, b) => a.atMs - b.atMs)
        if (first === undefined) break
        timers.delete(first)
        nowMs = Math.max(nowMs, first.atMs)
        first.callback()
      }
      nowMs = until
    },
    waiting: () => timers.size,
  }
}
