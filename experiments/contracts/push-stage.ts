/** For tests: everything that stands around one app with push, from its server to a stock Chromium. */
import {mkdir} from 'node:fs/promises'
import {join} from 'node:path'
import {deleteApp, initializeApp} from 'firebase-admin/app'
import {getMessaging, type Messaging} from 'firebase-admin/messaging'
import type {PushEvent} from '#protocol/push-event.ts'
import {createLocalAgent} from '../../servers/fcm/admin/local-agent.ts'
import type {RunningFcm} from '../../servers/fcm/running-fcm.ts'
import {startFcm} from '../../servers/fcm/start.ts'
import type {Device} from '../browser/chromium.ts'
import {temporaryFolder} from '../browser/temporary-folder.ts'
import {openAppDevice, openAppTab, type AppTab} from './push-app-tab.ts'
import {startPushApp, type PushApp} from './push-app.ts'

export type PushStage = {
  readonly fcm: RunningFcm
  readonly ledger: readonly PushEvent[]
  readonly app: PushApp
  /** The app's server, with the Admin SDK as it is. */
  readonly messaging: Messaging
  readonly agent: ReturnType<typeof createLocalAgent>
  device: Device
  tab: AppTab
  /** Ends the browser; the profile stays for {@link PushStage.openBrowser}. */
  closeBrowser(): Promise<void>
  openBrowser(): Promise<void>
  close(): Promise<void>
}

export async function openPushStage(browserPath: string): Promise<PushStage> {
  const folder = await temporaryFolder('push')
  const profile = join(folder.path, 'profile')
  await mkdir(profile)
  const ledger: PushEvent[] = []
  const fcm = await startFcm(
    {port: 0, mcsPort: 0, store: null, projectId: 'tabwitness', temporaryFolder: null},
    (event) => ledger.push(event),
  )
  const app = await startPushApp(fcm.page)
  const agent = createLocalAgent(fcm)
  const credential = {getAccessToken: async () => ({access_token: 'local', expires_in: 3_600})}
  const server = initializeApp({projectId: fcm.projectId, credential, httpAgent: agent}, 'push-stage')
  const messaging = getMessaging(server)
  messaging.enableLegacyHttpTransport()
  const device = await openAppDevice(browserPath, fcm, app, profile)

  const stage: PushStage = {
    fcm,
    ledger,
    app,
    messaging,
    agent,
    device,
    tab: await openAppTab(device, app),
    closeBrowser: () => stage.device.close(),
    async openBrowser() {
      stage.device = await openAppDevice(browserPath, fcm, app, profile)
    },
    async close() {
      agent.destroy()
      await deleteApp(server)
      await stage.device.close()
      await app.close()
      await fcm.close()
      await folder.remove()
    },
  }
  return stage
}
