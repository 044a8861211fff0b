/**
 * Holds one connection to the positions it sends: a course per topic, and one timer for the oldest message that is out.
 * Knows no socket. Rules CE43–CE46.
 */
import {compareOffsets} from '#protocol/offset.ts'
import {dueAt, handOver, newCourse, overdue, take, type Course, type Overdue} from './position-check.ts'

export type Positions = {
  /** Whether the connection is held to the topic. */
  readonly isHeld: (topic: string) => boolean
  readonly handed: (topic: string, offset: string) => void
  /** The tab's word. `lastSent`: what was sent of the topic last; null when nothing was. How many messages are out. */
  readonly taken: (topic: string, offset: string, lastSent: string | null) => number
  readonly hasTaken: (topic: string, offset: string) => boolean
  readonly forget: (topic: string) => void
  readonly close: () => void
}

export type PositionsOptions = {
  readonly boundMs: number
  readonly now: () => number
  /** `newest`: the last of the messages that are out. Called once; nothing is held afterwards. */
  readonly onStale: (topic: string, found: Overdue, newest: string) => void
}

export function createPositions({boundMs, now, onStale}: PositionsOptions): Positions {
  const courses = new Map<string, Course>()
  let timer: NodeJS.Timeout | undefined

  /** Only ever looks at what is out when the time comes: a position costs no timer. */
  function wait(): void {
    if (timer !== undefined) return
    const due = [...courses.values()].flatMap((course) => dueAt(course, boundMs) ?? [])
    if (due.length > 0) timer = setTimeout(look, Math.max(0, Math.min(...due) - now()))
  }

  function look(): void {
    timer = undefined
    const at = now()
    for (const [topic, course] of courses) {
      const found = overdue(course, at, boundMs)
      if (!found) continue
      courses.clear()
      return onStale(topic, found, course.outstanding.at(-1)!.offset)
    }
    wait()
  }

  return {
    isHeld: (topic) => courses.has(topic),
    handed(topic, offset) {
      const course = courses.get(topic)
      if (!course) return
      courses.set(topic, handOver(course, {offset, at: now()}))
      wait()
    },
    taken(topic, offset, lastSent) {
      const known = courses.get(topic)
      // What went out before the first position is known by its end only; its time begins now.
      const begun = known ? take(known, offset) : newCourse(offset)
      const course = known || lastSent === null ? begun : handOver(begun, {offset: lastSent, at: now()})
      courses.set(topic, course)
      wait()
      return course.outstanding.length
    },
    hasTaken(topic, offset) {
      const course = courses.get(topic)
      return course !== undefined && compareOffsets(course.taken, offset) >= 0
    },
    forget: (topic) => void courses.delete(topic),
    close() {
      clearTimeout(timer)
      courses.clear()
    },
  }
}
