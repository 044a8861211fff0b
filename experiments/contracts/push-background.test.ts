/** What a page hears of a push when nobody looks at it, and when there is none: its service worker's side. */
import {deleteApp, initializeApp, type App} from 'firebase-admin/app'
import {getMessaging, type Messaging} from 'firebase-admin/messaging'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {createLocalAgent} from '../../servers/fcm/admin/local-agent.ts'
import type {RunningFcm} from '../../servers/fcm/running-fcm.ts'
import {startFcm} from '../../servers/fcm/start.ts'
import type {Device} from '../browser/chromium.ts'
import {temporaryFolder, type TemporaryFolder} from '../browser/temporary-folder.ts'
import {findBrowser} from '../setup/find-browser.js'
import {openAppDevice, openAppTab} from './push-app-tab.ts'
import {startPushApp, type PushApp} from './push-app.ts'

const browserPath = await findBrowser()
let profile: TemporaryFolder
let fcm: RunningFcm
let app: PushApp
let device: Device
let server: App
let messaging: Messaging

describe.skipIf(browserPath === null)('an app that nobody looks at', () => {
  beforeAll(async () => {
    profile = await temporaryFolder('profile')
    fcm = await startFcm(
      {port: 0, mcsPort: 0, store: null, projectId: 'tabwitness', temporaryFolder: null},
      () => {},
    )
    app = await startPushApp(fcm.page)
    device = await openAppDevice(browserPath ?? '', fcm, app, profile.path)
    const credential = {getAccessToken: async () => ({access_token: 'local', expires_in: 3_600})}
    server = initializeApp(
      {projectId: fcm.projectId, credential, httpAgent: createLocalAgent(fcm)},
      'background',
    )
    messaging = getMessaging(server)
  })
  afterAll(async () => {
    if (server) {
      server.options.httpAgent?.destroy()
      await deleteApp(server)
    }
    await device?.close()
    await app?.close()
    await fcm?.close()
    await profile?.remove()
  })

  test('[FB34] a hidden tab hears nothing; its service worker does, and shows the notification', async () => {
    const tab = await openAppTab(device, app)
    const token = await tab.call('getToken')
    const front = device.context.waitForEvent('page')
    await tab.page.evaluate(`void open('about:blank', '_blank', 'noopener')`)
    await (await front).bringToFront()
    await tab.page.waitForFunction(`document.visibilityState === 'hidden'`)

    await messaging.send({token, data: {n: '1'}})
    await messaging.send({
      token,
      notification: {title: 'Title', body: 'Body'},
      webpush: {fcmOptions: {link: app.url}},
    })
    await expect.poll(() => tab.call('inBackground')).toHaveLength(2)
    const inBackground = await tab.call('inBackground')
    expect(inBackground.find(({data}) => data)?.data).toEqual({n: '1'})
    expect(inBackground.find(({notification}) => notification)).toMatchObject({
      notification: {title: 'Title', body: 'Body'},
      fcmOptions: {link: app.url},
    })
    await expect.poll(() => tab.call('notifications')).toMatchObject([{title: 'Title', body: 'Body'}])
    expect(await tab.heard()).toEqual([])

    await (await front).close()
    await tab.page.bringToFront()
    await tab.page.waitForFunction(`document.visibilityState === 'visible'`)
    await messaging.send({token, data: {n: 'seen'}})
    await expect.poll(() => tab.heard()).toHaveLength(1)
    await tab.page.close()
  })

  test('[FB7] messages for a closed browser wait, and its service worker hears them without any page', async () => {
    const tab = await openAppTab(device, app)
    const token = await tab.call('getToken')
    await tab.forget()
    await device.close()
    for (const n of ['1', '2', '3']) await messaging.send({token, data: {n}})

    device = await openAppDevice(browserPath ?? '', fcm, app, profile.path)
    const worker = await device.context.waitForEvent('serviceworker')
    const kept = async () => {
      const texts = await worker.evaluate(`caches.open('background').then(async (cache) =>
        Promise.all((await cache.keys()).map(async (key) => (await cache.match(key)).text())))`)
      return (texts as string[]).map((text) => (JSON.parse(text) as {data: {n: string}}).data.n).toSorted()
    }
    await expect.poll(kept, {timeout: 10_000}).toEqual(['1', '2', '3'])
    const again = await openAppTab(device, app)
    expect(await again.call('getToken')).toBe(token)
    expect(await again.heard()).toEqual([])
  })
})
