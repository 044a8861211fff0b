/** What runs in a browser, for tests: pages and workers that sleep in the ways they do, and one queue for all that happens. */

/**
 * `frozen`: as Chromium 156 freezes a page: it is told, and goes on hearing what comes over a BroadcastChannel, but has no
 * timers, locks, ports or sockets. `unheard`: the same without being told. `hung`: nothing runs at all.
 */
export type Sleep = 'frozen' | 'unheard' | 'hung'

export type Thread = {
  readonly name: string
  sleep: Sleep | null
  isGone: boolean
  held: (() => void)[]
  onFreeze: () => void
  onWake: () => void
}

export function createTestThreads() {
  const queue: (() => void)[] = []

  const threadOf = (name: string): Thread => {
    return {name, sleep: null, isGone: false, held: [], onFreeze() {}, onWake() {}}
  }

  function within(thread: Thread, run: () => void): void {
    if (thread.isGone) return
    if (thread.sleep !== null) thread.held.push(run)
    else run()
  }
  const later = (thread: Thread, run: () => void) => void queue.push(() => within(thread, run))

  const isListening = ({sleep, isGone}: Thread) => !isGone && (sleep === 'frozen' || sleep === 'unheard')

  /** Until nothing moves any more by itself. */
  async function settle(): Promise<void> {
    for (let idle = 0; idle < 3;) {
      const run = queue.shift()
      run?.()
      if (run) idle = 0
      else {
        idle += 1
        await new Promise((resolve) => setImmediate(resolve))
      }
    }
  }

  return {
    threadOf,
    within,
    later,
    settle,
    /** Over a BroadcastChannel. */
    reach: (thread: Thread, run: () => void) =>
      void queue.push(() => (isListening(thread) ? run() : within(thread, run))),
  }
}
