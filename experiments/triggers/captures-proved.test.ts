import {expect, test} from 'vitest'
import {historyOf, opens, says, wakes, type Told} from '../history/history-builder.ts'
import {capturesProved} from './captures-proved.ts'
import {booked, captured, push, pushed, turnComplete} from './test-captures.ts'

const bytes = turnComplete.length
const handed = (at: number) =>
  booked(at, {
    kind: 'delivered',
    tab: 'B',
    topic: 't',
    messageIds: [],
    carries: 'completion',
    catchup: false,
    bytes,
  })
const had = (at: number) =>
  says(at, 'B', {kind: 'received', via: 'celsius', topic: null, messageIds: [], bytes})
const judged = (...told: readonly Told[]) => {
  const verdict = capturesProved(historyOf([opens(1, 'B'), ...told]))
  return verdict.verdict === 'invalid' ? verdict.because.map(({note}) => note) : verdict.verdict
}

test('[TG28] a frame between its hand-over and the page is believed, and so is a history without any', () => {
  expect(judged(handed(100), captured(101, turnComplete), had(101.03))).toBe('valid')
  expect(judged()).toBe('valid')
  expect(
    judged(captured(50, '[]'), captured(60, '[{"id":1,"type":"reply","reply":{"type":"presence"}}]')),
  ).toBe('valid')
})

test('[TG28] one that nobody sent, that was early, or that the page had before is not', () => {
  expect(judged(captured(101, turnComplete))).toEqual(['a frame that nobody handed to its socket'])
  expect(judged(captured(101, turnComplete), handed(105))).toEqual(['a frame before it was handed over'])
  expect(judged(handed(90), had(95), captured(101, turnComplete))).toEqual(['a frame after the page had it'])
  expect(judged(handed(100), captured(101, turnComplete), captured(102, turnComplete))).toEqual([
    'a frame that nobody handed to its socket',
  ])
})

test('[TG28] [TG20] a time that is not known well enough proves nothing', () => {
  expect(judged(handed(100), captured(101, turnComplete, {clockErrorMs: 1_000}))).toEqual([
    'its time is known to 1000 ms only',
  ])
})

test('[TG28] [TG21] a push that a worker heard was told of by its browser', () => {
  const told = pushed(100, push('p1', 'OpenChat', 'completion', 'm1'))
  expect(judged(told, wakes(100, 'laptop', 'p1'))).toBe('valid')
  expect(judged(told, wakes(100, 'laptop', 'p1'), wakes(200, 'laptop', 'p2'))).toEqual([
    'a push that the browser did not tell of',
  ])
  // Where nothing is captured nobody claims to have all of it.
  expect(judged(wakes(200, 'laptop', 'p2'))).toBe('valid')
})
