/** A clock for tests: time passes only when told, and timers run in order. */
type Timer = {readonly dueAt: number; readonly run: () => void}

export function createTestClock() {
  const timers = new Set<Timer>()
  let now = 1_000_000

  return {
    now: () => now,
    setTimer(run: () => void, delayMs: number): () => void {
      const timer = {dueAt: now + delayMs, run}
      timers.add(timer)
      return () => timers.delete(timer)
    },
    waits: () => [...timers].map(({dueAt}) => dueAt - now),
    advance(byMs: number): void {
      const end = now + byMs
      for (;;) {
        const [first] = [...timers].filter(({dueAt}) => dueAt <= end).toSorted((a, b) => a.dueAt - b.dueAt)
        if (!first) break
        timers.delete(first)
        now = Math.max(now, first.dueAt)
        first.run()
      }
      now = end
    },
  }
}

/** Passes time from timer to timer, and lets promises run before and after each. */
export async function pass(clock: ReturnType<typeof createTestClock>, byMs: number): Promise<void> {
  await rest()
  for (let left = byMs; left > 0;) {
    const step = Math.min(left, ...clock.waits())
    clock.advance(step)
    await rest()
    // A timer that is due at once, again and again, must not stop the time.
    left -= Math.max(step, 0.01)
  }
}

/** The bodies of responses take more than promises. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 2; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

/** Lets promises run until the state is there. */
export async function until(isThere: () => boolean, what = 'the awaited state'): Promise<void> {
  for (let turn = 0; turn < 1_000; turn += 1) {
    if (isThere()) return
    await new Promise((resolve) => setImmediate(resolve))
  }
  throw new Error(`${what} did not come`)
}
