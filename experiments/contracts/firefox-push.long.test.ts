/**
 * The same app and the same `send()` as in Chromium, in a stock Firefox: the web SDK as it is published, the browser's
 * own push client, our back end in between. Nothing is patched. Skipped where no Firefox is installed.
 */
import {join} from 'node:path'
import {deleteApp, initializeApp} from 'firebase-admin/app'
import {getMessaging} from 'firebase-admin/messaging'
import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {PushEvent} from '#protocol/push-event.ts'
import {createPushSender} from '../../servers/fcm/admin/admin-sender.ts'
import {createLocalAgent} from '../../servers/fcm/admin/local-agent.ts'
import type {PushSender} from '../../servers/fcm/push-sender.ts'
import type {RunningFcm} from '../../servers/fcm/running-fcm.ts'
import {startFcm} from '../../servers/fcm/start.ts'
import {createTrust, type Trust} from '../../servers/fcm/trust/trust.ts'
import {monotonicNowMs} from '../browser/clock.ts'
import {openFirefox, type FirefoxDevice} from '../browser/firefox.ts'
import type {FirefoxTab} from '../browser/firefox-tab.ts'
import {certificateOf} from '../browser/pinned-certificate.ts'
import {temporaryFolder, type TemporaryFolder} from '../browser/temporary-folder.ts'
import {findFirefox} from '../setup/find-firefox.js'
import {plainQuantile, sorted} from '../statistics/quantile.ts'
import {appCalls, type AppCalls} from './push-app-tab.ts'
import {startPushApp, type PushApp} from './push-app.ts'

const firefoxPath = findFirefox()
const inFirefox = test.skipIf(firefoxPath === null)
/** A browser that starts on a machine with much else to do. */
const SLOW_MS = 60_000

type AppTab = AppCalls & {readonly tab: FirefoxTab}

let folder: TemporaryFolder
let trust: Trust
let fcm: RunningFcm
let app: PushApp
let sender: PushSender
let device: FirefoxDevice
let front: AppTab
let behind: AppTab
let token = ''
const ledger: PushEvent[] = []

/** `before`: the one whose place it takes, under browsers that know where that was. */
const startBackEnd = (before?: RunningFcm): Promise<RunningFcm> =>
  startFcm(
    {
      port: before?.api.port ?? 0,
      mcsPort: before?.mcs.port ?? 0,
      autopushPort: before ? Number(new URL(before.autopushUrl).port) : 0,
      proxyPort: before?.proxy.port ?? 0,
      store: join(folder.path, 'push.sqlite'),
      projectId: 'tabwitness',
      temporaryFolder: null,
    },
    (event) => ledger.push(event),
    trust,
  )

async function openDevice(): Promise<void> {
  device = await openFirefox({
    name: 'device-1',
    browserPath: firefoxPath ?? '',
    profile: folder.path,
    prefs: fcm.firefoxPrefs,
    certificate: await certificateOf(fcm),
  })
}

async function load(tab: FirefoxTab): Promise<AppTab> {
  await tab.page.goto(app.url)
  await tab.page.waitForFunction(`document.title === 'ready'`)
  return {tab, ...appCalls((expression) => tab.evaluate(expression))}
}

async function openTabs(): Promise<void> {
  front = await load(await device.openWindow())
  behind = await load(await device.openBehind(front.tab))
}

const isVisible = ({tab}: AppTab) => tab.evaluate(`document.visibilityState === 'visible'`)
const idsHeardBy = async ({heard}: AppTab) => (await heard()).map(({payload}) => payload.messageId)
const heardInBackground = async () => (await front.call('inBackground')).map(({data}) => data?.['n'])

const send = async (n: string): Promise<string> => {
  const sent = await sender.send(token, {n})
  return sent.ok ? sent.messageId : sent.code
}

/** Looks from inside the page, so that nobody else disturbs what is measured. */
const hears = (count: number) =>
  front.tab.evaluate(`new Promise((resolve) => {
    const look = () => (app.heard.length >= ${count} ? resolve() : setTimeout(look, 1))
    look()
  })`)

/** Another tab before both while `act` runs. */
async function unseen(act: () => Promise<void>): Promise<void> {
  const cover = await device.openBehind(front.tab)
  await cover.bringToFront()
  await expect.poll(() => isVisible(front)).toBe(false)
  await act()
  await cover.close()
}

beforeAll(async () => {
  if (firefoxPath === null) return
  folder = await temporaryFolder('firefox-push')
  trust = await createTrust()
  fcm = await startBackEnd()
  app = await startPushApp(fcm.page)
  sender = createPushSender(fcm)
  await openDevice()
  await openTabs()
  token = await front.call('getToken')
}, SLOW_MS)
afterAll(async () => {
  await device?.close()
  await sender?.close()
  await app?.close()
  await fcm?.close()
  await folder?.remove()
})
beforeEach(async () => {
  if (firefoxPath === null) return
  await front.tab.bringToFront()
  await expect.poll(async () => [await isVisible(front), await isVisible(behind)]).toEqual([true, false])
  await Promise.all([front.forget(), behind.forget()])
})

inFirefox('both tabs of a profile have the same token', async () => {
  expect(token.length).toBeGreaterThan(100)
  expect(await behind.call('getToken')).toBe(token)
})

inFirefox(
  'a push is heard by the visible tab and by the hidden one, and by no handler in the background',
  async () => {
    const messageId = await send('to both')
    await expect.poll(() => idsHeardBy(front)).toEqual([messageId])
    await expect.poll(() => idsHeardBy(behind)).toEqual([messageId])
    expect(await front.heard()).toMatchObject([{payload: {data: {n: 'to both'}}}])
    expect(await heardInBackground()).toEqual([])
  },
)

inFirefox('where no tab is visible only the handler in the background hears it', async () => {
  await unseen(async () => {
    await send('to nobody visible')
    await expect.poll(heardInBackground).toEqual(['to nobody visible'])
  })
  expect(await idsHeardBy(front)).toEqual([])
  expect(await idsHeardBy(behind)).toEqual([])
})

inFirefox('a notification is shown by the SDK where no tab is visible', async () => {
  const agent = createLocalAgent(fcm)
  const credential = {getAccessToken: async () => ({access_token: 'local', expires_in: 3_600})}
  const server = initializeApp({projectId: fcm.projectId, credential, httpAgent: agent}, 'firefox-push.test')
  await unseen(async () => {
    await getMessaging(server).send({token, notification: {title: 'Shown', body: 'by the SDK'}})
    const shown = async () => (await front.call('notifications')).map(({title}) => title)
    await expect.poll(shown).toEqual(['Shown'])
  })
  await deleteApp(server)
  agent.destroy()
})

inFirefox(
  'send() to onMessage, raw, n = 50: on the one clock the median is below 30 ms',
  async ({annotate}) => {
    const sentMs: number[] = []
    for (let n = 1; n <= 50; n++) {
      sentMs.push(monotonicNowMs())
      await send(String(n))
      await hears(n)
    }
    const clock = await front.tab.clock()
    const heardMs = (await front.heard()).map(({at}) => clock.navigationStartMs + at)
    const latencies = sorted(heardMs.map((at, index) => at - (sentMs[index] ?? Number.NaN)))
    const said = [0, 0.5, 0.9, 1].map((p) => `p${p * 100} ${plainQuantile(latencies, p).toFixed(1)} ms`)
    await annotate(`${said.join(', ')}, clock ± ${clock.errorMs.toFixed(2)} ms`)
    expect(plainQuantile(latencies, 0)).toBeGreaterThan(0)
    expect(plainQuantile(latencies, 0.5)).toBeLessThan(30)
  },
)

inFirefox('a burst reaches the tab whole: none lost, none doubled', async () => {
  const sent = await Promise.all(Array.from({length: 50}, (_, n) => send(String(n))))
  await hears(sent.length)
  expect((await idsHeardBy(front)).toSorted()).toEqual(sent.toSorted())
})

inFirefox('[AP8] what was sent while the link was cut comes when Firefox is back, by itself', async () => {
  await fcm.control.cutLinks(null)
  const messageId = await send('after the cut')
  await expect.poll(() => idsHeardBy(front), {timeout: 10_000}).toEqual([messageId])
})

/** What the back end's book has of a kind since then. */
function told<K extends PushEvent['kind']>(kind: K, after: number): Extract<PushEvent, {kind: K}>[] {
  return ledger.slice(after).filter((event): event is Extract<PushEvent, {kind: K}> => event.kind === kind)
}

inFirefox(
  '[AP8] what was sent while the browser was closed comes, in order, before any page is open',
  async () => {
    await device.close()
    const before = ledger.length
    for (const n of ['1', '2', '3']) await send(n)
    const stored = told('push-stored', before).map(({deliveryId}) => deliveryId)
    await openDevice()
    await expect.poll(() => told('push-acked', before), {timeout: SLOW_MS}).toHaveLength(3)
    await openTabs()
    // Firefox works on several at once and may hand neighbours on the other way round.
    await expect.poll(async () => (await heardInBackground()).toSorted()).toEqual(['1', '2', '3'])
    expect(told('push-sent', before).map(({deliveryId}) => deliveryId)).toEqual(stored)
    expect(await front.call('getToken')).toBe(token)
  },
  SLOW_MS,
)

inFirefox(
  '[AP2] [AP4] a back end that comes back knows browser, token and queue',
  async () => {
    await device.close()
    const before = ledger.length
    await send('queued before')
    await fcm.close()
    fcm = await startBackEnd(fcm)
    await openDevice()
    await expect.poll(() => told('push-acked', before), {timeout: SLOW_MS}).toHaveLength(1)
    await openTabs()
    await expect.poll(heardInBackground).toEqual(['queued before'])

    await fcm.close()
    fcm = await startBackEnd(fcm)
    const messageId = await send('sent before Firefox is back')
    await expect.poll(() => idsHeardBy(front), {timeout: 10_000}).toEqual([messageId])
  },
  SLOW_MS,
)

inFirefox('[AP14] no page gets out of the machine', async () => {
  const reached = await front.tab.evaluate(`fetch('https://example.com/').then(() => true, () => false)`)
  expect(reached).toBe(false)
})

inFirefox('[AP5] a subscription that ended is UNREGISTERED, and a new one has a new token', async () => {
  expect(await front.call('unsubscribe')).toBe(true)
  expect(await send('to nobody')).toBe('messaging/registration-token-not-registered')
  const renewed = await front.call('getToken')
  expect(renewed).not.toBe(token)
  token = renewed
  const messageId = await send('to the new one')
  await expect.poll(() => idsHeardBy(front)).toEqual([messageId])

  expect(await front.call('deleteToken')).toBe(true)
  expect(await send('to nobody')).toBe('messaging/registration-token-not-registered')
})

inFirefox(
  '[AP16] without the certificate no page gets through to the back end',
  async () => {
    const browserPath = firefoxPath ?? ''
    const stranger = await openFirefox({name: 'stranger', browserPath, prefs: fcm.firefoxPrefs})
    try {
      const {call} = await load(await stranger.openWindow())
      await expect(call('getToken')).rejects.toThrow(/NetworkError/)
    } finally {
      await stranger.close()
    }
  },
  SLOW_MS,
)
