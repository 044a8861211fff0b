import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {TEST_LIMITS} from '../guarantees/against-oracle.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import {randomStory} from '../guarantees/random-story.ts'
import {storyOf} from '../guarantees/story.ts'
import {BROKEN_STORIES} from './broken-stories.ts'
import {matterOf} from './matter.ts'
import {counterExampleOf} from './minimise.ts'

/** Measures, whose violations name no message. */
const NAMELESS: ReadonlySet<GuaranteeName> = new Set(['boundedStaleness', 'timelyVisibility'])

const names = (Object.keys(BROKEN_STORIES) as GuaranteeName[]).filter((name) => !NAMELESS.has(name))

test('[CX5] what is told is about the messages that the violation itself names', () => {
  let told = 0
  fc.assert(
    fc.property(randomStory(), fc.constantFrom(...names), (text, name) => {
      const found = counterExampleOf(storyOf(text), name, TEST_LIMITS)
      if (found === null) return
      told += 1
      const {missed, wrong} = matterOf(found)
      const named = new Set(found.violation.note.match(/[a-z]\d+/g))
      const meant = [missed, wrong].flatMap((message) => message?.id ?? [])
      expect({note: found.violation.note, meant}).toEqual({
        note: found.violation.note,
        meant: meant.filter((id) => named.has(id)),
      })
      expect(meant.length).toBeGreaterThan(0)
    }),
    {numRuns: 400},
  )
  expect(told).toBeGreaterThan(30)
})
