import {expect, test} from 'vitest'
import type {WitnessStamp} from '../chat-session.ts'
import {createTestClock, until} from '../test-clock.ts'
import {createVirtualPage} from '../virtual-page.ts'
import type {CheckOutcome} from './position-follower.ts'
import {probePosition} from './probe.ts'

function probing(check: () => Promise<CheckOutcome | null> = async () => 'alive') {
  const clock = createTestClock()
  const page = createVirtualPage()
  const stamps: WitnessStamp[] = []
  let sleptMs = 0
  let checks = 0
  const stop = probePosition({
    check() {
      checks += 1
      return check()
    },
    onChecked: () => {},
    quietly: (run) => run(),
    surroundings: {
      ...page,
      now: () => clock.now() + sleptMs,
      stampNow: () => clock.now(),
      setTimer: clock.setTimer,
      witness: (stamp) => void stamps.push(stamp),
    },
  })
  return {clock, page, stamps, stop, checks: () => checks, sleep: (ms: number) => void (sleptMs += ms)}
}

test('[CC45] a timer that was due long ago says that the clock jumped', async () => {
  const {clock, stamps, sleep} = probing()
  sleep(60_000)
  clock.advance(15_000)
  await until(() => stamps.length === 1)
  expect(stamps).toMatchObject([{because: 'clock-jump', outcome: 'alive'}])
  clock.advance(15_000)
  await until(() => stamps.length === 2)
  expect(stamps.at(-1)).toMatchObject({because: 'silence'})
})

test('[CC45] one check at a time, and none where there is nothing to check', async () => {
  const held = Promise.withResolvers<null>()
  const {clock, page, stamps, checks, stop} = probing(() => held.promise)
  page.wake('resumed')
  page.wake('online')
  expect(checks()).toBe(1)
  held.resolve(null)
  await held.promise
  await Promise.resolve()
  page.wake('online')
  expect(checks()).toBe(2)
  expect(stamps).toEqual([])
  stop()
  page.wake('shown')
  expect(checks()).toBe(2)
  expect(clock.waits()).toEqual([])
})
