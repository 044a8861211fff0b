import fc from 'fast-check'
import {expect, test} from 'vitest'
import {heardKeepAlive, keepAliveMs, linkEnded, unknownPace} from './keep-alive-pace.ts'

const heard = (times: readonly number[]) => times.reduce(heardKeepAlive, unknownPace)

test('[CO12] half a minute is assumed until three gaps are known', () => {
  expect(keepAliveMs(heard([0, 1_000, 2_000]))).toBe(30_000)
  expect(keepAliveMs(heard([0, 1_000, 2_000, 3_000]))).toBe(1_000)
})

test('[CO12] one that was late does not make the next gap look short', () => {
  expect(keepAliveMs(heard([0, 2_000, 3_900, 4_000, 6_000]))).toBe(2_000)
})

test('[CO12] the time between two links is no gap', () => {
  const before = heard([0, 1_000, 2_000, 3_000])
  expect(keepAliveMs(heardKeepAlive(linkEnded(before), 90_000))).toBe(1_000)
})

test('[CO12] the pace is never more than the default, nor less than a second', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(1e6)), (times) => {
      const pace = keepAliveMs(heard(times.toSorted((a, b) => a - b)))
      expect(pace).toBeGreaterThanOrEqual(1_000)
      expect(pace).toBeLessThanOrEqual(30_000)
    }),
  )
})
