import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {jitteredDelayMs, next, pageOf, type Connection, type ConnectionEvent} from './connection.ts'
import {jitteredRetry} from './defaults.ts'

const STALE = 4_005
const page = pageOf(0.5, [STALE])
const replay = (from: Connection, ...events: readonly ConnectionEvent[]) =>
  events.reduce((state, event) => next(state, event, page), from)
const dropped = (foreground = true, at = 0, code = 1006): ConnectionEvent => ({
  type: 'dropped',
  at,
  foreground,
  draw: 0.25,
  end: {why: 'closed', code},
})
const open: Connection = {name: 'open'}
const away = {manner: 'observed', end: null} as const
const connecting = (retries: number): Connection => ({name: 'connecting', retries, sinceMs: 0, ...away})
const waiting = (retries: number): Connection => ({name: 'waiting', retries, retryAtMs: 9, ...away})
const exhausted: Connection = {name: 'exhausted', retries: 20, ...away}

describe('reconnecting', () => {
  test('[CO1] any close is answered by a wait and another attempt', () => {
    expect(replay(open, dropped(true, 1_000))).toMatchObject({
      name: 'waiting',
      retries: 0,
      retryAtMs: 1_000 + 3_000,
      end: {why: 'closed', code: 1006},
    })
    expect(replay(open, dropped(), {type: 'retry-due', at: 7})).toMatchObject({
      name: 'connecting',
      retries: 1,
      sinceMs: 7,
    })
  })

  test('[CO1] the wait grows by half in the foreground and doubles in the background', () => {
    const waits = (foreground: boolean) =>
      [0, 1, 2].map((retries) => next(connecting(retries), dropped(foreground), page))
    expect(waits(true)).toMatchObject([{retryAtMs: 3_000}, {retryAtMs: 4_500}, {retryAtMs: 6_750}])
    expect(waits(false)).toMatchObject([{retryAtMs: 6_000}, {retryAtMs: 12_000}, {retryAtMs: 24_000}])
  })

  test('[CO1] a page gives up after twenty retries in the foreground and five in the background', () => {
    expect(next(connecting(19), dropped(true), page).name).toBe('waiting')
    expect(next(connecting(20), dropped(true), page).name).toBe('exhausted')
    expect(next(connecting(4), dropped(false), page).name).toBe('waiting')
    expect(next(connecting(5), dropped(false), page).name).toBe('exhausted')
  })

  test('[CO2] an open socket resets the count', () => {
    expect(replay(connecting(7), {type: 'opened'}, dropped())).toMatchObject({retries: 0})
  })

  test('[CO3] focus wakes a page that gave up, and shortens no wait', () => {
    expect(replay(exhausted, {type: 'focused', at: 5})).toMatchObject({
      name: 'connecting',
      retries: 0,
      sinceMs: 5,
    })
    const before = waiting(3)
    expect(replay(before, {type: 'focused', at: 5})).toBe(before)
  })

  test('[CE20] no close code but the one that was asked for is looked at', () => {
    for (const code of [1000, 1006, 1012, 1013, 4_003])
      expect(replay(open, dropped(true, 0, code))).toMatchObject({retryAtMs: 3_000, manner: 'observed'})
    expect(replay(open, dropped(true, 0, STALE))).toMatchObject({retryAtMs: 250, manner: 'jittered'})
  })

  test('closed is final', () => {
    const closed: Connection = {name: 'closed'}
    const events: readonly ConnectionEvent[] = [
      {type: 'started', at: 0},
      {type: 'opened'},
      dropped(),
      {type: 'focused', at: 0},
      {type: 'woken', at: 0},
    ]
    expect(replay(closed, ...events)).toBe(closed)
  })
})

describe('what remedies bring about', () => {
  test('[CO11] a link that was left is followed by an attempt at once, and that by jittered waits', () => {
    const left = replay(open, {type: 'abandoned', at: 100, why: 'probe'})
    expect(left).toMatchObject({name: 'connecting', retries: 0, sinceMs: 100, end: {why: 'probe'}})
    expect(replay(left, dropped(true, 200))).toMatchObject({name: 'waiting', retryAtMs: 200 + 250})
    expect(replay(left, dropped(), {type: 'retry-due', at: 1}, dropped())).toMatchObject({retryAtMs: 500})
    expect(replay(left, {type: 'opened'}, dropped())).toMatchObject({manner: 'observed', retryAtMs: 3_000})
  })

  test('[CO13] a page that wakes waits no longer', () => {
    expect(replay(waiting(3), {type: 'woken', at: 5})).toMatchObject({name: 'connecting', retries: 4})
    expect(replay(exhausted, {type: 'woken', at: 5})).toMatchObject({name: 'connecting', retries: 0})
    expect(replay(open, {type: 'woken', at: 5})).toBe(open)
  })

  test('[CO13] an attempt that hangs is begun anew when the page wakes, a fresh one goes on', () => {
    const attempt = connecting(2)
    const {freshAttemptMs} = jitteredRetry
    expect(replay(attempt, {type: 'woken', at: freshAttemptMs - 1})).toBe(attempt)
    expect(replay(attempt, {type: 'woken', at: freshAttemptMs})).toEqual({
      ...attempt,
      sinceMs: freshAttemptMs,
    })
  })
})

describe('for any page and any order of events', () => {
  const at = fc.nat(1e9)
  const ends = fc.oneof(
    fc.record({why: fc.constant('closed' as const), code: fc.constantFrom(1000, 1006, 1012, STALE)}),
    fc.constantFrom({why: 'no-address' as const}, {why: 'probe' as const}),
  )
  const anyEvent: fc.Arbitrary<ConnectionEvent> = fc.oneof(
    fc.constant<ConnectionEvent>({type: 'opened'}),
    fc.record({type: fc.constantFrom('started', 'retry-due', 'focused', 'woken'), at}),
    fc.record({type: fc.constant('abandoned'), at, why: fc.constantFrom('probe', 'watchdog')}),
    fc.record({
      type: fc.constant('dropped'),
      at,
      foreground: fc.boolean(),
      draw: fc.double({min: 0, max: 0.999_999, noNaN: true}),
      end: ends,
    }),
  ) as fc.Arbitrary<ConnectionEvent>
  const walks = fc.tuple(
    fc.double({min: 0, max: 0.999_999, noNaN: true}),
    fc.array(anyEvent, {maxLength: 60}),
  )

  test('[CO1] [CO11] a wait lies within the bounds of its rule', () => {
    fc.assert(
      fc.property(walks, ([draw, events]) => {
        let state: Connection = {name: 'idle'}
        for (const event of events) {
          const before: Connection = state
          state = next(state, event, pageOf(draw, [STALE]))
          if (state.name !== 'waiting' || state === before || event.type !== 'dropped') continue
          const wait = state.retryAtMs - event.at
          if (state.manner === 'jittered') {
            expect(wait).toBeGreaterThanOrEqual(0)
            expect(wait).toBeLessThanOrEqual(Math.min(30_000, 1_000 * 2 ** state.retries))
            continue
          }
          const [least, most, factor] = event.foreground ? [1_000, 5_000, 1.5] : [2_000, 10_000, 2]
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
          state = next(state, event, pageOf(draw, [STALE]))
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

  test('[CO1] [CO11] only what a remedy did makes a page wait otherwise than the observed one', () => {
    fc.assert(
      fc.property(walks, ([draw, events]) => {
        const plain = events.filter(
          (event) =>
            event.type !== 'abandoned' &&
            event.type !== 'woken' &&
            (event.type !== 'dropped' || (event.end.why !== 'probe' && event.end.code !== STALE)),
        )
        const last = plain.reduce((state, event) => next(state, event, pageOf(draw, [STALE])), {
          name: 'idle',
        } as Connection)
        if ('manner' in last) expect(last.manner).toBe('observed')
      }),
    )
  })

  test('[CO11] full jitter fills the whole of its span', () => {
    expect([jitteredDelayMs(0, 0), jitteredDelayMs(0, 0.5), jitteredDelayMs(9, 0.999)]).toEqual([
      0, 500, 29_970,
    ])
  })
})
