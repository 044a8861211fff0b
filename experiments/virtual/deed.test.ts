import fc from 'fast-check'
import {expect, test} from 'vitest'
import {deedsInWords, drawDeeds, readDeeds} from './deed.ts'

const tabs = ['A', 'B', 'C']

test('[VT5] what is drawn can be written and read back, is due in time, and comes the same from the same seed', () => {
  fc.assert(
    fc.property(fc.string(), fc.nat(9), fc.integer({min: 1, max: 9_000}), (seed, count, lengthMs) => {
      const wishes = {seed, tabs, lengthMs, count}
      const deeds = drawDeeds(wishes)
      expect(deeds).toHaveLength(count)
      expect(readDeeds(deedsInWords(deeds), tabs)).toEqual(deeds)
      expect(drawDeeds(wishes)).toEqual(deeds)
      for (const {atMs} of deeds) expect(atMs).toBeLessThan(lengthMs)
    }),
  )
})

test.each([
  ['120', '--deeds "120" is not accepted; a deed reads "120 commit" or "300 send B".'],
  ['-5 commit', '--deeds "-5 commit" is not accepted; a deed reads "120 commit" or "300 send B".'],
  ['5 commit,', '--deeds "" is not accepted; a deed reads "120 commit" or "300 send B".'],
  ['5 send D', '--deeds "5 send D" names the tab "D"; there are A, B, C.'],
])('[VT5] %j is refused in one sentence', (text, sentence) => {
  expect(() => readDeeds(text, tabs)).toThrow(sentence)
})
