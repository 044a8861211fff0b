/** Ends one thing after another, spread evenly over a time, until that is called off. Owns the timers. Rule CE25. */

export type Drain = {
  /** Resolves when all have ended, or when it was called off. */
  readonly begin: (ends: readonly (() => void)[], overMs: number) => Promise<void>
  /** What has not ended yet stays. */
  readonly callOff: () => void
}

export function createDrain(): Drain {
  const waiting = new Map<NodeJS.Timeout, () => void>()

  function endLater(end: () => void, delayMs: number): Promise<void> {
    const {promise, resolve} = Promise.withResolvers<void>()
    const timer = setTimeout(() => {
      waiting.delete(timer)
      end()
      resolve()
    }, delayMs)
    waiting.set(timer, resolve)
    return promise
  }

  return {
    async begin(ends, overMs) {
      await Promise.all(ends.map((end, index) => endLater(end, (overMs * index) / ends.length)))
    },
    callOff() {
      for (const [timer, resolve] of waiting) {
        clearTimeout(timer)
        resolve()
      }
      waiting.clear()
    },
  }
}
