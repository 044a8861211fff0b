import {afterEach, beforeEach, expect, test, vi} from 'vitest'
import type {AnswerPlan} from './answer-plan.ts'
import {playAnswer, type Batch} from './answer-player.ts'

const plan: AnswerPlan = {firstTokenDelayMs: 100, tokensPerSecond: 10, tokens: ['a', 'b', 'c', 'd']}
let batches: Batch[]
const play = (of: AnswerPlan) => playAnswer(of, (batch) => batches.push(batch))

beforeEach(() => {
  vi.useFakeTimers()
  batches = []
})
afterEach(() => vi.useRealTimers())

test('tokens come when they are due, the last one marked', () => {
  play(plan)
  vi.advanceTimersByTime(99)
  expect(batches).toEqual([])
  vi.advanceTimersByTime(1)
  expect(batches).toEqual([{text: 'a', isLast: false}])
  vi.advanceTimersByTime(10_000)
  expect(batches.map(({text}) => text).join('')).toBe('abcd')
  expect(batches.map(({isLast}) => isLast)).toEqual([false, false, false, true])
})

test('an instant answer is one batch, but not before the player was returned', () => {
  play({...plan, firstTokenDelayMs: 0, tokensPerSecond: Infinity})
  expect(batches).toEqual([])
  vi.runAllTimers()
  expect(batches).toEqual([{text: 'abcd', isLast: true}])
})

test('after stop nothing comes, not even when stopped from a batch', () => {
  const player = playAnswer(plan, (batch) => {
    batches.push(batch)
    player.stop()
  })
  vi.advanceTimersByTime(10_000)
  expect(batches).toEqual([{text: 'a', isLast: false}])
  expect(vi.getTimerCount()).toBe(0)
})
