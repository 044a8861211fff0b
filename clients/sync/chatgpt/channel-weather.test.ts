/** Properties of a channel in any weather, with any remedies, in a tab of any state. */
import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Remedy} from '#protocol/policy.ts'
import {connectedChannel, testChannel} from './test-channel.ts'
import type {Weather} from './test-network.ts'

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

async function play(tab: ReturnType<typeof testChannel>, happenings: readonly Happening[]): Promise<void> {
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
      using tab = testChannel(remedies)
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
        using tab = testChannel(['resume', 'probe'], {draw})
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
      using tab = testChannel(['resume'])
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
      using tab = await connectedChannel(['resume', 'probe'])
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
      using tab = await connectedChannel(['resume'], {draw})
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
