import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {compared} from './against-oracle.ts'
import {randomStory} from './random-story.ts'
import {storyOf} from './story.ts'

const RUNS = 2_000

test(`[SG1] on ${RUNS} random histories the checkers say what the definitions say, written out naively`, () => {
  fc.assert(
    fc.property(randomStory(), (text) => {
      const both = compared(storyOf(text))
      if (both !== 'refused') expect(both.said).toEqual(both.ought)
    }),
    {numRuns: RUNS},
  )
})
