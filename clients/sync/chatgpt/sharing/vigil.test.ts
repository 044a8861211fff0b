import fc from 'fast-check'
import {expect, test} from 'vitest'
import {sharingTimes} from './defaults.ts'
import {dueAtMs, next, type Vigil} from './vigil.ts'

const draw = fc.double({min: 0, max: 1, maxExcluded: true, noNaN: true})
const {silentMs, answerMs, spreadMs} = sharingTimes

test('[LW8] a side that is silent is asked, and given up within the bound', () => {
  fc.assert(
    fc.property(draw, (chance) => {
      const asked = next({name: 'heard', atMs: 0}, {type: 'due', atMs: silentMs, draw: chance})
      expect(asked).toMatchObject({name: 'asked'})
      const giveUpAtMs = dueAtMs(asked) ?? 0
      expect(giveUpAtMs).toBeLessThanOrEqual(silentMs + answerMs + spreadMs)
      expect(next(asked, {type: 'due', atMs: giveUpAtMs - 1, draw: chance})).toBe(asked)
      expect(next(asked, {type: 'due', atMs: giveUpAtMs, draw: chance})).toEqual({name: 'gone'})
    }),
  )
})

test('[LW9] a side that answers every question is never given up, however late the timers are', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({max: 100_000}), draw), {maxLength: 30}), (delays) => {
      let now: Vigil = {name: 'heard', atMs: 0}
      let atMs = 0
      for (const [lateMs, chance] of delays) {
        atMs = Math.max(atMs, dueAtMs(now) ?? atMs) + lateMs
        now = next(now, {type: 'due', atMs, draw: chance})
        expect(now.name).not.toBe('gone')
        // The answer takes a moment, but less than it may.
        if (now.name === 'asked') now = next(now, {type: 'sign', atMs: (atMs += 10)})
      }
    }),
  )
})

test('[LW9] a timer that comes much too late makes a tab ask once more, and only once', () => {
  const asked: Vigil = {name: 'asked', giveUpAtMs: 1_000, isSecond: false}
  const again = next(asked, {type: 'due', atMs: 61_000, draw: 0})
  expect(again).toEqual({name: 'asked', giveUpAtMs: 61_000 + answerMs, isSecond: true})
  expect(next(again, {type: 'due', atMs: 181_000, draw: 0})).toEqual({name: 'gone'})
})

test('[LW9] a doubt asks at once, and does not put off a question that is open', () => {
  const asked = next({name: 'heard', atMs: 0}, {type: 'doubted', atMs: 5, draw: 0})
  expect(asked).toMatchObject({name: 'asked', giveUpAtMs: 5 + answerMs})
  expect(next(asked, {type: 'doubted', atMs: 500, draw: 0})).toBe(asked)
})

test('[LW9] a clock that was set back does not make a tab wait for it', () => {
  expect(next({name: 'heard', atMs: 1_000_000}, {type: 'due', atMs: 5, draw: 0}).name).toBe('asked')
})
