import {expect, test} from 'vitest'
import {DAMAGES} from './mutants.ts'
import {mutationScores, sumOf} from './mutation-score.ts'

/** A minute of one core's time; the machine may be busy. */
const TIMEOUT_MS = 900_000
/** What the definitions let pass on a chain of messages: its commits may trade times, its acts prove nothing by themselves. */
const CHANGES_NOTHING = ['two commits change times', 'an act was in another tab', 'an act is missing']

test(
  '[SG5] of thousands of damaged histories, of every platform and policy, 99 % that differ are found by the right rule',
  () => {
    const scores = mutationScores({cells: 60, mutantsEach: 20, keepEvery: 4, seed: 2})
    const {changed, right, asMeant} = sumOf(scores)
    expect(scores.cells).toBe(60)
    expect(scores.wrong).toEqual([])
    expect(changed).toBeGreaterThan(5_000)
    expect(right / changed).toBeGreaterThanOrEqual(0.99)
    expect(asMeant / changed).toBeGreaterThanOrEqual(0.99)
    const idle = Object.keys(DAMAGES).filter((name) => (scores.byDamage.get(name)?.changed ?? 0) === 0)
    expect(CHANGES_NOTHING).toEqual(expect.arrayContaining(idle))
  },
  TIMEOUT_MS,
)
