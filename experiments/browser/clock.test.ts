import {expect, test} from 'vitest'
import {bracketedClock, monotonicNowMs, tabClock} from './clock.ts'

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

test('[WI1] without NavigationStart the zero is the middle of where it can lie', () => {
  const clock = bracketedClock([
    {beforeMs: 1_010, pageMs: 10.4, afterMs: 1_012},
    {beforeMs: 1_020, pageMs: 20.1, afterMs: 1_020.5},
  ])
  expect(clock.navigationStartMs).toBeCloseTo(1_000.15)
  expect(clock.errorMs).toBeCloseTo(0.25)
})

test('a clock without a bracket is a mistake of the caller', () => {
  expect(() => tabClock(0, [])).toThrow(TypeError)
  expect(() => bracketedClock([])).toThrow(TypeError)
})

test('the one clock never goes back', () => {
  const first = monotonicNowMs()
  expect(monotonicNowMs()).toBeGreaterThanOrEqual(first)
})
