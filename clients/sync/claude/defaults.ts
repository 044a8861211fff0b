/** Every number of a Claude tab, with its unit. Observed in the imitated product's own code unless said otherwise. */

/** Between two questions for the status of an answer whose stream is lost: 2000·2^(n−1), at most 10 s, ±10 %. */
export const statusBackOff = {firstDelayMs: 2_000, factor: 2, maxDelayMs: 10_000, jitter: 0.1}

/** So many questions in a row that nobody answered end the waiting. Invented. */
export const maxStatusErrors = 30

/** The sidebar asks for an answer that was left behind at this pace. */
export const sidebarIntervalMs = 1_000

/** Longest silence between two reads of an answer's bytes. Invented: pings come, and nobody said how often. */
export const streamIdleMs = 60_000

/** Between two attempts to register for push. Invented. */
export const registrationBackOff = {firstDelayMs: 2_000, factor: 2, maxDelayMs: 60_000, jitter: 0.1}

export const conversationListLimit = 30
