import {describe, expect, test} from 'vitest'
import {connectedChannel, testChannel} from './test-channel.ts'

describe('a link that went dead without a word', () => {
  test('[PO10] is asked when the tab is shown, left, and another one stands at once', async () => {
    using tab = await connectedChannel(['resume', 'probe'])
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
    using tab = await connectedChannel(['probe'])
    tab.network.turn('silent')
    tab.network.turn('up')
    await tab.pass(44_000)
    expect(tab.probed()).toEqual([])
    await tab.pass(4_000)
    expect(tab.probed()).toMatchObject([{because: 'silence', outcome: 'dead'}])
    expect(tab.channel.state().name).toBe('open')
  })

  test('[CO12] is found sooner where the server speaks more often', async () => {
    using tab = await connectedChannel(['probe'], {keepAliveMs: 2_000})
    await tab.pass(9_000)
    tab.network.turn('silent')
    tab.network.turn('up')
    await tab.pass(6_000)
    expect(tab.probed()).toMatchObject([{because: 'silence', outcome: 'dead'}])
  })

  test('[PO11] is left by a watchdog after two intervals', async () => {
    using tab = await connectedChannel(['watchdog'])
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
    using tab = await connectedChannel([])
    tab.network.turn('silent')
    tab.network.turn('up')
    tab.page.wake('shown')
    await tab.pass(600_000)
    expect([tab.network.attempts(), tab.channel.state().name]).toEqual([1, 'open'])
  })
})

describe('a healthy link', () => {
  test('[PO10] that is asked stays, however often the tab is shown', async () => {
    using tab = await connectedChannel(['probe'])
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
    using tab = await connectedChannel(['probe'])
    tab.sleepMachine(3_600_000)
    await tab.pass(30_100)
    expect(tab.probed()).toMatchObject([{because: 'clock-jump', outcome: 'alive'}])
  })

  test('[CO10] is not left because two reasons to ask fall into one moment', async () => {
    using tab = await connectedChannel(['probe'], {keepAliveMs: 100_000})
    tab.sleepMachine(3_600_000)
    await tab.pass(46_000)
    expect(tab.probed()).toMatchObject([{because: 'clock-jump', outcome: 'alive'}])
    expect(tab.network.attempts()).toBe(1)
  })

  test('[PO10] [PO11] without the remedies nothing is asked and nothing is left', async () => {
    using tab = await connectedChannel(['resume'])
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
      using tab = await connectedChannel(remedies)
      tab.network.turn('down')
      tab.network.turn('up')
      await tab.pass(100)
      tab.page.wake('online')
      await tab.pass(100)
      expect(tab.channel.state().name).toBe(state)
    }
  })

  test('[CO13] and finds its socket closed a moment later, as after a freeze, connects at once', async () => {
    using tab = await connectedChannel(['resume', 'probe'])
    tab.page.wake('resumed')
    tab.network.close(1006)
    expect(tab.channel.state()).toMatchObject({name: 'connecting', end: {why: 'closed', code: 1006}})
    await tab.pass(100)
    expect(tab.channel.state().name).toBe('open')
    expect(tab.states).toEqual([
      'connecting',
      'open',
      'following',
      'waiting',
      'connecting',
      'open',
      'following',
    ])
  })

  test('[CO13] in the middle of an attempt that hangs begins anew', async () => {
    using tab = await connectedChannel(['probe'])
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
    using tab = testChannel(['probe'])
    tab.network.turn('silent')
    await tab.pass(9_999)
    expect(tab.channel.state().name).toBe('connecting')
    await tab.pass(2)
    expect(tab.channel.state()).toMatchObject({name: 'waiting', end: {why: 'probe'}})
  })
})

describe('positions', () => {
  test('[PO12] [CE43] are said in the task of the frame, once a frame, and after the subscribe', async () => {
    using tab = await connectedChannel(['resume', 'position'])
    expect(tab.network.positions).toEqual(['0'])
    tab.network.publish(2)
    await tab.pass(10)
    expect(tab.network.positions).toEqual(['0', '1-0'])
  })

  test('[CO11] a page that is told that it was behind comes back with full jitter', async () => {
    using tab = await connectedChannel(['resume', 'position'])
    tab.network.close(4_005)
    expect(tab.channel.state()).toMatchObject({name: 'waiting', retryAtMs: tab.clock.now() + 500})
    await tab.pass(600)
    expect(tab.channel.state().name).toBe('open')
  })

  test('[PO12] without the remedy nothing is said', async () => {
    using tab = await connectedChannel(['resume'])
    tab.network.publish()
    await tab.pass(10)
    expect(tab.network.positions).toEqual([])
  })
})
