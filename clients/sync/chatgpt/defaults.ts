/**
 * Every number of the sync side, with its unit. Observed in the imitated product's own code unless said otherwise.
 * Rules CO1–CO3 (reconnecting), CO7 (following a turn), RS3–RS4 (resuming).
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

/** The socket's address is asked for again after 25 minutes. */
export const socketUrlLifeMs = 1_500_000

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
  tokenLifeMs: 4 * 60 * 60 * 1_000,
  statuses: [408, 409, 425, 429, 502, 504] as readonly number[],
}

export const statusPoll = {intervalMs: 5_000, maxNetworkErrors: 30}

/** A finalized sentinel token is used again for about nine minutes. */
export const sentinelLifeMs = 540_000

export const conversationListLimit = 28
