/**
 * How long until the next poll. A steady pace is a number; `adaptive` is brisk while something is going on and grows
 * slack while nothing is, so that a tab that nobody writes to costs little. Pure. Invented. Rule PO4.
 */

/** In milliseconds; with jitter each slack wait is shortened to no less than `leastPart` of itself. */
export const adaptivePace = {briskMs: 1_000, slackestMs: 30_000, factor: 1.5, leastPart: 0.5}

/** What there was to see when a poll had ended. */
export type Seen = {
  /** An answer is being written, to this tab or to another. */
  readonly isBusy: boolean
  /** The conversation is not what it was at the poll before, whoever told the tab so. */
  readonly hasChanged: boolean
  /** The person has come to look at the tab since then. */
  readonly isShown: boolean
}

/** The wait without jitter. `before`: the one that has just passed; null at first. */
export function nextWaitMs(before: number | null, {isBusy, hasChanged, isShown}: Seen): number {
  const {briskMs, slackestMs, factor} = adaptivePace
  if (before === null || isBusy || hasChanged || isShown) return briskMs
  return Math.min(slackestMs, before * factor)
}

/** `random` is in [0, 1). A brisk wait is exact. */
export function jitteredMs(waitMs: number, random: number): number {
  const {briskMs, leastPart} = adaptivePace
  if (waitMs <= briskMs) return waitMs
  return Math.max(briskMs, waitMs * (leastPart + (1 - leastPart) * random))
}
