/** The built service worker in a real browser, with pushes from the browser's own DevTools in place of a push service. */
import type {BrowserContext, CDPSession, Page, Worker} from 'playwright'
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import {COMPLETION_CATEGORY, OPEN_CHAT_TYPE} from '#protocol/claude/push-data.ts'
import {readWorkerTestimony} from '#protocol/testimony.ts'
import type {WitnessEvent} from '#protocol/witness-event.ts'
import {executablePath, servePages, type ServedPages} from '../page/test-pages.ts'
import {workerAddress} from './registration-address.ts'
import type {WorkerHandle} from './worker-witness.ts'

const CONFIG = {projectId: 'p', appId: '1:1:web:1', apiKey: 'k', messagingSenderId: '1'}
const C1 = '00000000-0000-4000-9000-0000000000c1'
const A1 = '00000000-0000-4000-9000-0000000000a1'
const A2 = '00000000-0000-4000-9000-0000000000a2'

declare const self: {readonly tabwitness: WorkerHandle; readonly registration: ServiceWorkerRegistration}

let pages: ServedPages
let context: BrowserContext

beforeAll(async () => {
  if (executablePath !== null) pages = await servePages(executablePath)
})
afterEach(() => context.close())
afterAll(() => pages?.close())

const completion = (messageId: string, id = 'push-1') => ({
  from: '1',
  fcmMessageId: id,
  data: {
    title: 'A title',
    body: 'Some words',
    notification_feature_category: COMPLETION_CATEGORY,
    payload: JSON.stringify({
      method: 'OpenChat',
      request: {'@type': OPEN_CHAT_TYPE, conversation_uuid: C1, message_uuid: messageId, is_temporary: false},
    }),
  },
})

async function registered(isAllowed = true) {
  context = await pages.browser.newContext()
  if (isAllowed) await context.grantPermissions(['notifications'], {origin: pages.url})
  const page = await context.newPage()
  await page.goto(`${pages.url}/rehearsal.html`)
  const coming = context.waitForEvent('serviceworker')
  await page.evaluate(async (address) => {
    await navigator.serviceWorker.register(address)
    await navigator.serviceWorker.ready
    Object.assign(window, {heard: []})
    navigator.serviceWorker.addEventListener('message', ({data}) => Reflect.get(window, 'heard').push(data))
  }, workerAddress(CONFIG))
  const worker = await coming
  const devtools = await context.newCDPSession(page)
  return {page, worker, push: await pusher(devtools, page)}
}

async function pusher(devtools: CDPSession, page: Page) {
  const registrationId = await new Promise<string>((resolve) => {
    devtools.on('ServiceWorker.workerRegistrationUpdated', ({registrations}) => {
      const [first] = registrations
      if (first) resolve(first.registrationId)
    })
    void devtools.send('ServiceWorker.enable')
  })
  const origin = new URL(page.url()).origin
  return (message: unknown) =>
    devtools.send('ServiceWorker.deliverPushMessage', {
      origin,
      registrationId,
      data: typeof message === 'string' ? message : JSON.stringify(message),
    })
}

/** What the worker says from now on, until it has said all that is awaited. */
async function heardFrom(worker: Worker, ...kinds: readonly WitnessEvent['kind'][]) {
  const events: WitnessEvent[] = []
  while (!kinds.every((kind) => events.some((event) => event.kind === kind))) {
    const text = await worker.evaluate(() => self.tabwitness.take(2_000))
    const lives = readWorkerTestimony(text)
    if (lives.length === 0) throw new Error(`waited in vain; said was ${JSON.stringify(events)}`)
    events.push(...lives.flatMap((life) => life.events))
  }
  return events
}

const shownIn = (worker: Worker) =>
  worker.evaluate(async () =>
    (await self.registration.getNotifications()).map(({title, body, tag}) => [title, body, tag]),
  )
/** The page asks for the notification of a message itself. */
const askFor = (page: Page, messageId: string) =>
  page.evaluate(
    async ([conversationId, id]) => {
      const {active} = await navigator.serviceWorker.ready
      const words = {title: 'From the page', body: 'Done'}
      active?.postMessage({
        type: 'SHOW_COMPLETION_NOTIFICATION',
        conversationId,
        messageId: id,
        ...words,
      })
    },
    [C1, messageId],
  )
/** Away from the origin: then none of its windows is left. */
const leave = (page: Page) => page.goto('about:blank')

describe.skipIf(executablePath === null)('the service worker', () => {
  test('[CC30] [WI9] a visible window gets the push, and nothing is shown', async () => {
    const {page, worker, push} = await registered()
    await push(completion(A1))
    const [received, forwarded] = await heardFrom(worker, 'push-received', 'push-forwarded')
    expect(received).toMatchObject({kind: 'push-received', pushId: 'push-1'})
    expect(forwarded).toMatchObject({pushId: 'push-1', windows: 1, visibleWindows: 1})
    await page.waitForFunction(() => Reflect.get(window, 'heard').length > 0)
    expect(await page.evaluate(() => Reflect.get(window, 'heard'))).toMatchObject([
      {isFirebaseMessaging: true, messageType: 'push-received', fcmMessageId: 'push-1'},
    ])
    expect(await shownIn(worker)).toEqual([])
  })

  test('[CC33] [CC31] without a window a completion is shown, once for each message', async () => {
    const {page, worker, push} = await registered()
    await leave(page)
    await push(completion(A1))
    const said = await heardFrom(worker, 'push-received', 'notification-shown')
    expect(said.at(-1)).toMatchObject({pushId: 'push-1', tag: `completion-${C1}`})
    await push(completion(A1, 'push-2'))
    expect((await heardFrom(worker, 'notification-suppressed')).at(-1)).toMatchObject({
      pushId: 'push-2',
      why: 'seen',
    })
    expect(await shownIn(worker)).toEqual([['A title', 'Some words', `completion-${C1}`]])
  })

  test('[CC9] [CC31] what the page marked as seen is not shown', async () => {
    const {page, worker, push} = await registered()
    await page.evaluate(async (messageId) => {
      const opening = indexedDB.open('claude-notifications', 1)
      opening.addEventListener('upgradeneeded', () => opening.result.createObjectStore('seenMessages'))
      const database = await new Promise<IDBDatabase>((resolve) => {
        opening.addEventListener('success', () => resolve(opening.result))
      })
      const transaction = database.transaction('seenMessages', 'readwrite')
      transaction.objectStore('seenMessages').put(Date.now(), messageId)
      await new Promise((resolve) => transaction.addEventListener('complete', resolve))
      database.close()
    }, A2)
    await leave(page)
    await push(completion(A2))
    expect((await heardFrom(worker, 'notification-suppressed')).at(-1)).toMatchObject({why: 'seen'})
    expect(await shownIn(worker)).toEqual([])
  })

  test('[CC9] a page can ask for the notification itself', async () => {
    const {page, worker} = await registered()
    await askFor(page, A1)
    expect((await heardFrom(worker, 'notification-shown')).at(-1)).toMatchObject({pushId: null})
    expect(await shownIn(worker)).toEqual([['From the page', 'Done', `completion-${C1}`]])
  })

  test('[CL66] what is no message of ours is received, shown to nobody, and harms nothing', async () => {
    const {page, worker, push} = await registered()
    await leave(page)
    await push('no json')
    await push({from: '1', fcmMessageId: 'push-3', data: {payload: '{}'}})
    const said = await heardFrom(worker, 'notification-suppressed')
    expect(said.filter(({kind}) => kind === 'push-received')).toMatchObject([
      {pushId: null, bytes: 7},
      {pushId: 'push-3'},
    ])
    expect(said.at(-1)).toMatchObject({pushId: 'push-3', why: 'unreadable'})
    await push(completion(A1, 'push-4'))
    await heardFrom(worker, 'notification-shown')
  })

  test('[WI10] what was not taken outlives the worker', async () => {
    const {page, worker, push} = await registered()
    await leave(page)
    await push(completion(A1))
    await expect.poll(() => shownIn(worker)).toHaveLength(1)
    const {timeOrigin} = await worker.evaluate(() => self.tabwitness.clock())
    await page.goto(`${pages.url}/rehearsal.html`)
    const successor = context.waitForEvent('serviceworker')
    await page.evaluate(
      (address) => navigator.serviceWorker.register(address),
      workerAddress({...CONFIG, apiKey: 'k2'}),
    )
    const next = await successor
    const lives = readWorkerTestimony(await next.evaluate(() => self.tabwitness.take(2_000)))
    expect(lives.map((life) => ({...life, events: life.events.map(({kind}) => kind)}))).toEqual([
      {timeOrigin, events: ['push-received', 'notification-shown']},
    ])
    expect(await next.evaluate(() => self.tabwitness.take(0))).toBe('[]')
  })
})
