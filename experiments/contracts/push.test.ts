/** The whole way with nothing of ours in the clients: firebase-admin → back end → stock Chromium → firebase. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {PushEvent} from '#protocol/push-event.ts'
import {createPushSender} from '../../servers/fcm/admin/admin-sender.ts'
import type {PushSender} from '../../servers/fcm/push-sender.ts'
import type {RunningFcm} from '../../servers/fcm/running-fcm.ts'
import {startFcm} from '../../servers/fcm/start.ts'
import type {Device} from '../browser/chromium.ts'
import {findBrowser} from '../setup/find-browser.js'
import {openAppDevice, openAppTab, type AppTab} from './push-app-tab.ts'
import {startPushApp, type PushApp} from './push-app.ts'

const browserPath = await findBrowser()
const ledger: PushEvent[] = []
let fcm: RunningFcm
let app: PushApp
let device: Device
let tab: AppTab
let sender: PushSender

beforeAll(async () => {
  if (browserPath === null) return
  fcm = await startFcm(
    {port: 0, mcsPort: 0, store: null, projectId: 'tabwitness', temporaryFolder: null},
    (event) => ledger.push(event),
  )
  app = await startPushApp(fcm.page)
  device = await openAppDevice(browserPath, fcm, app)
  tab = await openAppTab(device, app)
  sender = createPushSender(fcm)
})
afterAll(async () => {
  await sender?.close()
  await device?.close()
  await app?.close()
  await fcm?.close()
})

test.skipIf(browserPath === null)('[FB20] a page gets a token and hears what is sent to it', async () => {
  const token = await tab.call('getToken')
  const sent = await sender.send(token, {hello: 'world'})
  expect(sent).toMatchObject({ok: true})
  await expect.poll(() => tab.heard()).toHaveLength(1)
})
