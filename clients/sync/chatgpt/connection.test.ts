import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {next, pageOf, type Connection, type ConnectionEvent} from './connection.ts'

const page = pageOf(0.5)
const replay = (from: Connection, ...events: readonly ConnectionEvent[]) =>
  events.reduce((state, event) => next(state, event, page), from)
const dropped = (foreground = true, at = 0): ConnectionEvent => ({type: 'dropped', at, foreground})

describe('reconnecting', () => {
  test('[CO1] any close is answered by a wait and another attempt', () => {
    expect(replay({name: 'open'}, dropped(true, 1_000))).toEqual({
      name: 'waiting',
      retries: 0,
      retryAtMs: 1_000 + 3_000,
    })
    expect(replay({name: 'open'}, dropped(), {type: 'retry-due'})).toEqual({name: 'connecting', retries: 1})
  })

  test('[CO1] the wait grows by half in the foreground and doubles in the background', () => {
    const waits = (foreground: boolean) =>
      [0, 1, 2].map((retries) => next({name: 'connecting', retries}, dropped(foreground), page))
    expect(waits(true)).toMatchObject([{retryAtMs: 3_000}, {retryAtMs: 4_500}, {retryAtMs: 6_750}])
    expect(waits(false)).toMatchObject([{retryAtMs: 6_000}, {retryAtMs: 12_000}, {retryAtMs: 24_000}])
  })

  test('[CO1] a page gives up after twenty retries in the foreground and five in the background', () => {
    expect(next({name: 'connecting', retries: 19}, dropped(true), page).name).toBe('waiting')
    expect(next({name: 'connecting', retries: 20}, dropped(true), page).name).toBe('exhausted')
    expect(next({name: 'connecting', retries: 4}, dropped(false), page).name).toBe('waiting')
    expect(next({name: 'connecting', retries: 5}, dropped(false), page).name).toBe('exhausted')
  })

  test('[CO2] an open socket resets the count', () => {
    expect(replay({name: 'connecting', retries: 7}, {type: 'opened'}, dropped())).toMatchObject({retries: 0})
  })

  test('[CO3] focus wakes a page that gave up, and shortens no wait', () => {
    expect(replay({name: 'exhausted', retries: 20}, {type: 'focused'})).toEqual({
      name: 'connecting',
      retries: 0,
    })
    const waiting: Connection = {name: 'waiting', retries: 3, retryAtMs: 9}
    expect(replay(waiting, {type: 'focused'})).toBe(waiting)
  })

  test('closed is final', () => {
    const closed: Connection = {name: 'closed'}
    expect(replay(closed, {type: 'started'}, {type: 'opened'}, dropped(), {type: 'focused'})).toBe(closed)
  })
})

describe('for any page and any order of events', () => {
  const anyEvent: fc.Arbitrary<ConnectionEvent> = fc.oneof(
    fc.constantFrom<ConnectionEvent>(
      {type: 'started'},
      {type: 'opened'},
      {type: 'retry-due'},
      {type: 'focused'},
    ),
    fc.record({type: fc.constant('dropped' as const), at: fc.nat(1e9), foreground: fc.boolean()}),
  )
  const walks = fc.tuple(
    fc.double({min: 0, max: 0.999_999, noNaN: true}),
    fc.array(anyEvent, {maxLength: 60}),
  )

  test('[CO1] a wait lies within the bounds of its rule', () => {
    fc.assert(
      fc.property(walks, ([draw, events]) => {
        let state: Connection = {name: 'idle'}
        for (const event of events) {
          const before: Connection = state
          state = next(state, event, pageOf(draw))
          if (state.name !== 'waiting' || state === before || event.type !== 'dropped') continue
          const [least, most, factor] = event.foreground ? [1_000, 5_000, 1.5] : [2_000, 10_000, 2]
          const wait = state.retryAtMs - event.at
          expect(wait).toBeGreaterThanOrEqual(least * factor ** state.retries - 0.01)
          expect(wait).toBeLessThan(most * factor ** state.retries + 0.01)
        }
      }),
    )
  })

  test('[CO1] [CO2] the count rises by one an attempt, falls only to zero, and never passes the limit', () => {
    fc.assert(
      fc.property(walks, ([draw, events]) => {
        let retries = 0
        let state: Connection = {name: 'idle'}
        for (const event of events) {
          const before = state
          state = next(state, event, pageOf(draw))
          if (!('retries' in state)) continue
          const resets = before.name === 'idle' || before.name === 'open' || before.name === 'exhausted'
          const expected = state.name === 'connecting' && before.name === 'waiting' ? retries + 1 : retries
          expect(state.retries).toBe(resets && state !== before ? 0 : expected)
          retries = state.retries
          expect(retries).toBeLessThanOrEqual(20)
        }
      }),
    )
  })
})
