import fc from 'fast-check'
import {expect, test} from 'vitest'
import {jitteredMs, nextWaitMs, type Seen} from './poll-pace.ts'

const quiet: Seen = {isBusy: false, hasChanged: false, isShown: false}

test('[PO4] the pace is brisk while something is going on, and slackens by half when nothing is', () => {
  expect(nextWaitMs(null, quiet)).toBe(1_000)
  expect(nextWaitMs(1_000, quiet)).toBe(1_500)
  expect(nextWaitMs(25_000, quiet)).toBe(30_000)
  expect(nextWaitMs(30_000, quiet)).toBe(30_000)
  for (const seen of [
    {...quiet, isBusy: true},
    {...quiet, hasChanged: true},
    {...quiet, isShown: true},
  ])
    expect(nextWaitMs(30_000, seen)).toBe(1_000)
})

test('[PO4] chance shortens a slack wait by no more than half, and a brisk one not at all', () => {
  fc.assert(
    fc.property(
      fc.double({min: 1_000, max: 30_000, noNaN: true}),
      fc.double({min: 0, max: 0.999, noNaN: true}),
      (waitMs, draw) => {
        const waited = jitteredMs(waitMs, draw)
        expect(waited).toBeLessThanOrEqual(waitMs)
        expect(waited).toBeGreaterThanOrEqual(Math.max(1_000, waitMs / 2))
      },
    ),
  )
  expect(jitteredMs(1_000, 0)).toBe(1_000)
})
