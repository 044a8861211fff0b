/**
 * What a tab was handed of one topic and has not taken yet, and when that is too long ago. Pure. Rules CE43–CE45.
 * `at` is milliseconds of one clock; offsets are the log's.
 */
import {compareOffsets} from '#protocol/offset.ts'

export type Handed = {readonly offset: string; readonly at: number}

export type Course = {
  /** The furthest position that the tab named. */
  readonly taken: string
  /** After it, oldest first. */
  readonly outstanding: readonly Handed[]
}

/** `behind`: messages that are out; `forMs`: how long the oldest of them is. */
export type Overdue = {readonly behind: number; readonly forMs: number}

export const newCourse = (taken: string): Course => ({taken, outstanding: []})

/** A message's bytes are out. What the tab has taken already (its word may overtake the news) changes nothing. */
export const handOver = (course: Course, handed: Handed): Course =>
  compareOffsets(handed.offset, course.taken) <= 0
    ? course
    : {...course, outstanding: [...course.outstanding, handed]}

/** Positions only go forward: an older one changes nothing. */
export const take = (course: Course, offset: string): Course =>
  compareOffsets(offset, course.taken) <= 0
    ? course
    : {
        taken: offset,
        outstanding: course.outstanding.filter((handed) => compareOffsets(handed.offset, offset) > 0),
      }

/** When the course is overdue if nothing more is taken; null while nothing is out. */
export function dueAt({outstanding}: Course, boundMs: number): number | null {
  const [oldest] = outstanding
  return oldest ? oldest.at + boundMs : null
}

export function overdue({outstanding}: Course, at: number, boundMs: number): Overdue | null {
  const [oldest] = outstanding
  if (!oldest || at - oldest.at < boundMs) return null
  return {behind: outstanding.length, forMs: at - oldest.at}
}
