import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {dueAtMs, dueTokens, planAnswer} from './answer-plan.ts'
import {defaultModelSettings} from './model-settings.ts'
import {promptText} from './words.ts'

test('the same seed and key give the same texts and times, another key others', () => {
  const plan = planAnswer(defaultModelSettings, 'a')
  expect(planAnswer(defaultModelSettings, 'a')).toEqual(plan)
  expect(planAnswer(defaultModelSettings, 'b')).not.toEqual(plan)
  expect(planAnswer({...defaultModelSettings, seed: 'other'}, 'a').tokens).not.toEqual(plan.tokens)
})

test('what is drawn lies in the ranges', () => {
  fc.assert(
    fc.property(fc.string(), (key) => {
      const {firstTokenDelayMs, tokensPerSecond, tokens} = planAnswer(defaultModelSettings, key)
      expect(firstTokenDelayMs).toBeGreaterThanOrEqual(300)
      expect(firstTokenDelayMs).toBeLessThanOrEqual(2_000)
      expect(tokensPerSecond).toBeGreaterThanOrEqual(30)
      expect(tokensPerSecond).toBeLessThanOrEqual(80)
      expect(tokens.length).toBeGreaterThanOrEqual(20)
      expect(tokens.length).toBeLessThanOrEqual(60)
    }),
    {numRuns: 40},
  )
})

test('speed divides every delay and instant removes it; the text stays', () => {
  const plan = planAnswer(defaultModelSettings, 'a')
  const fast = planAnswer({...defaultModelSettings, speed: 10}, 'a')
  const instant = planAnswer({...defaultModelSettings, instant: true}, 'a')
  expect(fast.firstTokenDelayMs).toBeCloseTo(plan.firstTokenDelayMs / 10)
  expect(dueAtMs(fast, 9)).toBeCloseTo(dueAtMs(plan, 9) / 10)
  expect(dueTokens(instant, 0)).toBe(instant.tokens.length)
  expect([fast.tokens, instant.tokens]).toEqual([plan.tokens, plan.tokens])
})

test('a token is due exactly from its time on', () => {
  const plan = planAnswer(defaultModelSettings, 'a')
  fc.assert(
    fc.property(fc.double({min: 0, max: 5_000, noNaN: true}), (elapsedMs) => {
      const counted = plan.tokens.filter((_, index) => dueAtMs(plan, index) <= elapsedMs).length
      expect(dueTokens(plan, elapsedMs)).toBe(counted)
    }),
  )
})

test('a prompt has as many words as asked for', () => {
  expect(promptText('key', 7).split(' ')).toHaveLength(7)
  expect(promptText('key', 7)).toBe(promptText('key', 7))
  expect(promptText('key', 0)).toBe('')
})
