/** The limits by which a cell is believed or not. Invented; each is quoted in the report. */
export const LIMITS = {
  /** P1. The witness's interval is 50 ms, so an unthrottled tab ticks 20 times a second and a hidden one once. */
  visibleTicksPerSecond: 10,
  hiddenTicksPerSecond: 2,
  /** A shorter span is proved by `visibilityState` alone. */
  tickProofSpanMs: 2_000,
  /** The share of a report of ticks that has to lie in the span it is to prove. */
  tickOverlap: 0.9,
  /** A hidden tab ticks five times in it; one wake-up a minute is at most two ticks. */
  throttledSpanMs: 5_000,
  throttledTicksPerSpan: 2,
  /** Work that was under way when the tab was frozen may still be stamped. */
  freezeSettleMs: 100,
  /** P2. */
  clockErrorMs: 2,
  /** Two stamps of one moment, taken one after the other in a process, may be this far apart. */
  stampSlackMs: 1,
  /** P3. */
  eventLoopDelayP99Ms: 50,
  /** Cells beside each other are judged by what was shown, over seconds. */
  sharedEventLoopDelayP99Ms: 250,
  stealPercent: 10,
} as const
