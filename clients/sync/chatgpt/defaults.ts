/**
 * Every number of the sync side, with its unit. Observed in the imitated product's own code unless said otherwise.
 * Rules CO1–CO3 (reconnecting), CO7 (following a turn), CO10–CO18 (remedies), RS3–RS4 (resuming), ST2, ST8 (polling).
 */

/** delay = (baseMs + r·spreadMs) · factor^retries, where r is drawn once a page. */
export type RetryRule = {
  readonly baseMs: number
  readonly spreadMs: number
  readonly factor: number
  readonly maxRetries: number
}

export type RetryRules = {readonly foreground: RetryRule; readonly background: RetryRule}

export const retryRules: RetryRules = {
  foreground: {baseMs: 1_000, spreadMs: 4_000, factor: 1.5, maxRetries: 20},
  background: {baseMs: 2_000, spreadMs: 8_000, factor: 2, maxRetries: 5},
}

/** After an end of our own choosing, invented: draw · min(maxMs, baseMs · factor^retries), drawn anew each time. */
export const jitteredRetry = {
  baseMs: 1_000,
  factor: 2,
  maxMs: 30_000,
  /** A page that wakes lets an attempt go on that began no longer ago than this. */
  freshAttemptMs: 2_500,
}

/** The socket's address is asked for again after 25 minutes. */
export const socketUrlLifeMs = 1_500_000

/** How often the server says `[]`: one public source. What a page has seen for itself counts more (invented). */
export const keepAlive = {defaultMs: 30_000, leastMs: 1_000, gapsRemembered: 3}

/** Remedies that look at an open link. Invented. */
export const linkRules = {
  /** Without anything for so many keep-alive intervals a link is suspect (`probe`), or is given up (`watchdog`). */
  probeAfterIntervals: 1.5,
  watchdogAfterIntervals: 2,
  /** How long a suspect link may take to answer; each frame that comes meanwhile gives it as long again… */
  probeTimeoutMs: 2_500,
  /** …but not longer than this: a link that carries one way only is no link. */
  probeAtMostMs: 10_000,
  /** With `probe`, an attempt to connect that takes longer is given up. */
  openWithinMs: 10_000,
  /** So far apart wall clock and monotonic clock may go before the page takes it that the machine slept. */
  clockJumpMs: 5_000,
}

/** Following a handed-off turn on its topic: until the first item, and between two items (heartbeats count). */
export const followTimes = {firstItemMs: 5_000, idleMs: 30_000}

export const resumeRules = {
  maxAttempts: 12,
  firstDelayMs: 300,
  factor: 1.5,
  maxDelayMs: 5_000,
  /** Longest silence between two reads of an answer's bytes. */
  idleMs: 60_000,
  openMs: 60_000,
  /** The person is told when an answer has not begun to come after this. */
  warnAfterMs: 30_000,
  tokenLifeMs: 4 * 60 * 60 * 1_000,
  statuses: [408, 409, 425, 429, 502, 504] as readonly number[],
}

/** Any other call takes as long as an answer may at most. Observed of answers; chosen for the rest. */
export const callLimits = {openMs: resumeRules.openMs, idleMs: resumeRules.idleMs}

/** `graceMs`: how long a message that may have been sent is waited for to turn up in the conversation (one source). */
export const statusPoll = {intervalMs: 5_000, maxNetworkErrors: 30, graceMs: 60_000}

/** With `resume`, a refetch that is owed and failed is tried again, with full jitter. Invented. */
export const owedRefetch = {baseMs: 1_000, factor: 2, maxMs: 15_000, maxAttempts: 10}

/** A finalized sentinel token is used again for about nine minutes. */
export const sentinelLifeMs = 540_000

export const conversationListLimit = 28
