import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import {createPositions, type Positions} from './positions.ts'

const BOUND_MS = 100
const offsetOf = (n: number): string => `1000-${n}`

let found: unknown[]
let positions: Positions
beforeEach(() => {
  vi.useFakeTimers()
  found = []
  positions = createPositions({
    boundMs: BOUND_MS,
    now: () => performance.now(),
    onStale: (topic, {behind, forMs}, newest) => found.push({topic, behind, forMs, newest}),
  })
})
afterEach(() => {
  positions.close()
  vi.useRealTimers()
})

const hand = (topic: string, ...numbers: readonly number[]) => {
  for (const n of numbers) positions.handed(topic, offsetOf(n))
}

test('[CE44] a tab that takes everything in time is let be, for as long as it does', () => {
  positions.taken('t', '0', null)
  for (let n = 1; n < 50; n++) {
    hand('t', n)
    vi.advanceTimersByTime(BOUND_MS - 1)
    expect(positions.taken('t', offsetOf(n), offsetOf(n))).toBe(0)
  }
  vi.advanceTimersByTime(10 * BOUND_MS)
  expect([found, vi.getTimerCount()]).toEqual([[], 0])
})

test('[CE44] one that stops is found when its oldest message has been out for the bound, and only once', () => {
  positions.taken('t', '0', null)
  hand('t', 1)
  vi.advanceTimersByTime(60)
  hand('t', 2, 3)
  positions.taken('t', offsetOf(1), offsetOf(3))
  vi.advanceTimersByTime(99)
  expect(found).toEqual([])
  vi.advanceTimersByTime(1)
  expect(found).toEqual([{topic: 't', behind: 2, forMs: 100, newest: offsetOf(3)}])
  hand('t', 4)
  vi.advanceTimersByTime(10 * BOUND_MS)
  expect(found).toHaveLength(1)
})

test('[CE44] only what a topic’s first position does not reach counts, and from then on', () => {
  hand('t', 1, 2)
  vi.advanceTimersByTime(10 * BOUND_MS)
  expect(positions.taken('t', offsetOf(2), offsetOf(2))).toBe(0)
  expect(positions.taken('other', offsetOf(1), offsetOf(2))).toBe(1)
  vi.advanceTimersByTime(BOUND_MS)
  expect(found).toEqual([{topic: 'other', behind: 1, forMs: 100, newest: offsetOf(2)}])
})

test('[CE44] topics are held one by one, and a topic that is left no more', () => {
  for (const topic of ['a', 'b']) positions.taken(topic, '0', null)
  hand('a', 1)
  vi.advanceTimersByTime(50)
  hand('b', 1)
  positions.forget('a')
  vi.advanceTimersByTime(99)
  expect(found).toEqual([])
  vi.advanceTimersByTime(1)
  expect(found).toMatchObject([{topic: 'b', forMs: 100}])
})
