/**
 * What the harness rests on in a stock Firefox: that its tabs are as visible and hidden as a person's, that their clock
 * can be bracketed, and that nothing of a browser is left behind. Skipped where no Firefox is installed.
 */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers, type RunningServers} from '../../servers/start.ts'
import type {BrowserDevice, BrowserTab} from '../browser/browser-tab.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import {openFirefox} from '../browser/firefox.ts'
import {findFirefox} from '../setup/find-firefox.js'
import {inProject} from '../setup/project.js'

const firefoxPath = findFirefox()
const inFirefox = test.skipIf(firefoxPath === null)

let servers: RunningServers
let device: BrowserDevice
let front: BrowserTab
let behind: BrowserTab

beforeAll(async () => {
  if (firefoxPath === null) return
  servers = await startServers(
    {
      port: 0,
      seed: 'firefox-tabs',
      store: ':memory:',
      pageFolder: inProject('clients/page/dist'),
      carriage: 'content',
      model: {...defaultModelSettings, instant: true},
      userCount: 0,
    },
    () => {},
  )
  device = await openFirefox({name: 'device-1', browserPath: firefoxPath})
  front = await device.openWindow()
  behind = await device.openBehind(front)
  // A browser that starts on a machine with much else to do.
}, 60_000)
afterAll(async () => {
  await device?.close()
  await servers?.close()
})

/** Both tabs on a fresh user's conversation. */
async function conversation() {
  const {id: userId} = await servers.control.createUser({carriage: 'content'})
  const {conversationId} = await servers.control.createConversation(userId, 1)
  const url = (tab: string) =>
    `${servers.chatgpt.baseUrl}/c/${conversationId}?${new URLSearchParams({as: userId, tab, policy: 'content'})}`
  return {front: url('A'), behind: url('B')}
}

async function ticksPerSecond(tab: BrowserTab): Promise<number> {
  const ticks = () => tab.sighting((said) => said.kind === 'ticks', 10_000, 'a report of ticks')
  await tab.evaluate('tabwitness.reportTicks()')
  const {event} = await ticks()
  return event.kind === 'ticks' ? (event.count * 1_000) / (event.at - event.fromAt) : Number.NaN
}

inFirefox(
  '[P1] a tab behind another is hidden and ticks about once a second, until they change places',
  async () => {
    const urls = await conversation()
    await Promise.all([front.goto(urls.front), behind.goto(urls.behind)])
    await front.bringToFront()
    await Promise.all([front.visibility('visible'), behind.visibility('hidden')])
    expect(await ticksPerSecond(behind)).toBeLessThanOrEqual(2)
    expect(await ticksPerSecond(front)).toBeGreaterThan(10)
    await behind.bringToFront()
    await Promise.all([front.visibility('hidden'), behind.visibility('visible')])
  },
)

inFirefox('[P1] two windows of one browser are visible at once', async () => {
  const urls = await conversation()
  const second = await device.openWindow()
  await front.bringToFront()
  await Promise.all([front.goto(urls.front), second.goto(urls.behind)])
  await Promise.all([front.visibility('visible'), second.visibility('visible')])
  await second.close()
})

inFirefox('[P2] the clock of a tab is known to 1 ms, and runs as ours', async () => {
  const urls = await conversation()
  const first = await front.goto(urls.front)
  expect(first.errorMs).toBeLessThanOrEqual(1)
  const again = await front.reload()
  expect(again.errorMs).toBeLessThanOrEqual(1)
  expect(again.navigationStartMs).toBeGreaterThan(first.navigationStartMs)
  const beforeMs = monotonicNowMs()
  const nowMs = Number(await front.evaluate('performance.now()')) + again.navigationStartMs
  expect(nowMs).toBeGreaterThan(beforeMs - again.errorMs)
  expect(nowMs).toBeLessThan(monotonicNowMs() + again.errorMs)
})

inFirefox(
  '[WI2] what is typed in one tab is shown by the other, and both say so on the one clock',
  async () => {
    const urls = await conversation()
    await Promise.all([front.goto(urls.front), behind.goto(urls.behind)])
    const shown = behind.sighting(
      (event) => event.kind === 'shown' && event.view.length >= 2,
      10_000,
      'the answer to be shown',
    )
    const sentAfterMs = monotonicNowMs()
    await front.send('what is typed here')
    const {at} = await shown
    expect(at).toBeGreaterThan(sentAfterMs)
    expect(at).toBeLessThan(monotonicNowMs())
  },
)

inFirefox('[WI7] a page that is left says its farewell', async () => {
  const urls = await conversation()
  await front.goto(urls.front)
  const farewell = front.sighting(
    (event) => event.kind === 'lifecycle' && event.event === 'pagehide',
    5_000,
    'the farewell',
  )
  await front.goto(urls.behind)
  await farewell
})
