import {expect, test} from 'vitest'
import {createHurry} from './hurry.ts'
import {createTestClock} from './test-clock.ts'

test('[CO20] what is waited for comes once: in its time, or when it is hurried, or not at all', () => {
  const clock = createTestClock()
  const hurry = createHurry(clock)
  const due: string[] = []
  hurry.setTimer(() => due.push('early'), 10)
  const cancel = hurry.setTimer(() => due.push('never'), 50)
  hurry.setTimer(() => {
    due.push('late')
    hurry.setTimer(() => due.push('after'), 50)
  }, 100)
  clock.advance(10)
  cancel()
  hurry.now()
  expect(due).toEqual(['early', 'late'])
  clock.advance(50)
  hurry.now()
  expect(due).toEqual(['early', 'late', 'after'])
  expect(clock.waits()).toEqual([])
})
