import * as fc from 'fast-check'
import {expect, test} from 'vitest'
import {createScheduler} from './scheduler.ts'

/** A clock that only the test moves: the wall clock goes on by itself, and fires what is due. */
function testClock() {
  let wallMs = 1_000
  let timer: {readonly atMs: number; readonly run: () => void} | null = null
  const scheduler = createScheduler({
    wallMs: () => wallMs,
    setTimer(run, inMs) {
      const mine = {atMs: wallMs + inMs, run}
      timer = mine
      return () => {
        if (timer === mine) timer = null
      }
    },
  })
  return {
    scheduler,
    isWaiting: () => timer !== null,
    pass(ms: number) {
      wallMs += ms
      if (timer === null || timer.atMs > wallMs) return
      const {run} = timer
      timer = null
      run()
    },
  }
}

const step = fc.oneof(
  fc.record({do: fc.constant('plan' as const), ms: fc.nat(500)}),
  fc.record({do: fc.constant('turn' as const), ms: fc.nat(300)}),
  fc.record({do: fc.constant('pass' as const), ms: fc.nat(300)}),
)

test('[TG8] whatever the steps of the clock, each task runs once, when due, in the order of the due times', () => {
  fc.assert(
    fc.property(fc.array(step, {maxLength: 60}), (steps) => {
      const {scheduler, pass, isWaiting} = testClock()
      const planned: {readonly id: number; readonly dueAtMs: number}[] = []
      const done: {readonly id: number; readonly dueAtMs: number; readonly atMs: number}[] = []
      for (const [id, {do: act, ms}] of [...steps, {do: 'turn', ms: 0} as const].entries()) {
        if (act === 'plan') {
          const task = {id, dueAtMs: scheduler.nowMs() + ms}
          planned.push(task)
          scheduler.plan(ms, () => done.push({...task, atMs: scheduler.nowMs()}))
        } else if (act === 'turn') scheduler.turn(ms)
        else pass(ms)
      }
      const byTime = planned
        .filter(({dueAtMs}) => dueAtMs <= scheduler.nowMs())
        .toSorted((a, b) => a.dueAtMs - b.dueAtMs || a.id - b.id)
      expect(done.map(({id}) => id).toSorted((a, b) => a - b)).toEqual(
        byTime.map(({id}) => id).toSorted((a, b) => a - b),
      )
      for (const {dueAtMs, atMs} of done) expect(atMs).toBeGreaterThanOrEqual(dueAtMs)
      expect(done.map(({dueAtMs}) => dueAtMs)).toEqual(
        done.map(({dueAtMs}) => dueAtMs).toSorted((a, b) => a - b),
      )
      expect(isWaiting()).toBe(done.length < planned.length)
    }),
  )
})

test('[TG8] what is planned by what falls due runs in the same turn of the clock, if it is due by then', () => {
  const {scheduler} = testClock()
  const done: string[] = []
  scheduler.plan(10, () => {
    done.push('first')
    scheduler.plan(0, () => done.push('at once'))
    scheduler.plan(1, () => done.push('later'))
  })
  scheduler.turn(10)
  expect(done).toEqual(['first', 'at once'])
  scheduler.turn(1)
  expect(done).toEqual(['first', 'at once', 'later'])
})

test('[TG8] the clock is not turned back, nor by what is no time; a closed scheduler does nothing', () => {
  const {scheduler, pass} = testClock()
  for (const ms of [-1, NaN, Infinity]) {
    expect(() => scheduler.turn(ms)).toThrow(TypeError)
    expect(() => scheduler.plan(ms, () => {})).toThrow(TypeError)
  }
  let count = 0
  scheduler.plan(5, () => count++)
  scheduler.close()
  pass(100)
  scheduler.turn(100)
  expect(count).toBe(0)
})

test('[TG8] a wait that is longer than any timer of Node is waited for in parts', () => {
  const {scheduler, pass} = testClock()
  let count = 0
  scheduler.plan(2 ** 31 + 10, () => count++)
  pass(2 ** 31 - 1)
  expect(count).toBe(0)
  pass(11)
  expect(count).toBe(1)
})
