/**
 * StreamLog: an append-only log per topic that tabs read from a position. The celsius channel replays from it.
 * Does not know what the values mean, nor who reads them. Every store passes stream-log.contract.ts. Rules LO1–LO8.
 */

/** `offset` is `"{unix_ms}-{seq}"`, ordered by (ms, seq); `epoch` names one life of the log. */
export type LogPosition = {readonly epoch: string; readonly offset: string}

export type LogEntry = {readonly offset: string; readonly value: string}

/** What a reader gets. `recovered` is false when entries after `since` may be missing (trimmed, or another epoch). */
export type LogRead = {
  readonly recovered: boolean
  readonly entries: readonly LogEntry[]
  readonly head: LogPosition
}

/** Bounds per topic: whichever is reached first trims the oldest entries. */
export type LogRetention = {readonly maxEntries: number; readonly maxAgeMs: number}

export interface StreamLog {
  /** Resolves once the entry is as durable as the store is. Offsets of a topic strictly increase. */
  append(topic: string, value: string): Promise<LogPosition>
  /**
   * Entries after `since`, oldest first. Offset `"0"` means from the beginning; an absent epoch means "the present one".
   * Another epoch, or an offset older than what was trimmed, gives `recovered: false` and no entries.
   */
  read(topic: string, since: {readonly epoch?: string | undefined; readonly offset: string}): Promise<LogRead>
  /** The newest position of the topic (`offset` `"0"` when nothing was ever appended). */
  head(topic: string): Promise<LogPosition>
  /** Calls `listener` for every entry appended from now on, in order, once each. Returns the unsubscribe function. */
  subscribe(topic: string, listener: (entry: LogEntry) => void): Promise<() => void>
  close(): Promise<void>
}
