import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import type {Remedy} from '#protocol/policy.ts'
import type {WitnessStamp} from '../chat-session.ts'
import {createTestClock, pass} from '../test-clock.ts'
import {createVirtualPage} from '../virtual-page.ts'
import {openChannel} from './channel.ts'
import {createTestNetwork, type Weather} from './test-network.ts'

function follow(remedies: readonly Remedy[], {keepAliveMs = 30_000, draw = 0.5} = {}) {
  const clock = createTestClock()
  const network = createTestNetwork(clock, {keepAliveMs})
  const page = createVirtualPage()
  const stamps: WitnessStamp[] = []
  const delivered: (string | null)[] = []
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
      onConnection: () => {},
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
    missed: () => missed,
    probed: () => stamps.filter((stamp) => stamp.kind === 'probed'),
    pass: (ms: number) => pass(clock, ms),
    sleepMachine: (ms: number) => (wallSkewMs += ms),
    [Symbol.dispose]: () => channel.close(),
  }
}

async function connected(...given: Parameters<typeof follow>) {
  const tab = follow(...given)
  await tab.pass(50)
  expect(tab.channel.state().name).toBe('open')
  return tab
}

describe('a link that went dead without a word', () => {
  test('[PO10] is asked when the tab is shown, left, and another one stands at once', async () => {
    using tab = await connected(['resume', 'probe'])
    tab.network.publish()
    tab.network.turn('silent')
    tab.network.publish()
    tab.network.turn('up')
    await tab.pass(1_000)
    expect(tab.delivered).toEqual(['1-0'])
    tab.page.wake('shown')
    await tab.pass(2_600)
    expect(tab.probed()).toEqual([{kind: 'probed', because: 'shown', outcome: 'dead', tookMs: 2_500}])
    expect(tab.delivered).toEqual(['1-0', '2-0'])
    expect(tab.network.standing()).toBe(1)
  })

  test('[CO10] is found by its silence, too', async () => {
    using tab = await connected(['probe'])
    tab.network.turn('silent')
    tab.network.turn('up')
    await tab.pass(44_000)
    expect(tab.probed()).toEqual([])
    await tab.pass(4_000)
    expect(tab.probed()).toMatchObject([{because: 'silence', outcome: 'dead'}])
    expect(tab.channel.state().name).toBe('open')
  })

  test('[CO12] is found sooner where the server speaks more often', async () => {
    using tab = await connected(['probe'], {keepAliveMs: 2_000})
    await tab.pass(9_000)
    tab.network.turn('silent')
    tab.network.turn('up')
    await tab.pass(6_000)
    expect(tab.probed()).toMatchObject([{because: 'silence', outcome: 'dead'}])
  })

  test('[PO11] is left by a watchdog after two intervals', async () => {
    using tab = await connected(['watchdog'])
    tab.network.turn('silent')
    tab.network.turn('up')
    await tab.pass(59_000)
    expect(tab.network.attempts()).toBe(1)
    await tab.pass(2_000)
    expect(tab.network.attempts()).toBe(2)
    expect(tab.channel.state().name).toBe('open')
    expect(tab.probed()).toEqual([])
  })

  test('[CO1] is never noticed by the observed page, shown or not', async () => {
    using tab = await connected([])
    tab.network.turn('silent')
    tab.network.turn('up')
    tab.page.wake('shown')
    await tab.pass(600_000)
    expect([tab.network.attempts(), tab.channel.state().name]).toEqual([1, 'open'])
  })
})

describe('a healthy link', () => {
  test('[PO10] that is asked stays, however often the tab is shown', async () => {
    using tab = await connected(['probe'])
    for (let time = 0; time < 5; time += 1) {
      tab.page.turn({foreground: false, visible: false})
      await tab.pass(500)
      tab.page.turn({foreground: true, visible: true})
      await tab.pass(500)
    }
    expect(tab.probed()).toHaveLength(5)
    expect(tab.probed().every((probe) => probe.outcome === 'alive')).toBe(true)
    expect(tab.network.attempts()).toBe(1)
  })

  test('[CO10] is asked after the machine slept', async () => {
    using tab = await connected(['probe'])
    tab.sleepMachine(3_600_000)
    await tab.pass(30_100)
    expect(tab.probed()).toMatchObject([{because: 'clock-jump', outcome: 'alive'}])
  })

  test('[CO10] is not left because two reasons to ask fall into one moment', async () => {
    using tab = await connected(['probe'], {keepAliveMs: 100_000})
    tab.sleepMachine(3_600_000)
    await tab.pass(46_000)
    expect(tab.probed()).toMatchObject([{because: 'clock-jump', outcome: 'alive'}])
    expect(tab.network.attempts()).toBe(1)
  })

  test('[PO10] [PO11] without the remedies nothing is asked and nothing is left', async () => {
    using tab = await connected(['resume'])
    tab.page.wake('resumed')
    await tab.pass(400_000)
    expect([tab.network.attempts(), tab.probed().length]).toEqual([1, 0])
  })
})

describe('a page that wakes', () => {
  test('[CO13] in the middle of a wait connects at once, with probe only', async () => {
    for (const [remedies, state] of [
      [['probe'], 'open'],
      [[], 'waiting'],
    ] as const) {
      using tab = await connected(remedies)
      tab.network.turn('down')
      tab.network.turn('up')
      await tab.pass(100)
      tab.page.wake('online')
      await tab.pass(100)
      expect(tab.channel.state().name).toBe(state)
    }
  })

  test('[CO13] in the middle of an attempt that hangs begins anew', async () => {
    using tab = await connected(['probe'])
    tab.network.close(1006)
    tab.network.turn('silent')
    await tab.pass(3_100)
    expect(tab.channel.state().name).toBe('connecting')
    await tab.pass(3_000)
    const before = tab.network.attempts()
    tab.page.wake('shown')
    await tab.pass(10)
    expect(tab.network.attempts()).toBe(before + 1)
    expect(tab.network.standing()).toBeLessThanOrEqual(1)
  })

  test('[CO13] an attempt that hangs for ten seconds counts as failed', async () => {
    using tab = follow(['probe'])
    tab.network.turn('silent')
    await tab.pass(9_999)
    expect(tab.channel.state().name).toBe('connecting')
    await tab.pass(2)
    expect(tab.channel.state()).toMatchObject({name: 'waiting', end: {why: 'probe'}})
  })
})

describe('positions', () => {
  test('[PO12] [CE43] are said in the task of the frame, once a frame, and after the subscribe', async () => {
    using tab = await connected(['resume', 'position'])
    expect(tab.network.positions).toEqual(['0'])
    tab.network.publish(2)
    await tab.pass(10)
    expect(tab.network.positions).toEqual(['0', '1-0'])
  })

  test('[CO11] a page that is told that it was behind comes back with full jitter', async () => {
    using tab = await connected(['resume', 'position'])
    tab.network.close(4_005)
    expect(tab.channel.state()).toMatchObject({name: 'waiting', retryAtMs: tab.clock.now() + 500})
    await tab.pass(600)
    expect(tab.channel.state().name).toBe('open')
  })

  test('[PO12] without the remedy nothing is said', async () => {
    using tab = await connected(['resume'])
    tab.network.publish()
    await tab.pass(10)
    expect(tab.network.positions).toEqual([])
  })
})

type Happening =
  | {readonly do: 'weather'; readonly weather: Weather}
  | {readonly do: 'pass'; readonly ms: number}
  | {readonly do: 'publish'; readonly times: number}
  | {readonly do: 'turn'; readonly visible: boolean}
  | {readonly do: 'wake'; readonly because: 'shown' | 'resumed' | 'online'}
  | {readonly do: 'close'; readonly code: number}

const happening: fc.Arbitrary<Happening> = fc.oneof(
  fc.record({do: fc.constant('weather' as const), weather: fc.constantFrom<Weather>('up', 'down', 'silent')}),
  fc.record({do: fc.constant('pass' as const), ms: fc.integer({min: 1, max: 40_000})}),
  fc.record({do: fc.constant('publish' as const), times: fc.integer({min: 1, max: 3})}),
  fc.record({do: fc.constant('turn' as const), visible: fc.boolean()}),
  fc.record({
    do: fc.constant('wake' as const),
    because: fc.constantFrom('shown' as const, 'resumed' as const, 'online' as const),
  }),
  fc.record({do: fc.constant('close' as const), code: fc.constantFrom(1006, 1012, 4_005)}),
)
const remedySets = fc.constantFrom<readonly Remedy[]>(
  ['resume'],
  ['resume', 'probe'],
  ['resume', 'position'],
  ['resume', 'probe', 'watchdog', 'position'],
)

async function play(tab: ReturnType<typeof follow>, happenings: readonly Happening[]): Promise<void> {
  for (const event of happenings) {
    if (event.do === 'weather') tab.network.turn(event.weather)
    if (event.do === 'pass') await tab.pass(event.ms)
    if (event.do === 'publish') tab.network.publish(event.times)
    if (event.do === 'turn') tab.page.turn({visible: event.visible, foreground: event.visible})
    if (event.do === 'wake') tab.page.wake(event.because)
    if (event.do === 'close') tab.network.close(event.code)
    expect(tab.network.standing()).toBeLessThanOrEqual(1)
  }
}

const RUNS = {numRuns: 60}

test('[CE2] [CO5] [PO3] whatever happens, there is one socket at most, and what is delivered is in order and once', async () => {
  await fc.assert(
    fc.asyncProperty(remedySets, fc.array(happening, {maxLength: 25}), async (remedies, happenings) => {
      using tab = follow(remedies)
      await tab.pass(50)
      await play(tab, happenings)
      expect(tab.delivered).toEqual(tab.network.log.slice(0, tab.delivered.length))
    }),
    RUNS,
  )
})

test('[CO1] [CO13] in the foreground of a network that healed, a page with probe has everything again', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(happening, {maxLength: 20}),
      fc.double({min: 0, max: 0.999, noNaN: true}),
      async (happenings, draw) => {
        using tab = follow(['resume', 'probe'], {draw})
        await tab.pass(50)
        await play(tab, happenings)
        tab.network.turn('up')
        tab.page.turn({visible: true, foreground: true})
        tab.page.wake('shown')
        // An attempt that hangs, a link that must be asked, and the way back.
        await tab.pass(13_000)
        expect(tab.channel.state().name).toBe('open')
        expect(tab.delivered).toEqual(tab.network.log)
        expect(tab.missed()).toBe(0)
      },
    ),
    RUNS,
  )
})

test('[CO1] a page that hears of every break is back after one wait, without any remedy', async () => {
  const brief = happening.filter((event) => event.do !== 'weather' || event.weather !== 'silent')
  await fc.assert(
    fc.asyncProperty(fc.array(brief, {maxLength: 20}), async (happenings) => {
      using tab = follow(['resume'])
      await tab.pass(50)
      await play(tab, happenings)
      tab.network.turn('up')
      tab.page.turn({visible: false, foreground: false})
      tab.page.turn({visible: true, foreground: true})
      const {channel, clock} = tab
      const state = channel.state()
      await tab.pass((state.name === 'waiting' ? state.retryAtMs - clock.now() : 0) + 100)
      expect(channel.state().name).toBe('open')
      expect(tab.delivered).toEqual(tab.network.log)
    }),
    RUNS,
  )
})

test('[PO10] no page leaves a link that answers, whatever else happens to the tab', async () => {
  const harmless = happening.filter((event) => event.do !== 'weather' && event.do !== 'close')
  await fc.assert(
    fc.asyncProperty(fc.array(harmless, {maxLength: 20}), fc.nat(2_400), async (happenings, lagMs) => {
      using tab = await connected(['resume', 'probe'])
      tab.network.setLag(lagMs)
      await play(tab, happenings)
      await tab.pass(5_000)
      expect(tab.network.attempts()).toBe(1)
      expect(tab.probed().every((probe) => probe.outcome === 'alive')).toBe(true)
    }),
    RUNS,
  )
})

test('[CO1] [CO2] between two openings no page tries more often than its limit lets it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.boolean(), fc.double({min: 0, max: 0.999, noNaN: true}), async (visible, draw) => {
      using tab = await connected(['resume'], {draw})
      tab.page.turn({visible, foreground: visible})
      tab.network.turn('down')
      const before = tab.network.attempts()
      await tab.pass(100_000_000)
      expect(tab.channel.state().name).toBe('exhausted')
      // The address is kept, so that only the failed sockets and askings count: one each.
      expect(tab.network.attempts() - before).toBeLessThanOrEqual(visible ? 20 : 5)
    }),
    {numRuns: 10},
  )
})
