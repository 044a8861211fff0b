import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {TEST_LIMITS} from '../guarantees/against-oracle.ts'
import {eventStream} from '../guarantees/event-stream.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import {guaranteesOf} from '../guarantees/guarantees-of.ts'
import {CALM} from '../guarantees/held-to.ts'
import {randomStory} from '../guarantees/random-story.ts'
import {recordedFiles} from '../guarantees/recorded.ts'
import {storyOf} from '../guarantees/story.ts'
import type {RecordedEvent} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {BROKEN_STORIES, FORK} from './broken-stories.ts'
import {counterExampleOf, minimise} from './minimise.ts'
import type {CounterExample} from './minimise.ts'
import {idsIn} from './slices.ts'
import {parentsIn, withoutMessages} from './without-messages.ts'

const stories = Object.entries(BROKEN_STORIES) as [GuaranteeName, string][]

/** Not as the search asks it: the violation itself, among all that are told. */
function stillBreaks(
  {whole, guarantee, violation}: CounterExample,
  events: readonly RecordedEvent[],
): boolean {
  const before = guaranteesOf(whole, TEST_LIMITS).broken
  const {of, broken} = guaranteesOf({...whole, events}, TEST_LIMITS)
  const verdict = of[guarantee]
  if (verdict.verdict !== 'invalid' || !broken.every((name) => before.includes(name))) return false
  return verdict.because.some((each) => JSON.stringify(each) === JSON.stringify(violation))
}

function expectSmallest(found: CounterExample): void {
  const {events} = found.smallest
  expect(stillBreaks(found, events)).toBe(true)
  for (const [index] of events.entries()) expect(stillBreaks(found, events.toSpliced(index, 1))).toBe(false)
  const parents = parentsIn(found.smallest)
  for (const id of idsIn(events)) {
    const without = events.flatMap((event) => withoutMessages(event, new Set([id]), parents) ?? [])
    expect(stillBreaks(found, without)).toBe(false)
  }
}

test.each(stories)(
  '[CX1] %s: what is left breaks it in the same place, and nothing of it can go',
  (name, text) => {
    const found = counterExampleOf(storyOf(text), name, TEST_LIMITS)
    expect(found).toMatchObject({guarantee: name, isMinimal: true})
    expectSmallest(found!)
    expect(found!.smallest.events.length).toBeLessThan(found!.whole.events.length)
  },
)

test('[CX1] of any history the weakest guarantee stays the weakest, and nothing of what is left can go', () => {
  let broken = 0
  fc.assert(
    fc.property(randomStory(), (text) => {
      const whole = storyOf(text)
      const found = counterExampleOf(whole, null, TEST_LIMITS)
      const {weakest} = guaranteesOf(whole, TEST_LIMITS)
      expect(found?.guarantee ?? null).toBe(weakest)
      if (found === null) return
      broken += 1
      expectSmallest(found)
      expect(guaranteesOf(found.smallest, TEST_LIMITS).weakest).toBe(weakest)
      expect(counterExampleOf(whole, null, TEST_LIMITS)).toEqual(found)
    }),
    {numRuns: 150},
  )
  expect(broken).toBeGreaterThan(30)
})

test('[CX2] every event that is left is a line of the whole, in its order, with its number', () => {
  const {whole, smallest} = counterExampleOf(storyOf(FORK), 'noSilentFork')!
  const lines = new Map(whole.events.map((event) => [event.line, event]))
  for (const event of smallest.events)
    expect(event).toMatchObject({kind: lines.get(event.line)?.kind, at: lines.get(event.line)?.at})
  const order = smallest.events.map(({line}) => whole.events.findIndex((event) => event.line === line))
  expect(order).toEqual(order.toSorted((a, b) => a - b))
})

test('[CX2] a silent fork is an act and two commits, whatever stood above', () => {
  const {events} = minimise(storyOf(FORK), 'noSilentFork')
  expect(events.map((event) => ('event' in event ? event.event.kind : event.kind))).toEqual([
    'committed',
    'acted',
    'committed',
  ])
})

test('[CX1] of what is not broken there is no counter-example', () => {
  expect(counterExampleOf(storyOf(CALM))).toBeNull()
  expect(() => minimise(storyOf(CALM), 'noSilentFork')).toThrow(TypeError)
})

test('[CX3] of ten thousand events a dozen are left, without judging too many', () => {
  const {header, footer, stream} = eventStream(10_000)
  const whole = {header, footer, events: [...stream]}
  const names: readonly GuaranteeName[] = [
    'monotonicWritesOfPerson',
    'monotonicReadsOfPerson',
    'noSilentFork',
  ]
  for (const name of names) {
    const found = counterExampleOf(whole, name)
    expect(found?.isMinimal).toBe(true)
    expect(found!.smallest.events.length).toBeLessThanOrEqual(12)
  }
})

test('[CX3] recorded cells in which a hidden tab came back stale are told by a dozen lines', () => {
  let told = 0
  for (const file of recordedFiles().slice(0, 40)) {
    const read = readHistory(file)
    const found = read.ok ? counterExampleOf(read.history) : null
    if (found === null) continue
    told += 1
    expect(found.isMinimal).toBe(true)
    expect(found.smallest.events.length).toBeLessThanOrEqual(12)
  }
  expect(told).toBeGreaterThan(2)
})
