/** What a page and an app's server can do while somebody looks at the page, as they do it. */
import {expect, test} from 'vitest'
import type {PushStage} from './push-stage.ts'

export function testMessaging(stage: () => PushStage): void {
  const data = async () => (await stage().tab.heard()).map(({payload}) => payload.data?.['n'])

  test('[FB20] [FB34] a page gets a token and hears what is sent to it, as it was sent', async () => {
    const token = await stage().tab.call('getToken')
    const name = await stage().messaging.send({
      token,
      data: {n: '1', text: 'Grüße 🙂'},
      notification: {title: 'Title', body: 'Body', imageUrl: 'https://example.com/i.png'},
      webpush: {
        headers: {Topic: 'news', Urgency: 'high'},
        notification: {icon: '/icon.png'},
        fcmOptions: {link: 'https://example.com/'},
      },
      fcmOptions: {analyticsLabel: 'label'},
    })
    await expect.poll(() => stage().tab.heard()).toHaveLength(1)
    const [heard] = await stage().tab.heard()
    expect(heard?.payload).toEqual({
      from: stage().fcm.page.firebaseConfig['messagingSenderId'],
      messageId: name.split('/').at(-1),
      collapseKey: 'news',
      data: {n: '1', text: 'Grüße 🙂'},
      notification: {
        title: 'Title',
        body: 'Body',
        image: 'https://example.com/i.png',
        icon: '/icon.png',
      },
      fcmOptions: {link: 'https://example.com/', analyticsLabel: 'label'},
    })
  })

  test('[FB30] the ledger tells of a message what became of it, up to the browser', async () => {
    const token = await stage().tab.call('getToken')
    const messageId = (await stage().messaging.send({token, data: {n: '1'}})).split('/').at(-1)
    const told = () => {
      const stored = stage().ledger.find(
        (event) => event.kind === 'push-stored' && event.messageId === messageId,
      )
      const deliveryId = stored && 'deliveryId' in stored ? stored.deliveryId : null
      return stage()
        .ledger.filter(
          (event) =>
            ('messageId' in event && event.messageId === messageId) ||
            ('deliveryId' in event && event.deliveryId === deliveryId),
        )
        .map(({kind}) => kind)
    }
    await expect.poll(told).toEqual(['push-accepted', 'push-stored', 'push-sent', 'push-acked'])
    expect(stage().ledger.every((event) => !JSON.stringify(event).includes(token))).toBe(true)
  })

  test('[FB38] 4,096 bytes of data arrive, and one more is refused', async () => {
    const token = await stage().tab.call('getToken')
    await stage().messaging.send({token, data: {n: 'x'.repeat(4_095)}})
    await expect.poll(async () => (await data())[0]?.length).toBe(4_095)
    await expect(stage().messaging.send({token, data: {n: 'x'.repeat(4_096)}})).rejects.toMatchObject({
      code: 'messaging/invalid-argument',
    })
  })

  test('[FB74] sendEach and sendEachForMulticast tell of every message by itself', async () => {
    const token = await stage().tab.call('getToken')
    const unknown = `${token}x`
    const each = await stage().messaging.sendEach([
      {token, data: {n: '1'}},
      {token: unknown, data: {n: '2'}},
      {token, data: {n: '3'}},
    ])
    expect(each.responses.map(({success, error}) => success || error?.code)).toEqual([
      true,
      'messaging/registration-token-not-registered',
      true,
    ])
    const multicast = await stage().messaging.sendEachForMulticast({tokens: [token, unknown], data: {n: '4'}})
    expect([multicast.successCount, multicast.failureCount]).toEqual([1, 1])
    await expect.poll(async () => (await data()).toSorted()).toEqual(['1', '3', '4'])
  })

  test('[FB40] [FB41] topics are followed and left, the newer and the older way', async () => {
    const token = await stage().tab.call('getToken')
    expect(await stage().messaging.subscribeToTopic([token, 'nobody'], 'news')).toMatchObject({
      successCount: 1,
      failureCount: 1,
      errors: [{index: 1, error: {code: 'messaging/invalid-registration-token'}}],
    })
    await stage().messaging.send({topic: 'news', data: {n: '1'}})
    await expect.poll(data).toEqual(['1'])
    expect(await stage().messaging.unsubscribeFromTopic(token, 'news')).toMatchObject({successCount: 1})
    expect(await stage().messaging.subscribeToTopicLegacy([token, `${token}x`], 'weather')).toMatchObject({
      successCount: 1,
      failureCount: 1,
    })
    await stage().messaging.send({topic: 'news', data: {n: 'nobody hears'}})
    await stage().messaging.send({topic: 'weather', data: {n: '2'}})
    await expect.poll(data).toEqual(['1', '2'])
    expect(await stage().messaging.unsubscribeFromTopicLegacy(token, 'weather')).toMatchObject({
      successCount: 1,
    })
  })

  test('[FB36] [FB37] a condition reaches the page whose topics it holds of', async () => {
    const token = await stage().tab.call('getToken')
    await stage().messaging.subscribeToTopic(token, 'a')
    await stage().messaging.send({condition: "'a' in topics && 'b' in topics", data: {n: 'nobody hears'}})
    await stage().messaging.send({condition: "'a' in topics && !('b' in topics)", data: {n: '1'}})
    await expect.poll(data).toEqual(['1'])
  })

  test('[FB39] a dry run reaches nobody', async () => {
    const token = await stage().tab.call('getToken')
    expect(await stage().messaging.send({token, data: {n: 'dry'}}, true)).toMatch(
      /^projects\/tabwitness\/messages\//,
    )
    await stage().messaging.send({token, data: {n: 'wet'}})
    await expect.poll(data).toEqual(['wet'])
  })

  test('[FB25] a token older than a week is refreshed and stays', async () => {
    const token = await stage().tab.call('getToken')
    const refreshed = stage().tab.page.waitForRequest((request) => request.method() === 'PATCH')
    await stage().tab.call('makeTokenOld')
    expect(await stage().tab.call('getToken')).toBe(token)
    expect(new URL((await refreshed).url()).pathname).toContain(`/registrations/${token}`)
    await stage().messaging.send({token, data: {n: '1'}})
    await expect.poll(data).toEqual(['1'])
  })

  test('[FB26] [FB51] a deleted token is not registered, and the next one is another', async () => {
    const token = await stage().tab.call('getToken')
    expect(await stage().tab.call('deleteToken')).toBe(true)
    await expect(stage().messaging.send({token, data: {n: '1'}})).rejects.toMatchObject({
      code: 'messaging/registration-token-not-registered',
    })
    const next = await stage().tab.call('getToken')
    expect(next).not.toBe(token)
    await stage().messaging.send({token: next, data: {n: '2'}})
    await expect.poll(data).toEqual(['2'])
  })

  test('[FB51] a token that the run lets expire is not registered; the page gets another with a new subscription', async () => {
    const token = await stage().tab.call('getToken')
    await stage().fcm.control.expireToken(token)
    await expect(stage().messaging.send({token, data: {n: '1'}})).rejects.toMatchObject({
      code: 'messaging/registration-token-not-registered',
    })
    // The SDK has not heard of it, and Google's answer to deleting what is not there any more is an error to it.
    expect(await stage().tab.call('getToken')).toBe(token)
    await expect(stage().tab.call('deleteToken')).rejects.toThrow('messaging/token-unsubscribe-failed')
    await stage().tab.call('unsubscribe')
    const next = await stage().tab.call('getToken')
    await stage().messaging.send({token: next, data: {n: '2'}})
    await expect.poll(data).toEqual(['2'])
  })

  test('[FB20] [FB26] register() gives the installation’s id, which is sent to until unregister()', async () => {
    const fid = await stage().tab.call('register')
    await stage().messaging.send({fid, data: {n: '1'}})
    await expect.poll(data).toEqual(['1'])
    await stage().tab.call('unregister')
    await expect(stage().messaging.send({fid, data: {n: '2'}})).rejects.toMatchObject({
      code: 'messaging/installation-id-not-registered',
    })
  })

  test('[FB57] a send that fails with a quota says so; one that is unavailable is repeated by the SDK', async () => {
    const token = await stage().tab.call('getToken')
    await stage().fcm.control.failSends('QUOTA_EXCEEDED', 1)
    await expect(stage().messaging.send({token, data: {n: '1'}})).rejects.toMatchObject({
      code: 'messaging/message-rate-exceeded',
    })
    await stage().fcm.control.failSends('UNAVAILABLE', 1)
    await stage().messaging.send({token, data: {n: '2'}})
    await expect.poll(data).toEqual(['2'])
  })

  test('[FB7] the API restarts under open links: no link, no token and nothing that was accepted is lost', async () => {
    const token = await stage().tab.call('getToken')
    const links = () => stage().ledger.filter(({kind}) => kind.startsWith('push-link-')).length
    const before = links()
    const accepted: string[] = []
    const send = async (n: string) => {
      await stage().messaging.send({token, data: {n}})
      accepted.push(n)
    }
    const sending = Array.from({length: 20}, (_, index) => send(`during ${index}`).catch(() => {}))
    await stage().fcm.control.restartApi()
    await Promise.all(sending)
    await send('after')
    await expect.poll(async () => (await data()).toSorted()).toEqual(accepted.toSorted())
    expect(await stage().tab.call('getToken')).toBe(token)
    expect(links()).toBe(before)
  })
}
