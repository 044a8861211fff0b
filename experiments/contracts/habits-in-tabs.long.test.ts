/** Habits in real tabs of one browser, with the real pages and servers: what lies in the browser, and what it says of its network. */
import {afterAll, beforeAll, describe, expect, onTestFinished, test} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {defaultModelSettings} from '../../servers/model/model-settings.ts'
import {startServers, type RunningServers} from '../../servers/start.ts'
import type {BrowserDevice, BrowserTab} from '../browser/browser-tab.ts'
import {openDevice} from '../browser/chromium.ts'
import {findBrowser} from '../setup/find-browser.js'
import {inProject} from '../setup/project.js'

const UP_TO = {timeout: 8_000}
const browserPath = await findBrowser()
const ledger: LedgerEvent[] = []
let servers: RunningServers
let device: BrowserDevice

beforeAll(async () => {
  if (browserPath === null) return
  servers = await startServers(
    {
      port: 0,
      seed: 'habits',
      store: null,
      pageFolder: inProject('clients/page/dist'),
      carriage: 'observed',
      model: {...defaultModelSettings, instant: true},
      userCount: 0,
    },
    (event) => ledger.push(event),
  )
  device = await openDevice({name: 'device-1', browserPath, throttlesEarly: false})
})
afterAll(async () => {
  await device?.close()
  await servers?.close()
})

const PATH = {chatgpt: '/c/', claude: '/chat/'} as const satisfies Record<Platform, string>

async function person(platform: Platform) {
  const {id} = await servers.control.createUser({})
  const {conversationId} = await servers.control.createConversation(id, 1, platform)
  const {baseUrl} = servers[platform]
  async function open(name: string, habits: string): Promise<BrowserTab> {
    const tab = await device.openWindow()
    onTestFinished(() => tab.close().catch(() => {}))
    await tab.goto(`${baseUrl}${PATH[platform]}${conversationId}?as=${id}&tab=${name}&${habits}`)
    return tab
  }
  return {id, conversationId, open}
}

const textOf = (tab: BrowserTab, selector: string) =>
  tab.evaluate(`document.querySelector(${JSON.stringify(selector)})?.textContent ?? null`)
const fieldOf = (tab: BrowserTab) => tab.evaluate(`document.querySelector('textarea[name=prompt]').value`)
const LAST = '[data-transcript] article:last-of-type'

describe.skipIf(browserPath === null).each(PLATFORMS)('in real tabs of %s', (platform) => {
  test('[HB5] a draft outlives its closed tab, and a tab that lives keeps its own', async () => {
    const {open} = await person(platform)
    const [a, b] = [await open('A', 'drafts=device'), await open('B', 'drafts=device')]
    await a.type('half a thought')
    await b.type('another one')
    await a.close()
    const again = await open('A', 'drafts=device')
    await expect.poll(() => fieldOf(again), UP_TO).toBe('half a thought')
    expect(await fieldOf(b)).toBe('another one')
    await again.reload()
    expect(await fieldOf(again)).toBe('half a thought')
  })

  test('[HB6] who signs in in another window is whom the first one asks as, whatever it shows', async () => {
    const [first, second] = [await person(platform), await person(platform)]
    const a = await first.open('A', 'login=browser')
    const shown = await textOf(a, '.sidebar__user')
    const whose = () =>
      ledger.flatMap((event) => (event.kind === 'asked' && event.tab === 'A' ? [event.userId] : []))
    expect(new Set(whose().slice(-1))).toEqual(new Set([first.id]))
    await second.open('B', 'login=tab')
    const before = whose().length
    await a.send('Whose is this?')
    await expect.poll(() => whose().length, UP_TO).toBeGreaterThan(before)
    expect(new Set(whose().slice(before))).toEqual(new Set([second.id]))
    expect(await textOf(a, '.sidebar__user')).toBe(shown)
  })

  test('[HB4] what is sent without a network waits for it in the transcript, and says so', async () => {
    const {open, conversationId} = await person(platform)
    const a = await open('A', 'outbox=replay')
    await a.setOffline?.(true)
    await a.send('Is anybody there?')
    await expect.poll(() => textOf(a, `${LAST} .message__status`), UP_TO).toBe('Waiting for the network…')
    const statusOf = () => a.evaluate(`document.querySelector(${JSON.stringify(LAST)}).dataset.status`)
    expect(await statusOf()).toBe('sending')
    await a.setOffline?.(false)
    await expect.poll(async () => (await servers.control.serverView(conversationId)).length, UP_TO).toBe(4)
    await expect.poll(statusOf, UP_TO).toBe('complete')
  })
})

test.skipIf(browserPath === null)(
  '[HB1] an address with a habit that is none is refused in one sentence',
  async () => {
    const tab = await device.openWindow()
    onTestFinished(() => tab.close())
    const refused = tab.goto(`${servers.chatgpt.baseUrl}/?resend=sometimes`).catch(() => {})
    await expect
      .poll(() => textOf(tab, 'body'), UP_TO)
      .toContain('resend="sometimes" is unknown; accepted are never, same-ids, fresh-ids.')
    await tab.close()
    await refused
  },
)
