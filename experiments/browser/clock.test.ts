import {expect, test} from 'vitest'
import {monotonicNowMs, tabClock} from './clock.ts'

test('[WI1] the error is bounded by the tightest brackets on either side', () => {
  const clock = tabClock(1_000, [
    {beforeMs: 1_010, pageMs: 10.4, afterMs: 1_012},
    {beforeMs: 1_020, pageMs: 20.1, afterMs: 1_020.5},
  ])
  expect(clock.errorMs).toBeCloseTo(0.4)
})

test('[WI1] a page whose clock is elsewhere is found: the error is at least the distance', () => {
  const clock = tabClock(1_000, [{beforeMs: 1_033, pageMs: 10, afterMs: 1_033.6}])
  expect(clock.errorMs).toBeCloseTo(23.6)
})

test('a clock without a bracket is a mistake of the caller', () => {
  expect(() => tabClock(0, [])).toThrow(TypeError)
})

test('the one clock never goes back', () => {
  const first = monotonicNowMs()
  expect(monotonicNowMs()).toBeGreaterThanOrEqual(first)
})
