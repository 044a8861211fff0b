/** A subscription that knows nothing of Firebase, served by the npm package `web-push`: Web Push as the RFCs have it. */
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {generateVAPIDKeys, sendNotification, WebPushError, type RequestOptions} from 'web-push'
import {createLocalAgent} from '../../servers/fcm/admin/local-agent.ts'
import type {RunningFcm} from '../../servers/fcm/running-fcm.ts'
import {startFcm} from '../../servers/fcm/start.ts'
import type {Device} from '../browser/chromium.ts'
import {findBrowser} from '../setup/find-browser.js'
import {openAppDevice, openAppTab, type AppTab} from './push-app-tab.ts'
import {startPushApp, type PushApp} from './push-app.ts'

const browserPath = await findBrowser()
const keys = generateVAPIDKeys()
let fcm: RunningFcm
let app: PushApp
let device: Device
let tab: AppTab
let agent: ReturnType<typeof createLocalAgent>
let subscription: {endpoint: string; keys: {p256dh: string; auth: string}}

describe.skipIf(browserPath === null)('a subscription made without Firebase', () => {
  beforeAll(async () => {
    fcm = await startFcm(
      {port: 0, mcsPort: 0, store: null, projectId: 'tabwitness', temporaryFolder: null},
      () => {},
    )
    agent = createLocalAgent(fcm)
    app = await startPushApp(fcm.page)
    device = await openAppDevice(browserPath ?? '', fcm, app)
    tab = await openAppTab(device, app)
    subscription = await tab.call('subscribe', keys.publicKey)
  })
  afterAll(async () => {
    agent?.destroy()
    await device?.close()
    await app?.close()
    await fcm?.close()
  })

  /** The status, whichever it is. */
  async function status(payload: string | null, options: RequestOptions = {}, by = keys): Promise<number> {
    const vapidDetails = {subject: 'mailto:app@example.com', ...by}
    try {
      const {statusCode} = await sendNotification(subscription, payload, {
        vapidDetails,
        agent,
        TTL: 60,
        ...options,
      })
      return statusCode
    } catch (error) {
      if (error instanceof WebPushError) return error.statusCode
      throw error
    }
  }

  test('[FB60] what web-push sends is answered 201 and heard by the service worker', async () => {
    expect(await status('plain words')).toBe(201)
    await expect.poll(() => tab.call('inBackground')).toEqual([{plain: 'plain words'}])
  })

  test('[FB66] 4,096 bytes of body arrive, and more is refused', async () => {
    // The header, the delimiter and the tag take 103 of them.
    expect(await status('x'.repeat(4_096 - 103))).toBe(201)
    expect(await status('x'.repeat(4_097 - 103))).toBe(413)
    const lengths = async () => (await tab.call('inBackground')).map(({plain}) => plain?.length)
    await expect.poll(lengths).toContain(4_096 - 103)
  })

  test('[FB61] [FB62] nobody else’s signature will do', async () => {
    const others = generateVAPIDKeys()
    expect(await status('x', {}, others)).toBe(403)
    expect(await status('x', {}, {publicKey: keys.publicKey, privateKey: others.privateKey})).toBe(403)
  })

  test('[FB21] [FB22] its endpoint cannot be registered with FCM by the page of another origin', async () => {
    const elsewhere = await startPushApp(fcm.page)
    const other = await openAppDevice(browserPath ?? '', fcm, elsewhere)
    const stranger = await openAppTab(other, elsewhere)
    // The stranger’s own registration request, with the endpoint of this page in it.
    await stranger.page.route('https://fcmregistrations.googleapis.com/**', async (route) => {
      const body = JSON.parse(route.request().postData() ?? 'null') as {web: Record<string, string>}
      const web = {...body.web, endpoint: subscription.endpoint, applicationPubKey: keys.publicKey}
      await route.continue({postData: JSON.stringify({web})})
    })
    await expect(stranger.call('getToken')).rejects.toThrow('Not the origin of the subscription')
    await other.close()
    await elsewhere.close()
  })

  test('[FB67] once it has ended, it is gone', async () => {
    await tab.call('unsubscribe')
    // The page is told before the push service is.
    await expect.poll(() => status('x')).toBe(410)
    subscription = {...subscription, endpoint: `${subscription.endpoint}x`}
    expect(await status('x')).toBe(404)
  })
})
