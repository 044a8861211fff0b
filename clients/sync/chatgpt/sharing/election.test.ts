import fc from 'fast-check'
import {expect, test} from 'vitest'
import {beginElection, next, type Election, type ElectionEvent} from './election.ts'

const replay = (from: Election, ...events: ElectionEvent[]) =>
  events.reduce((state, event) => next(state, event), from)
const begun = beginElection(0, 0)
const leading: Election = {name: 'leading', generation: 5, why: 'the lock was free'}

test('[LW7] whoever gets the lock leads, in a generation after all that it knows of', () => {
  const led = replay(begun, {type: 'heard', generation: 9_000, atMs: 1}, {type: 'granted', atMs: 2})
  expect(led).toMatchObject({name: 'leading', generation: 9_001})
  expect(replay(begun, {type: 'granted', atMs: 1_234.5})).toMatchObject({generation: 1_234})
})

test('[LW8] a leader that answers nothing is robbed of its lock', () => {
  const silent = replay(
    begun,
    {type: 'heard', generation: 5, atMs: 10},
    {type: 'due', atMs: 2_510, draw: 0},
    {type: 'due', atMs: 3_510, draw: 0},
  )
  expect(silent).toEqual({name: 'taking-over', seen: 5})
})

test('[LW10] a leader steps down for a later generation and for the loss of its lock, not for an earlier one', () => {
  const after = (event: ElectionEvent) => next(leading, event).name
  expect(after({type: 'heard', generation: 6, atMs: 1})).toBe('following')
  expect(after({type: 'lost', atMs: 1, draw: 0})).toBe('following')
  expect(after({type: 'heard', generation: 4, atMs: 1})).toBe('leading')
})

test('[LW10] the words of a deposed leader are no sign of life', () => {
  const following = replay(begun, {type: 'heard', generation: 9, atMs: 10})
  expect(next(following, {type: 'heard', generation: 5, atMs: 2_000})).toBe(following)
})

test('[LW8] a page that is frozen wants nothing until it is back', () => {
  const resting = next(leading, {type: 'frozen'})
  expect(resting).toEqual({name: 'resting', seen: 5})
  expect(next(resting, {type: 'granted', atMs: 1})).toBe(resting)
  expect(next(resting, {type: 'due', atMs: 99_999, draw: 0})).toBe(resting)
  expect(next(resting, {type: 'doubted', atMs: 1, draw: 0})).toMatchObject({name: 'following', seen: 5})
})

const atMs = fc.nat({max: 100_000})
const draw = fc.constant(0)
const event: fc.Arbitrary<ElectionEvent> = fc.oneof(
  fc.record({type: fc.constantFrom('granted' as const, 'sign' as const), atMs}),
  fc.record({type: fc.constantFrom('due' as const, 'doubted' as const, 'lost' as const), atMs, draw}),
  fc.record({type: fc.constant('heard' as const), generation: fc.nat({max: 50}), atMs}),
  fc.constant({type: 'frozen'} as const),
)

test('[LW6] [LW7] what a tab has seen never goes back, and leading always comes after it', () => {
  fc.assert(
    fc.property(fc.array(event, {maxLength: 40}), (events) => {
      let now: Election = begun
      let seen = 0
      for (const step of events) {
        now = next(now, step)
        if (now.name === 'closed') return
        const latest = now.name === 'leading' ? now.generation : now.seen
        expect(latest).toBeGreaterThanOrEqual(seen)
        seen = latest
      }
      expect(next(now, {type: 'closed'})).toEqual({name: 'closed'})
    }),
  )
})
