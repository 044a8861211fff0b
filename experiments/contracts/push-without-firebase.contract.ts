/** A subscription that knows nothing of Firebase, served by the npm package `web-push`: Web Push as the RFCs have it. */
import {beforeAll, expect, test} from 'vitest'
import {generateVAPIDKeys, sendNotification, WebPushError, type RequestOptions} from 'web-push'
import {allowNotifications, openAppTab} from './push-app-tab.ts'
import {startPushApp} from './push-app.ts'
import type {PushStage} from './push-stage.ts'

export function testWithoutFirebase(stage: () => PushStage): void {
  const keys = generateVAPIDKeys()
  let subscription: {endpoint: string; keys: {p256dh: string; auth: string}}
  beforeAll(async () => {
    await stage().tab.call('deleteToken')
    subscription = await stage().tab.call('subscribe', keys.publicKey)
  })

  /** The status, whichever it is. */
  async function status(payload: string | null, options: RequestOptions = {}, by = keys): Promise<number> {
    const vapidDetails = {subject: 'mailto:app@example.com', ...by}
    try {
      const {statusCode} = await sendNotification(subscription, payload, {
        vapidDetails,
        agent: stage().agent,
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
    await expect.poll(() => stage().tab.call('inBackground')).toEqual([{plain: 'plain words'}])
  })

  test('[FB66] 4,096 bytes of body arrive, and more is refused', async () => {
    // The header, the delimiter and the tag take 103 of them.
    expect(await status('x'.repeat(4_096 - 103))).toBe(201)
    expect(await status('x'.repeat(4_097 - 103))).toBe(413)
    const lengths = async () => (await stage().tab.call('inBackground')).map(({plain}) => plain?.length)
    await expect.poll(lengths).toContain(4_096 - 103)
  })

  test('[FB61] [FB62] nobody else’s signature will do', async () => {
    const others = generateVAPIDKeys()
    expect(await status('x', {}, others)).toBe(403)
    expect(await status('x', {}, {publicKey: keys.publicKey, privateKey: others.privateKey})).toBe(403)
  })

  test('[FB21] [FB22] its endpoint cannot be registered with FCM by the page of another origin', async () => {
    const elsewhere = await startPushApp(stage().fcm.page)
    await allowNotifications(stage().device, elsewhere)
    const stranger = await openAppTab(stage().device, elsewhere)
    // The stranger’s own registration request, with the endpoint of this page in it.
    await stranger.page.route('https://fcmregistrations.googleapis.com/**', async (route) => {
      const body = JSON.parse(route.request().postData() ?? 'null') as {web: Record<string, string>}
      const web = {...body.web, endpoint: subscription.endpoint, applicationPubKey: keys.publicKey}
      await route.continue({postData: JSON.stringify({web})})
    })
    await expect(stranger.call('getToken')).rejects.toThrow('Not the origin of the subscription')
    await stranger.page.close()
    await elsewhere.close()
  })

  test('[FB67] once it has ended, it is gone', async () => {
    await stage().tab.call('unsubscribe')
    // The page is told before the push service is.
    await expect.poll(() => status('x')).toBe(410)
    subscription = {...subscription, endpoint: `${subscription.endpoint}x`}
    expect(await status('x')).toBe(404)
  })
}
