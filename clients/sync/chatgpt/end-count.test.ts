import {expect, test} from 'vitest'
import {createEndCount} from './end-count.ts'

test('[CF13] the end of an own turn that is told before its stream has ended is nothing new', () => {
  const ends = createEndCount()
  expect(ends.isOthers(true)).toBe(false)
  ends.ownTurnEnded()
  expect(ends.isOthers(false)).toBe(true)
})

test('[CF13] nor is one that is told a little later, but the next one is', () => {
  const ends = createEndCount()
  ends.ownTurnEnded()
  expect(ends.isOthers(false)).toBe(false)
  expect(ends.isOthers(false)).toBe(true)
})

test("[CF13] two ends during one turn cannot both be that turn's", () => {
  const ends = createEndCount()
  expect([ends.isOthers(true), ends.isOthers(true)]).toEqual([false, true])
})

test('[CF13] what is owed is owed in one conversation', () => {
  const ends = createEndCount()
  ends.ownTurnEnded()
  ends.forget()
  expect(ends.isOthers(false)).toBe(true)
})
