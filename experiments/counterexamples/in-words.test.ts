import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {TEST_LIMITS} from '../guarantees/against-oracle.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import {SENT} from '../guarantees/held-to.ts'
import {randomStory} from '../guarantees/random-story.ts'
import {storyOf} from '../guarantees/story.ts'
import {
  appends,
  commits,
  historyOf,
  opens,
  says,
  windowCloses,
  windowOpens,
} from '../history/history-builder.ts'
import {BROKEN_STORIES, FORK} from './broken-stories.ts'
import {factsOf} from './facts.ts'
import {inWords} from './in-words.ts'
import {counterExampleOf} from './minimise.ts'

const told = (text: string, name: GuaranteeName) =>
  inWords(counterExampleOf(storyOf(text), name, TEST_LIMITS)!).join(' ')

/** No id and no gap in the words; every message that is named is one of the history. */
function expectSound(sentences: readonly string[], known: number): void {
  const text = sentences.join(' ')
  expect(text).not.toMatch(/undefined|null|NaN|Infinity|unknown moment|some time| {2}/)
  expect(text).not.toMatch(
    /\ba message\b|a tab was|another tab|what had been read|brought about|forked the conversation\b|\b(?:beside|shown) (?:it|that)\b/,
  )
  for (const sentence of sentences) expect(sentence).toMatch(/^[A-Z\dm].*[^.]\.$/)
  for (const [, number] of text.matchAll(/\bm(\d+)\b/g)) expect(Number(number)).toBeLessThanOrEqual(known)
}

test('[CX5] a silent fork is told by who sent what on which leaf, and what had been there for how long', () => {
  expect(told(FORK, 'noSilentFork')).toBe(
    'B sent m4 on leaf m2 at 2.100 s; A’s m3 had been committed 200 ms before. ' +
      'The server put m4 beside m3 at 2.300 s: the conversation forked, and B was not told in time. ' +
      'B never showed m3.',
  )
})

test('[CX5] a read that goes back is told with the state of the tab and what it showed at last', () => {
  expect(told(BROKEN_STORIES.monotonicReadsOfPerson, 'monotonicReadsOfPerson')).toBe(
    'A showed its m3 at 2.000 s. 100 ms later, at 2.100 s, its person came back to B, and m3 was not there: B ended at m2. ' +
      'B was hidden when m3 was committed. B showed m3 only at 9.000 s, 6.9 s later.',
  )
})

test('[CX5] a fault that stood meanwhile is named', () => {
  expect(told(BROKEN_STORIES.noLostUpdate, 'noLostUpdate')).toContain(
    'A fault stood for A: blackhole, from 2.100 s to 4.300 s.',
  )
})

test('[CX5] what the server put elsewhere is said', () => {
  const text = `${SENT}; B shows m1 a1 m2; B sends m3 on m2; commit m3 on a1`
  expect(told(text, 'monotonicWritesOfPerson')).toContain(
    'B sent m4 on leaf m3 at 2.200 s, and the server put it on m2',
  )
})

test.each(Object.entries(BROKEN_STORIES) as [GuaranteeName, string][])(
  '[CX5] %s has its own telling',
  (name, text) => {
    const found = counterExampleOf(storyOf(text), name, TEST_LIMITS)!
    expectSound(inWords(found), factsOf(found.whole).messages.size)
  },
)

test('[CX5] whatever is broken, it is told without a gap', () => {
  const names = Object.keys(BROKEN_STORIES) as GuaranteeName[]
  fc.assert(
    fc.property(randomStory(), fc.constantFrom(...names), (text, name) => {
      const found = counterExampleOf(storyOf(text), name, TEST_LIMITS)
      if (found !== null) expectSound(inWords(found), factsOf(found.whole).messages.size)
    }),
    {numRuns: 400},
  )
})

test('[CX4] moments count from the main window, and messages in the order of their commits', () => {
  const history = historyOf([
    opens(1_000, 'A'),
    appends(1_500, 'answer', 3),
    commits(2_000, 'question'),
    windowOpens(5_000),
    commits(6_000, 'answer', {parentId: 'question', role: 'assistant'}),
    says(6_500, 'A', {
      kind: 'shown',
      view: [
        {id: 'answer', chars: 10, status: 'complete'},
        {id: 'answer', chars: 10, status: 'complete'},
      ],
    }),
    windowCloses(9_000),
  ])
  const {messages} = factsOf(history)
  expect([messages.get('question')?.name, messages.get('answer')?.name]).toEqual(['m1', 'm2'])
  expect(inWords(counterExampleOf(history)!)).toEqual(['A showed m2 twice at 1.500 s.'])
})
