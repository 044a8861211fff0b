/**
 * Refetching, one at a time: whoever asks while one is under way gets one more after it, however many ask. One that has
 * been under way for longer than the patience holds nobody up: the next begins beside it (two readings of one
 * conversation join without harm, whichever comes first).
 */
export type Refetcher = {
  request(): Promise<void>
  /** One is under way that nobody waits for any more. */
  isOverdue(): boolean
}

export type Patience = {readonly now: () => number; readonly patienceMs: number}

export function createRefetcher(refetch: () => Promise<void>, patience: Patience | null = null): Refetcher {
  let running: {readonly ended: Promise<void>; readonly sinceMs: number} | null = null
  let following: Promise<void> | null = null

  function run(): Promise<void> {
    const ended = refetch().finally(() => {
      if (running === mine) running = null
    })
    const mine = {ended, sinceMs: patience?.now() ?? 0}
    running = mine
    return ended
  }

  const isOverdue = () =>
    running !== null && patience !== null && patience.now() - running.sinceMs > patience.patienceMs

  function follow(ended: Promise<void>): Promise<void> {
    const mine: Promise<void> = ended
      .catch(() => {})
      .then(() => {
        // Somebody has begun anew meanwhile; what that brings is recent enough.
        if (following !== mine) return running?.ended
        following = null
        return run()
      })
    return mine
  }

  return {
    isOverdue,
    request() {
      if (!running || isOverdue()) {
        following = null
        return run()
      }
      following ??= follow(running.ended)
      return following
    },
  }
}
