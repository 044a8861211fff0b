import {expect, test} from 'vitest'
import {mutationScores, sumOf} from './mutation-score.ts'

test('[SG5] of recorded histories with one event damaged the right guarantees are said to be broken', () => {
  const scores = mutationScores({cells: 6, mutantsEach: 4, keepEvery: 8, seed: 1})
  const {changed, right, asMeant} = sumOf(scores)
  expect(scores.cells).toBe(6)
  expect(scores.wrong).toEqual([])
  expect(changed).toBeGreaterThan(100)
  expect(right).toBe(changed)
  expect(asMeant / changed).toBeGreaterThanOrEqual(0.99)
})
