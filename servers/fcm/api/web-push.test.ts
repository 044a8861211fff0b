/** The endpoints themselves, as the npm package `web-push` and senders with less manners call them. */
import {generateRequestDetails, generateVAPIDKeys} from 'web-push'
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import {ENDPOINTS, startTestApi, type Subscribed, type TestApi} from './test-api.ts'

const keys = generateVAPIDKeys()
const others = generateVAPIDKeys()
let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())
afterEach(() => {
  api.pushed.length = 0
})

type Change = {
  readonly by?: {publicKey: string; privateKey: string}
  readonly headers?: Record<string, string | null>
  readonly body?: Buffer | null
  readonly path?: string
}

/** What web-push would send, changed as asked. */
async function push({subscription, ecdh, auth}: Subscribed, change: Change = {}) {
  const {by = keys, headers = {}, body, path = '/fcm/send/'} = change
  const details = generateRequestDetails(
    {
      endpoint: `${ENDPOINTS}${subscription.endpointToken}`,
      keys: {p256dh: ecdh.getPublicKey('base64url'), auth: auth.toString('base64url')},
    },
    'hello',
    {vapidDetails: {subject: 'mailto:app@example.com', ...by}, TTL: 60},
  )
  const given = new Map(Object.entries(details.headers).map(([name, value]) => [name.toLowerCase(), value]))
  given.delete('content-length')
  for (const [name, value] of Object.entries(headers))
    if (value === null) given.delete(name)
    else given.set(name, value)
  const sent = body === undefined ? details.body : body
  return fetch(`${api.baseUrl}${path}${subscription.endpointToken}`, {
    method: 'POST',
    headers: Object.fromEntries(given),
    ...(sent === null ? {} : {body: new Uint8Array(sent ?? [])}),
  })
}

test.each(['/fcm/send/', '/wp/', '/wpush/v2/'])(
  '[FB60] a push to %s is accepted and handed on as it is',
  async (path) => {
    const answer = await push(api.subscribe(keys.publicKey), {
      path,
      headers: {topic: 'news', urgency: 'high'},
    })
    expect(answer.status).toBe(201)
    expect(answer.headers.get('location')).toMatch(/^https:\/\/.+\/m\/d\d+$/)
    expect(answer.headers.get('ttl')).toBe('60')
    expect(api.pushed).toEqual([
      expect.objectContaining({ttlSeconds: 60, topic: 'news', urgency: 'high', body: expect.any(Buffer)}),
    ])
  },
)

test('[FB60] a push may have no body', async () => {
  const subscribed = api.subscribe(keys.publicKey)
  expect((await push(subscribed, {body: null, headers: {'content-encoding': null}})).status).toBe(201)
  expect(api.pushed[0]?.body).toBeNull()
})

test('[FB61] [FB62] [FB63] who does not prove to be the subscription’s sender is refused', async () => {
  const subscribed = api.subscribe(keys.publicKey)
  expect((await push(subscribed, {by: others})).status).toBe(403)
  const forged = {publicKey: keys.publicKey, privateKey: others.privateKey}
  expect((await push(subscribed, {by: forged})).status).toBe(403)
  const nobody = await push(subscribed, {headers: {authorization: null}})
  expect([nobody.status, nobody.headers.get('www-authenticate')]).toEqual([401, 'vapid'])
  expect(api.pushed).toEqual([])
})

test('[FB62] a subscription made without a key takes messages of anybody who does not lie', async () => {
  const subscribed = api.subscribe(null)
  expect((await push(subscribed, {headers: {authorization: null}})).status).toBe(201)
  expect((await push(subscribed, {by: others})).status).toBe(201)
  const forged = {publicKey: keys.publicKey, privateKey: others.privateKey}
  expect((await push(subscribed, {by: forged})).status).toBe(403)
})

test.each([
  ['no TTL', {ttl: null}],
  ['a TTL that is none', {ttl: 'soon'}],
  ['an urgency that is none', {urgency: 'now'}],
  ['a topic that is none', {topic: 'no spaces'}],
  ['a topic too long', {topic: 'x'.repeat(33)}],
  ['the older encryption', {'content-encoding': 'aesgcm'}],
  ['a body that is not said to be encrypted', {'content-encoding': null}],
] as const)('[FB64] [FB65] %s is a bad request', async (_, headers) => {
  expect((await push(api.subscribe(keys.publicKey), {headers})).status).toBe(400)
  expect(api.pushed).toEqual([])
})

test('[FB64] a longer life than four weeks is cut to them', async () => {
  const answer = await push(api.subscribe(keys.publicKey), {headers: {ttl: '9999999'}})
  expect([answer.status, answer.headers.get('ttl')]).toEqual([201, '2419200'])
})

test('[FB66] 4,096 bytes are taken, one more is not', async () => {
  const subscribed = api.subscribe(keys.publicKey)
  expect((await push(subscribed, {body: Buffer.alloc(4_096)})).status).toBe(201)
  expect((await push(subscribed, {body: Buffer.alloc(4_097)})).status).toBe(413)
  expect((await push(subscribed, {body: Buffer.alloc(1_000_000)})).status).toBe(413)
})

test('[FB67] a subscription that ended is gone, one that never was is not found', async () => {
  const subscribed = api.subscribe(keys.publicKey)
  api.unsubscribe(subscribed.subscription.endpointToken)
  expect((await push(subscribed)).status).toBe(410)
  expect((await api.call('POST', '/fcm/send/never', '', {ttl: '0'})).status).toBe(404)
})
