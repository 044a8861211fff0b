/** The whole of both remedies on a simulated browser: elections, workers, and whoever misses something meanwhile. */
import fc from 'fast-check'
import {expect, test} from 'vitest'
import {createTestBrowser, TOPIC, type TestTab} from './test-browser.ts'
import {createTestServer} from './test-sharing.ts'

type Remedy = 'leader' | 'shared-worker'

async function world(remedy: Remedy, names: readonly string[], kept?: number) {
  const server = createTestServer(kept)
  const browser = createTestBrowser(server, remedy)
  for (const name of names) browser.openTab(name)
  await browser.pass(500)
  const announce = async () => {
    server.announce(TOPIC)
    await browser.settle()
  }
  const [a, b, c] = browser.tabs as [TestTab, TestTab, TestTab]
  return {server, browser, announce, a, b, c}
}

const rolesOf = ({stamps}: TestTab) => stamps.flatMap((stamp) => (stamp.kind === 'role' ? [stamp.role] : []))

test('[LW7] the tabs of a browser have one socket, the leader’s, and all of them hear what it brings', async () => {
  const {browser, announce, a, b, c} = await world('leader', ['A', 'B', 'C'])
  await announce()
  expect(browser.connected()).toEqual(['A'])
  expect([a, b, c].map(rolesOf)).toEqual([['leader'], ['follower'], ['follower']])
  expect([a, b, c].map(({delivered}) => delivered)).toEqual([['1-1'], ['1-1'], ['1-1']])
  browser.close()
})

test('[LW7] when the leader crashes the next tab leads at once, and nothing is lost or doubled', async () => {
  const {browser, announce, a, b, c} = await world('leader', ['A', 'B', 'C'])
  await announce()
  browser.crash(a)
  await announce()
  await browser.settle()
  expect(browser.connected()).toEqual(['B'])
  expect([b, c].map(({delivered}) => delivered)).toEqual([
    ['1-1', '1-2'],
    ['1-1', '1-2'],
  ])
  browser.close()
})

test('[LW8] a leader that is frozen gives up lock and socket in time, and follows when it wakes', async () => {
  const {browser, announce, a, b, c} = await world('leader', ['A', 'B', 'C'])
  browser.freeze(a)
  await announce()
  await browser.settle()
  expect(browser.connected()).toEqual(['B'])
  expect([b, c].map(({delivered}) => delivered)).toEqual([['1-1'], ['1-1']])
  browser.thaw(a)
  await browser.pass(1_000)
  expect(browser.leader()).toBe('B')
  expect([a, b, c].map(rolesOf)).toEqual([['leader', 'follower'], ['follower', 'leader'], ['follower']])
  browser.close()
})

test.each(['unheard', 'hung'] as const)(
  '[LW8] [LW10] a leader (%s) that keeps its lock is robbed of it within 4.25 s; when it wakes it follows',
  async (sleep) => {
    const {browser, announce, a, b, c} = await world('leader', ['A', 'B', 'C'])
    browser.freeze(a, sleep)
    await announce()
    await browser.pass(2_000)
    expect([b, c].map(({delivered}) => delivered)).toEqual([[], []])
    await browser.pass(2_250)
    expect(browser.connected()).toHaveLength(1)
    expect([b, c].map(({delivered}) => delivered)).toEqual([['1-1'], ['1-1']])

    const before = browser.urls().filter((url) => url.includes('tab=A')).length
    browser.thaw(a)
    await announce()
    await browser.pass(10_000)
    expect(browser.urls().filter((url) => url.includes('tab=A'))).toHaveLength(before)
    expect(browser.connected()).toHaveLength(1)
    expect(a.delivered).toEqual(['1-1', '1-2'])
    expect(rolesOf(a)).toEqual(['leader', 'follower'])
    browser.close()
  },
)

test('[LW9] a follower that slept asks before it believes that the leader is gone', async () => {
  const {browser, announce, b} = await world('leader', ['A', 'B'])
  browser.freeze(b, 'hung')
  await announce()
  await browser.pass(60_000)
  browser.thaw(b)
  await browser.pass(5_000)
  expect(browser.leader()).toBe('A')
  expect(b.delivered).toEqual(['1-1'])
  browser.close()
})

test('[LW6] a follower that missed a broadcast asks for it from where it is', async () => {
  const {browser, announce, b} = await world('leader', ['A', 'B'])
  await announce()
  browser.loseBroadcasts(1)
  await announce()
  await announce()
  expect(b.delivered).toEqual(['1-1', '1-2', '1-3'])
  browser.close()
})

test('[LW5] with probe, a hub that wakes leaves a link that answers nothing', async () => {
  const server = createTestServer()
  const browser = createTestBrowser(server, 'leader')
  const a = browser.openTab('A', ['probe'])
  await browser.settle()
  const b = browser.openTab('B', ['probe'])
  await browser.pass(500)
  browser.muteSockets()
  server.announce(TOPIC)
  a.onWake()
  await browser.pass(3_000)
  expect([a, b].map(({delivered}) => delivered)).toEqual([['1-1'], ['1-1']])
  expect(a.stamps).toContainEqual(expect.objectContaining({kind: 'probed', outcome: 'dead'}))
  expect(browser.connected()).toEqual(['A'])
  browser.close()
})

test('[LW20] a worker holds the one socket, named after the tab that hired it', async () => {
  const {browser, announce, a, b} = await world('shared-worker', ['A', 'B'])
  await announce()
  expect(browser.connected()).toEqual(['tabwitness-u-1'])
  expect(browser.urls()).toEqual([expect.stringContaining('tab=worker-A')])
  expect([a, b].map(({delivered}) => delivered)).toEqual([['1-1'], ['1-1']])
  expect([a, b].map(rolesOf)).toEqual([['worker-client'], ['worker-client']])
  browser.close()
})

test('[LW21] a worker that is gone is opened again at once', async () => {
  const {browser, announce, a, b} = await world('shared-worker', ['A', 'B'])
  await announce()
  browser.crash(browser.workers()[0]!)
  await announce()
  await browser.settle()
  expect(browser.connected()).toEqual(['tabwitness-u-1'])
  expect([a, b].map(({delivered}) => delivered)).toEqual([
    ['1-1', '1-2'],
    ['1-1', '1-2'],
  ])
  browser.close()
})

test('[LW21] a worker that answers nothing is left for the next; when it wakes it opens no socket', async () => {
  const {browser, announce, a, b} = await world('shared-worker', ['A', 'B'])
  const [first] = browser.workers()
  browser.freeze(first!, 'hung')
  await announce()
  await browser.pass(4_250)
  expect(browser.connected()).toEqual(['tabwitness-u-2'])
  expect([a, b].map(({delivered}) => delivered)).toEqual([['1-1'], ['1-1']])
  browser.thaw(first!)
  await announce()
  await browser.pass(20_000)
  expect(browser.connected()).toEqual(['tabwitness-u-2'])
  expect([a, b].map(({delivered}) => delivered)).toEqual([
    ['1-1', '1-2'],
    ['1-1', '1-2'],
  ])
  browser.close()
})

const act = fc.oneof(
  {weight: 6, arbitrary: fc.constant({do: 'announce'} as const)},
  {weight: 3, arbitrary: fc.record({do: fc.constant('pass' as const), ms: fc.integer({min: 1, max: 24})})},
  fc.record({
    do: fc.constantFrom(
      'frozen' as const,
      'unheard' as const,
      'hung' as const,
      'thaw' as const,
      'crash' as const,
    ),
    which: fc.nat({max: 3}),
  }),
  fc.constantFrom(
    {do: 'open'} as const,
    {do: 'cut'} as const,
    {do: 'lose'} as const,
    {do: 'worker'} as const,
  ),
)

test.each(['leader', 'shared-worker'] as const)(
  '[LW11] under %s, whatever happens, every tab that lives ends with everything, once and in order, over one socket',
  async (remedy) => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(act, {minLength: 1, maxLength: 25}),
        fc.constantFrom(1_000, 2),
        async (acts, kept) => {
          const {server, browser} = await world(remedy, ['t1', 't2'], kept)
          for (const step of acts) {
            const tab = 'which' in step ? browser.tabs[step.which] : undefined
            if (step.do === 'announce') server.announce(TOPIC)
            if (step.do === 'pass') await browser.pass(step.ms * 250)
            if ((step.do === 'frozen' || step.do === 'unheard' || step.do === 'hung') && tab)
              browser.freeze(tab, step.do)
            if (step.do === 'thaw' && tab) browser.thaw(tab)
            if (step.do === 'crash' && tab && browser.tabs.some((other) => other !== tab && !other.isGone))
              browser.crash(tab)
            if (step.do === 'open' && browser.tabs.length < 4) browser.openTab(`t${browser.tabs.length + 1}`)
            if (step.do === 'cut') browser.cutSockets()
            if (step.do === 'lose') browser.loseBroadcasts(1)
            const [worker] = browser.workers()
            if (step.do === 'worker' && worker) {
              if (worker.sleep !== null) browser.crash(worker)
              else browser.freeze(worker, 'hung')
            }
          }
          for (const worker of browser.workers()) browser.thaw(worker)
          for (const tab of browser.tabs) browser.thaw(tab)
          await browser.pass(60_000)
          server.announce(TOPIC)
          await browser.settle()

          const living = browser.tabs.filter(({isGone}) => !isGone)
          for (const {delivered, known} of living) {
            const order = delivered.map((offset) => Number(offset.slice(2)))
            expect(order).toEqual([...new Set(order)].toSorted((a, b) => a - b))
            expect([...known]).toEqual(expect.arrayContaining(server.log(TOPIC)))
          }
          expect(browser.connected()).toHaveLength(1)
          browser.close()
        },
      ),
      {numRuns: 40},
    )
  },
)
