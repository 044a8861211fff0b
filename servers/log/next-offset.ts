/** Which offset comes next: LO1 holds also when the wall clock stands still or goes back. Pure. */
import type {OffsetParts} from '#protocol/offset.ts'

export const BEFORE_ALL: OffsetParts = {ms: 0, seq: -1}

export function nextOffset(last: OffsetParts, nowMs: number): OffsetParts {
  const ms = Math.max(Math.floor(nowMs), last.ms)
  return ms === last.ms ? {ms, seq: last.seq + 1} : {ms, seq: 0}
}

export const isAfter = (a: OffsetParts, b: OffsetParts): boolean =>
  a.ms === b.ms ? a.seq > b.seq : a.ms > b.ms
