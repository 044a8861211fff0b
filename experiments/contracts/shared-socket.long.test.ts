/**
 * What takes seconds of a shared socket's life in a real browser: holders that sleep without saying so, and followers that
 * do. Also what a real browser makes of drafts and of copied tabs.
 */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import {bringBack, holdState} from '../browser/tab-state.ts'
import {findBrowser} from '../setup/find-browser.js'
import {
  isFollower,
  openSocketStage,
  receivedOnce,
  reconnected,
  type SocketStage,
} from './shared-socket-stage.ts'

const browserPath = await findBrowser()
let stage: SocketStage

const HANG = `void setTimeout(() => { for (const end = performance.now() + 7_000; performance.now() < end; ); })`
const UNTOLD = `addEventListener('freeze', (event) => event.stopImmediatePropagation(), true)`

/** Sends commands to the shared worker that runs now; their answers are not waited for. */
async function attachToWorker(): Promise<(method: string) => Promise<void>> {
  const {cdp} = stage.device
  const {targetInfos} = await cdp.send('Target.getTargets')
  const {targetId = ''} = targetInfos.find(({type}) => type === 'shared_worker') ?? {}
  const {sessionId} = await cdp.send('Target.attachToTarget', {targetId, flatten: false})
  let id = 0
  return async (method) => {
    id += 1
    await cdp.send('Target.sendMessageToTarget', {sessionId, message: JSON.stringify({id, method})})
  }
}

describe.skipIf(browserPath === null)('tabs of one browser', () => {
  beforeAll(async () => {
    stage = await openSocketStage(browserPath ?? '')
  })
  afterEach(() => stage.closeTabs())
  afterAll(() => stage?.close())

  test.each([
    ['is frozen without being told', UNTOLD],
    ['hangs', HANG],
  ])(
    '[LW8] [LW10] a leader that %s is robbed of its lock, and opens no second socket',
    async (how, begin) => {
      const {behind, inWindow, write, connected, open, areFresh} = await stage.person('leader')
      const a = await behind('A')
      const [b, c] = [await inWindow('B'), await inWindow('C')]
      const again = reconnected(b, `leader that ${how}`)
      await a.cover.bringToFront()
      await a.tab.evaluate(begin)
      if (begin === UNTOLD) await a.tab.freeze?.()
      const missed = await write('while the leader sleeps')
      expect(await again).toBeLessThan(7_000)
      await areFresh([b, c])
      for (const tab of [b, c]) await receivedOnce(tab, missed)

      const follows = a.tab.sighting(isFollower, 12_000, 'A to follow')
      await bringBack(a.tab)
      await follows
      await write('after it woke')
      await areFresh([a, b, c])
      expect(connected().filter((tab) => tab === 'A')).toHaveLength(1)
      // Two may rob it within the same moment; then the later one has it.
      await expect.poll(() => open().length).toBe(1)
    },
  )

  test('[LW8] a leader that is left gives up its lock, and follows when somebody goes back to it', async () => {
    const {inWindow, write, open, areFresh} = await stage.person('leader')
    const [a, b] = [await inWindow('A'), await inWindow('B')]
    const again = reconnected(b, 'leader in the back/forward cache')
    await a.tab.leaveFor?.('about:blank')
    expect(await again).toBeLessThan(2_500)
    await write('while the former leader is away')
    const follows = a.tab.sighting(isFollower, 10_000, 'A to follow')
    // What was broadcast meanwhile cost it its place in the cache, so it is loaded anew.
    expect(await a.tab.goBack?.()).not.toBeNull()
    await follows
    await areFresh([a, b])
    expect(open()).toEqual(['B'])
  })

  test('[LW9] a frozen follower ends with what it missed, and leaves the leader alone', async () => {
    const {behind, inWindow, write, connected, areFresh} = await stage.person('leader')
    const a = await inWindow('A')
    const b = await behind('B')
    await holdState(b.tab, 'frozen', b.cover)
    const missed = await write('while the follower is frozen')
    await areFresh([a])
    await bringBack(b.tab)
    await areFresh([a, b])
    await receivedOnce(b, missed)
    expect(connected()).toEqual(['A'])
  })

  test('[LW21] [LW22] a worker that answers nothing is left for the next; when it goes on it has no socket', async () => {
    const {inWindow, write, connected, open, areFresh} = await stage.person('shared-worker')
    const a = await inWindow('A')
    const b = await inWindow('B')
    const debug = await attachToWorker()
    await debug('Debugger.enable')
    await debug('Debugger.pause')
    const again = Promise.all([a, b].map((tab) => reconnected(tab, 'worker that is paused')))
    const missed = await write('while the worker sleeps')
    expect(Math.max(...(await again))).toBeLessThan(7_000)
    await areFresh([a, b])
    for (const tab of [a, b]) await receivedOnce(tab, missed)

    await debug('Debugger.resume')
    await expect.poll(() => open().length, {timeout: 5_000}).toBe(1)
    await write('after it went on')
    await areFresh([a, b])
    // Whoever misses the answer first opens the next one.
    expect(connected()).toEqual(['worker-A', expect.stringMatching(/^worker-[AB]$/)])
  })

  test('[PG1] a crashed tab that is loaded anew has its draft', async () => {
    const {inWindow, url} = await stage.person('content')
    const {tab, said} = await inWindow('A')
    await tab.type('half a thought')
    await tab.sighting((event) => event.kind === 'draft' && event.chars === 14, 5_000, 'the draft to be seen')
    await tab.crash?.()
    said.length = 0
    await tab.goto(url('A'))
    await expect.poll(() => tab.evaluate(`document.querySelector('textarea').value`)).toBe('half a thought')
    const drafts = () => said.flatMap(({event}) => (event.kind === 'draft' ? [event.chars] : []))
    await expect.poll(drafts).toEqual([14])
  })

  test('[PG4] a copy of an address gets a name of its own; a tab that is reloaded keeps it', async () => {
    const {inWindow, open} = await stage.person('content')
    await inWindow('A')
    const second = await inWindow('A')
    expect(await second.tab.evaluate(`new URL(location.href).searchParams.get('tab')`)).toBe('A-2')
    await expect.poll(() => [...open()].toSorted()).toEqual(['A', 'A-2'])
    for (let times = 0; times < 10; times += 1) await second.tab.reload()
    expect(await second.tab.evaluate(`new URL(location.href).searchParams.get('tab')`)).toBe('A-2')
    await expect.poll(() => [...open()].toSorted()).toEqual(['A', 'A-2'])
  })
})
