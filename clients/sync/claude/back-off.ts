/** How long to wait before the nth next attempt, in milliseconds: growing, up to a limit, with jitter. Pure. */
type Growth = {
  readonly firstDelayMs: number
  readonly factor: number
  readonly maxDelayMs: number
}

export type BackOff = Growth & {
  /** Part of the delay that chance may add or take away. */
  readonly jitter: number
}

/** `attempt` counts from 1; `random` is in [0, 1). */
export function backOffMs(attempt: number, rule: BackOff, random: number): number {
  return grownMs(attempt, rule) * (1 + rule.jitter * (2 * random - 1))
}

/** Where we choose: anything up to the delay, so that tabs that failed together do not ask together. */
export const fullJitterMs = (attempt: number, rule: Growth, random: number): number =>
  random * grownMs(attempt, rule)

const grownMs = (attempt: number, {firstDelayMs, factor, maxDelayMs}: Growth) =>
  Math.min(firstDelayMs * factor ** (attempt - 1), maxDelayMs)
