/** How long to wait before the nth next attempt, in milliseconds: doubling, up to a limit, with jitter. Pure. */
export type BackOff = {
  readonly firstDelayMs: number
  readonly factor: number
  readonly maxDelayMs: number
  /** Part of the delay that chance may add or take away. */
  readonly jitter: number
}

/** `attempt` counts from 1; `random` is in [0, 1). */
export function backOffMs(attempt: number, rule: BackOff, random: number): number {
  const delay = Math.min(rule.firstDelayMs * rule.factor ** (attempt - 1), rule.maxDelayMs)
  return delay * (1 + rule.jitter * (2 * random - 1))
}
