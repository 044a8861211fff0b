/**
 * Who may send no more for now: reached for a while, by whatever clock it is asked by, on every platform alike. Limits of the
 * real products count messages over hours; ours is reached when a runner says so. Rules TG13–TG14.
 */
export type Limits = {
  readonly reach: (userId: string) => void
  /** In whole seconds, at least one; null where the limit is not reached. */
  readonly clearsInS: (userId: string) => number | null
  readonly forget: (userId: string) => void
}

/** The only value that was seen of `clears_in` and the name of Claude.ai's window speak of hours. */
const REACHED_FOR_MS = 3_600_000

export function createLimits(nowMs: () => number): Limits {
  const untilMs = new Map<string, number>()
  return {
    reach: (userId) => void untilMs.set(userId, nowMs() + REACHED_FOR_MS),
    clearsInS(userId) {
      const leftMs = (untilMs.get(userId) ?? -Infinity) - nowMs()
      return leftMs > 0 ? Math.ceil(leftMs / 1_000) : null
    },
    forget: (userId) => void untilMs.delete(userId),
  }
}
