/** What is heard of a push when nobody looks at the page, and when there is none: the service worker's side. */
import {expect, test} from 'vitest'
import {openAppTab} from './push-app-tab.ts'
import type {PushStage} from './push-stage.ts'

export function testBackground(stage: () => PushStage): void {
  test('[FB34] a hidden tab hears nothing; its service worker does, and shows the notification', async () => {
    const {tab} = stage()
    const token = await tab.call('getToken')
    const front = stage().device.context.waitForEvent('page')
    await tab.page.evaluate(`void open('about:blank', '_blank', 'noopener')`)
    await (await front).bringToFront()
    await tab.page.waitForFunction(`document.visibilityState === 'hidden'`)

    await stage().messaging.send({token, data: {n: '1'}})
    await stage().messaging.send({
      token,
      notification: {title: 'Title', body: 'Body'},
      webpush: {fcmOptions: {link: stage().app.url}},
    })
    await expect.poll(() => tab.call('inBackground')).toHaveLength(2)
    const inBackground = await tab.call('inBackground')
    expect(inBackground.find(({data}) => data)?.data).toEqual({n: '1'})
    expect(inBackground.find(({notification}) => notification)).toMatchObject({
      notification: {title: 'Title', body: 'Body'},
      fcmOptions: {link: stage().app.url},
    })
    await expect.poll(() => tab.call('notifications')).toMatchObject([{title: 'Title', body: 'Body'}])
    expect(await tab.heard()).toEqual([])

    // No one can click in a headless browser. A made-up click reaches the SDK, which closes the notification; the link
    // it would open needs a person's own click.
    const workers = stage().device.context.serviceWorkers()
    const worker = workers.find((running) => running.url().startsWith(stage().app.url))
    await worker?.evaluate(`registration.getNotifications().then(([notification]) =>
      void dispatchEvent(new NotificationEvent('notificationclick', {notification})))`)
    await expect.poll(() => tab.call('notifications')).toEqual([])

    await (await front).close()
    await tab.page.bringToFront()
    await tab.page.waitForFunction(`document.visibilityState === 'visible'`)
    await stage().messaging.send({token, data: {n: 'seen'}})
    await expect.poll(() => tab.heard()).toHaveLength(1)
  })

  test('[FB7] messages for a closed browser wait, and its service worker hears them without any page', async () => {
    const {tab} = stage()
    const token = await tab.call('getToken')
    await tab.forget()
    await stage().closeBrowser()
    for (const n of ['1', '2', '3']) await stage().messaging.send({token, data: {n}})

    await stage().openBrowser()
    const {device, app} = stage()
    const isOurs = (running: {url(): string}) => running.url().startsWith(app.url)
    const worker = await device.context.waitForEvent('serviceworker', {predicate: isOurs})
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
}
