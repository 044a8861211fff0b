/** How one tab came through a cell that has the step `recover`: what it missed, how long it took, what it cost. Rules K11–K17. */
import type {TabState} from '../history/history-event.ts'

/** Milliseconds. Censored: at least so long, because the deadline came first. */
export type Took = {readonly valueMs: number; readonly censored: boolean}

/**
 * Since when a tab could recover: the last fault that struck it healed, or it came back, whichever was later. `loss`:
 * nothing was done to the tab itself, but another tab, or a worker, that had served it went away.
 */
export const RECOVERS_FROM = ['heal', 'return', 'reopen', 'refresh', 'opened', 'loss'] as const
export type RecoversFrom = (typeof RECOVERS_FROM)[number]

/** A frozen tab whose socket took messages that it could not apply: who found it, before it came back? */
export type StaleFinding = {
  /** From the first such message being handed to the socket; null where nobody did. */
  readonly byPositionMs: number | null
  readonly byPingMs: number | null
  /** Pings that the frozen tab's browser answered meanwhile. */
  readonly pongs: number
  /** Until the tab came back, or was found. */
  readonly watchedMs: number
}

export type TabRecovery = {
  readonly tab: string
  /** What the tab was held in when the faults began, or was put into afterwards. */
  readonly state: TabState
  readonly from: RecoversFrom
  /** Messages committed since the cell began to count, the tab's own included, until the deadline. */
  readonly expected: number
  readonly lost: number
  readonly doubled: number
  readonly reordered: number
  /** From the first bite on the tab's link until the page left `open`; null where it never did, or has no link. */
  readonly detect: Took | null
  /** From the heal (the bite, of faults that strike once) until the page was `open` again; null where it never left. */
  readonly reconnect: Took | null
  /**
   * Until every message that was committed before the tab could recover was there, whole. After a loss: the longest that
   * any message was missing.
   */
  readonly fresh: Took
  /** How often the page tried to connect between leaving `open` and being there again. */
  readonly attempts: number
  /** Connections that the page closed by itself while nothing was wrong with its link. */
  readonly falseAlarms: number
  /** Questions for the status of an answer. */
  readonly polls: number
  /** Readings of a conversation. */
  readonly reads: number
  /** Rejoined answers, and questions for what the channel had carried. */
  readonly resumes: number
  /** Of the bodies of readings and rejoined answers: what the tab had been given before. */
  readonly bytesAgain: number
  /** POSTs beyond one for each message that the person sent. */
  readonly sentTwice: number
  /** Null where nothing was typed and left. */
  readonly draft: 'kept' | 'lost' | null
  /** Whether the tab's last reading has exactly the server's texts; null where it was not read. */
  readonly exact: boolean | null
  /** Views in which something that was cut off, or that the server never had, stood there as complete. */
  readonly saidComplete: number
  /** Null where the tab was not frozen, or nothing was handed to it then. */
  readonly stale: StaleFinding | null
  /** Which lines of the history show it. */
  readonly evidence: Readonly<Partial<Record<RecoveryClaim, readonly number[]>>>
}

export type RecoveryClaim =
  | 'lost'
  | 'doubled'
  | 'reordered'
  | 'falseAlarms'
  | 'sentTwice'
  | 'draft'
  | 'exact'
  | 'saidComplete'
  | 'stale'
