import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {compared} from './against-oracle.ts'
import {GUARANTEES} from './guarantee.ts'
import {randomStory} from './random-story.ts'
import {storyOf} from './story.ts'

const RUNS = 100_000
/** So that agreement is not that of two who never say anything. */
const LEAST_BROKEN = 100
/** Half a minute of one core's time; the machine may be busy. */
const TIMEOUT_MS = 600_000

test(
  `[SG1] on ${RUNS} random histories the checkers never disagree with the definitions, and all of them break`,
  () => {
    const broken = new Map<string, number>()
    let judged = 0
    fc.assert(
      fc.property(randomStory(), (text) => {
        const both = compared(storyOf(text))
        if (both === 'refused') return
        judged += 1
        for (const name of Object.keys(both.ought)) broken.set(name, (broken.get(name) ?? 0) + 1)
        expect(both.said).toEqual(both.ought)
      }),
      {numRuns: RUNS},
    )
    expect(judged).toBeGreaterThan(0.99 * RUNS)
    for (const name of Object.keys(GUARANTEES))
      expect([name, broken.get(name) ?? 0]).toEqual([
        name,
        expect.toSatisfy((n: number) => n >= LEAST_BROKEN && n < judged),
      ])
  },
  TIMEOUT_MS,
)
