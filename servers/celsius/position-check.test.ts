import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {dueAt, handOver, newCourse, overdue, take, type Course} from './position-check.ts'

const BOUND_MS = 100
const offsetOf = (n: number): string => `1000-${n}`

test('[CE44] what was not taken in time is overdue: how much, and for how long', () => {
  const course = [1, 2, 3].reduce(
    (now, n) => handOver(now, {offset: offsetOf(n), at: n * 10}),
    newCourse(offsetOf(0)),
  )
  expect(dueAt(course, BOUND_MS)).toBe(110)
  expect(overdue(course, 109, BOUND_MS)).toBeNull()
  expect(overdue(course, 110, BOUND_MS)).toEqual({behind: 3, forMs: 100})
  expect(overdue(take(course, offsetOf(1)), 119, BOUND_MS)).toBeNull()
  expect(overdue(take(course, offsetOf(2)), 140, BOUND_MS)).toEqual({behind: 1, forMs: 110})
  expect(dueAt(take(course, offsetOf(3)), BOUND_MS)).toBeNull()
})

test('[CE43] a position before what was taken changes nothing, and no news of bytes comes after the tab’s word', () => {
  const taken = take(newCourse('0'), offsetOf(5))
  expect(take(taken, offsetOf(4))).toBe(taken)
  expect(take(taken, '0')).toBe(taken)
  expect(handOver(taken, {offset: offsetOf(5), at: 0})).toBe(taken)
})

test('[CE44] whatever is handed over and taken, the check knows exactly what is out and since when', () => {
  const act = fc.oneof(
    fc.record({do: fc.constant('hand' as const)}),
    fc.record({do: fc.constant('take' as const), upTo: fc.nat(20)}),
    fc.record({do: fc.constant('wait' as const), ms: fc.integer({min: 1, max: 60})}),
  )
  fc.assert(
    fc.property(fc.array(act, {maxLength: 40}), (acts) => {
      let course: Course = newCourse(offsetOf(0))
      let at = 0
      let taken = 0
      const handedAt: number[] = []
      for (const one of acts) {
        if (one.do === 'wait') at += one.ms
        if (one.do === 'hand') {
          handedAt.push(at)
          course = handOver(course, {offset: offsetOf(handedAt.length), at})
        }
        if (one.do === 'take') {
          // A tab can only take what it was handed.
          const upTo = Math.min(one.upTo, handedAt.length)
          taken = Math.max(taken, upTo)
          course = take(course, offsetOf(upTo))
        }
        const out = handedAt.slice(taken)
        const isLate = out[0] !== undefined && at - out[0] >= BOUND_MS
        expect(overdue(course, at, BOUND_MS)).toEqual(
          isLate ? {behind: out.length, forMs: at - out[0]!} : null,
        )
      }
    }),
  )
})
