/** The numbers of the shared socket: all chosen. Rules LW8–LW9. */
export const sharingTimes = {
  /** How often a hub says by itself that it is there. */
  beatMs: 1_000,
  /** Longer than a hidden tab's timers sleep, so that a leader behind another tab is not suspected all the time. */
  silentMs: 2_500,
  /** A hub that lives answers within milliseconds, in a throttled tab as well: messages are not throttled. */
  answerMs: 1_000,
  /** A worker that is only being opened has a script to load before it can answer. */
  startMs: 4_000,
  /** Drawn anew by each tab, so that not all of them take over at once. */
  spreadMs: 500,
  /** A timer that came so much too late says that this tab slept, and not that the other side did. */
  lateMs: 1_500,
}

/** The longest name the server takes for a tab. */
export const maxTabName = 32

/** What the tabs of a person meet at. */
export const workerOf = (userId: string, generation: number): string => `tabwitness-${userId}-${generation}`
/** Held by that worker for as long as it is there. */
export const lockOf = (userId: string, generation: number): string => `${workerOf(userId, generation)}-lives`
