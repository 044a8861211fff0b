/** A channel for tests: in a tab, on a network, both in the test's hand. */
import {expect} from 'vitest'
import type {Remedy} from '#protocol/policy.ts'
import type {WitnessStamp} from '../chat-session.ts'
import {createTestClock, pass} from '../test-clock.ts'
import {createVirtualPage} from '../virtual-page.ts'
import {openChannel} from './channel.ts'
import {createTestNetwork} from './test-network.ts'

export function testChannel(remedies: readonly Remedy[], {keepAliveMs = 30_000, draw = 0.5} = {}) {
  const clock = createTestClock()
  const network = createTestNetwork(clock, {keepAliveMs})
  const page = createVirtualPage()
  const stamps: WitnessStamp[] = []
  const delivered: (string | null)[] = []
  const states: string[] = []
  let missed = 0
  let wallSkewMs = 0
  const channel = openChannel(
    {
      ...clock,
      ...page,
      now: () => clock.now() + wallSkewMs,
      stampNow: clock.now,
      random: () => draw,
      openSocket: network.openSocket,
      witness: (stamp) => void stamps.push(stamp),
      openRelay: () => null,
      fetch: () => Promise.reject(new Error('no HTTP here')),
      newId: () => 'id',
      storage: {get: () => null, set: () => {}, remove: () => {}},
    },
    {
      socketUrl: network.socketUrl,
      onConnection: ({name}, isFollowing) => void states.push(isFollowing ? 'following' : name),
      onMessages: (messages) => delivered.push(...messages.map(({offset}) => offset)),
      onMissed: () => (missed += 1),
      onBegun: () => {},
    },
    remedies,
  )
  channel.follow('t', 'resumed')
  channel.start()
  return {
    channel,
    clock,
    network,
    page,
    delivered,
    states,
    missed: () => missed,
    probed: () => stamps.filter((stamp) => stamp.kind === 'probed'),
    pass: (ms: number) => pass(clock, ms),
    sleepMachine: (ms: number) => (wallSkewMs += ms),
    [Symbol.dispose]: () => channel.close(),
  }
}

export async function connectedChannel(...given: Parameters<typeof testChannel>) {
  const tab = testChannel(...given)
  await tab.pass(50)
  expect(tab.channel.state().name).toBe('open')
  return tab
}
