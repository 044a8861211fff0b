/**
 * A stock Chromium over cuts and kills of its push back end. Slow because of Chromium itself: after a cut within ten
 * seconds of a login, and after a refused connection, it waits 20 to 30 s (observed: 156).
 */
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {PushEvent} from '#protocol/push-event.ts'
import {createPushSender} from '../../servers/fcm/admin/admin-sender.ts'
import {rawDelivery} from '../../servers/fcm/delivery-model.ts'
import type {PushSender} from '../../servers/fcm/push-sender.ts'
import type {Device} from '../browser/chromium.ts'
import {temporaryFolder, type TemporaryFolder} from '../browser/temporary-folder.ts'
import {startFcmProcess, type FcmProcess} from '../runner/fcm-process.ts'
import {findBrowser} from '../setup/find-browser.js'
import {openAppDevice, openAppTab, type AppTab} from './push-app-tab.ts'
import {startPushApp, type PushApp} from './push-app.ts'

const browserPath = await findBrowser()
const ledger: PushEvent[] = []
let folder: TemporaryFolder
let fcm: FcmProcess
let app: PushApp
let device: Device
let tab: AppTab
let sender: PushSender
let token: string

const STEADY_MS = 10_000
const LONGEST_BACK_OFF_MS = 60_000
/** Longer than a kill takes. */
const HELD_MS = 5_000

const data = async () => (await tab.heard()).map(({payload}) => payload.data?.['n'])
const opened = () => ledger.filter(({kind}) => kind === 'push-link-opened')
/** Chromium sees a cut of a link that was good for ten seconds as bad luck, and comes back at once. */
const steady = async () => {
  const since = () => Number(process.hrtime.bigint()) / 1e6 - (opened().at(-1)?.at ?? Infinity)
  await expect.poll(since, {timeout: 2 * STEADY_MS, interval: 200}).toBeGreaterThan(STEADY_MS + 500)
}
const send = async (...numbers: readonly string[]) => {
  for (const n of numbers) expect(await sender.send(token, {n})).toMatchObject({ok: true})
}

describe.skipIf(browserPath === null)('a Chromium whose push back end comes and goes', () => {
  beforeAll(async () => {
    folder = await temporaryFolder('push-restart')
    fcm = await startFcmProcess(
      {
        port: 0,
        mcsPort: 0,
        store: join(folder.path, 'push.sqlite'),
        projectId: 'tabwitness',
        temporaryFolder: null,
      },
      (events) => ledger.push(...events),
    )
    await mkdir(join(folder.path, 'profile'))
    app = await startPushApp(fcm.addresses.page)
    device = await openAppDevice(browserPath ?? '', fcm.addresses, app, join(folder.path, 'profile'))
    tab = await openAppTab(device, app)
    token = await tab.call('getToken')
    sender = createPushSender(fcm.addresses)
  })
  afterAll(async () => {
    await sender?.close()
    await device?.close()
    await app?.close()
    await fcm?.close()
    await folder?.remove()
  })

  test('[FB7] after a cut of a steady link everything that was sent meanwhile arrives, once and in order', async () => {
    await steady()
    const links = opened().length
    await tab.forget()
    await fcm.control.cutLinks(null)
    await send('1', '2', '3')
    await expect.poll(data, {timeout: LONGEST_BACK_OFF_MS}).toEqual(['1', '2', '3'])
    expect(opened().length).toBe(links + 1)
  })

  test('[FB7] after a kill of the back end everything queued before and after arrives, once and in order', async () => {
    await steady()
    await tab.forget()
    const links = opened().length
    // Stored, and held back until the kill.
    await fcm.control.setDelivery(null, {...rawDelivery, name: 'held', delayMs: HELD_MS})
    await send('before 1', 'before 2', 'before 3')
    await fcm.kill()
    await fcm.startAgain()
    await send('after 1', 'after 2', 'after 3')
    const expected = ['before 1', 'before 2', 'before 3', 'after 1', 'after 2', 'after 3']
    await expect.poll(data, {timeout: 2 * LONGEST_BACK_OFF_MS, interval: 250}).toEqual(expected)
    expect(opened().length).toBeGreaterThan(links)
    await expect.poll(() => acked(expected.length), {timeout: 5_000}).toBe(true)
    expect(await data()).toEqual(expected)
  })

  test('[FB7] after both were ended and started again, the service worker hears what was sent meanwhile', async () => {
    await device.close()
    await send('1', '2')
    await fcm.kill()
    await fcm.startAgain()
    await send('3')
    device = await openAppDevice(browserPath ?? '', fcm.addresses, app, join(folder.path, 'profile'))
    tab = await openAppTab(device, app)
    const all = async () => {
      const inBackground = await tab.call('inBackground')
      return [...inBackground.map((payload) => payload.data?.['n']), ...(await data())].toSorted()
    }
    await expect.poll(all, {timeout: LONGEST_BACK_OFF_MS}).toEqual(['1', '2', '3'])
    expect(await tab.call('getToken')).toBe(token)
  })
})

/** Whether the last so many messages are the browser's. */
function acked(count: number): boolean {
  const stored = ledger
    .flatMap((event) => (event.kind === 'push-stored' ? [event.deliveryId] : []))
    .slice(-count)
  return stored.every((id) => ledger.some((event) => event.kind === 'push-acked' && event.deliveryId === id))
}
