/** Every number of a Claude tab, with its unit. Observed in the imitated product's own code unless said otherwise. */

/** Between two questions for the status of an answer whose stream is lost: 2000·2^(n−1), at most 10 s, ±10 %. */
export const statusBackOff = {firstDelayMs: 2_000, factor: 2, maxDelayMs: 10_000, jitter: 0.1}

/** So many questions in a row that nobody answered end the waiting, or readings that failed. Invented. */
export const maxStatusErrors = 30

/** The sidebar asks for an answer that was left behind at this pace. */
export const sidebarIntervalMs = 1_000

/** While a task runs the conversation is read again at this pace. */
export const taskPollMs = 30_000

/** Longest silence between two reads of an answer's bytes. Invented: pings come, and nobody said how often. */
export const streamIdleMs = 60_000

/** Under `rebase` a turn ends once it is read where it was put, or after this. Invented. */
export const placeLimitMs = 10_000

/** Between two attempts to register for push. Invented. */
export const registrationBackOff = {firstDelayMs: 2_000, factor: 2, maxDelayMs: 60_000, jitter: 0.1}

/**
 * How long an answer to a call may take to begin, and how long it may be silent after that. Invented; longer than a status
 * is held.
 */
export const callLimits = {openMs: 60_000, idleMs: streamIdleMs}

/** What a person's second attempt to send a message repeats. Both are observed, their choice is not. */
export const RETRY_MODES = ['legacy', 'expanded'] as const
export type RetryMode = (typeof RETRY_MODES)[number]
export const retryMode: RetryMode = 'expanded'

/** Remedy `resume`: an answer about the log takes no longer than the first, and twice as long after each failure. Invented. */
export const questionLimit = {firstMs: 2_500, maxMs: 20_000}

/** Between two questions about the log that had no answer, with full jitter. Invented. */
export const questionBackOff = {firstDelayMs: 1_000, factor: 2, maxDelayMs: 15_000}

/** With `resume`, a refetch that is owed and failed is tried again, with full jitter. Invented. */
export const owedRead = {baseMs: 1_000, factor: 2, maxMs: 15_000, maxAttempts: 10}

/** Remedy `probe`: a tab that is visible checks its place at this pace. Invented. */
export const probeIntervalMs = 15_000

/** So much later than due a timer ran when the machine slept or the page was held. Invented. */
export const clockJumpMs = 5_000

export const conversationListLimit = 30
