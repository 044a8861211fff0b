/**
 * A narrow link that lanes share: each reserves the time its next piece needs, behind what others reserved before, so
 * that none starves. What is reserved and not used is wasted. Rule FA8.
 */

export type Link = {
  readonly bytesPerSecond: number
  freeAtMs: number
}

/** A lane's turn: `bytes` may pass once `untilMs` has come. */
export type Slot = {readonly link: Link; readonly bytes: number; readonly untilMs: number}

/** Small enough that others get their turn, large enough for timers of a millisecond. */
const PIECE_MS = 20
/** A timer is a few milliseconds late: what follows within that time counts as following at once. */
const LATE_MS = 5

export const createLink = (bytesPerSecond: number): Link => ({bytesPerSecond, freeAtMs: 0})

/** Takes the link's next turn, for as much of `bytes` as one turn carries. */
export function reserve(link: Link, bytes: number, nowMs: number): Slot {
  const most = Math.max(1, Math.floor((link.bytesPerSecond * PIECE_MS) / 1_000))
  const size = Math.min(bytes, most)
  const busy = link.freeAtMs + LATE_MS >= nowMs
  link.freeAtMs = (busy ? link.freeAtMs : nowMs) + (size * 1_000) / link.bytesPerSecond
  return {link, bytes: size, untilMs: link.freeAtMs}
}
