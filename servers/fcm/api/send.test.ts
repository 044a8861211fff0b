/** Sending as app servers meet it: over HTTP, decrypted as the browser would. */
import {decrypt} from 'http_ece'
import {afterAll, afterEach, beforeAll, expect, test} from 'vitest'
import type {PushPayload} from '#protocol/fcm/payload.ts'
import type {PushMessage} from '../push-core.ts'
import {PROJECT, refusalOf, startTestApi, type Subscribed, type TestApi} from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())
afterEach(() => {
  api.pushed.length = 0
  api.recorded.length = 0
})

const opened = ({ecdh, auth}: Subscribed, message: PushMessage | undefined): PushPayload =>
  JSON.parse(
    String(
      decrypt(Buffer.from(message?.body ?? []), {
        version: 'aes128gcm',
        privateKey: ecdh,
        authSecret: auth.toString('base64url'),
      }),
    ),
  ) as PushPayload

test('[FB30] [FB34] what is sent is what the page’s keys open, under the id that was answered', async () => {
  const {subscribed, token} = await api.page()
  const answer = await api.send({token, data: {kind: 'news'}, webpush: {fcmOptions: {link: 'https://l'}}})
  const {name} = (await answer.json()) as {name: string}
  expect(name).toMatch(new RegExp(`^projects/${PROJECT}/messages/[\\w-]+$`))
  expect(opened(subscribed, api.pushed[0])).toEqual({
    from: '123456789',
    priority: 'normal',
    fcmMessageId: name.split('/').at(-1),
    data: {kind: 'news'},
    fcmOptions: {link: 'https://l'},
  })
  expect(api.recorded).toEqual([
    expect.objectContaining({
      kind: 'push-accepted',
      messageId: name.split('/').at(-1),
      target: 'token',
      deliveries: 1,
    }),
  ])
})

test('[FB31] a fid reaches the installation’s registration', async () => {
  const {fid, subscribed} = await api.page()
  expect((await api.send({fid, data: {a: '1'}})).status).toBe(200)
  expect(opened(subscribed, api.pushed[0]).data).toEqual({a: '1'})
})

test('[FB35] lifetime, urgency and topic travel with the message', async () => {
  const {token} = await api.page()
  await api.send({token, webpush: {headers: {TTL: '60', Urgency: 'high', Topic: 'news'}}})
  expect(api.pushed[0]).toMatchObject({ttlSeconds: 60, urgency: 'high', topic: 'news'})
})

test('[FB39] to validate only sends nothing, and still finds what is wrong', async () => {
  const {token} = await api.page()
  expect((await api.send({token}, {validate_only: true})).status).toBe(200)
  expect((await api.send({token}, {validateOnly: true})).status).toBe(200)
  const unknown = await api.send({token: `${token}x`}, {validate_only: true})
  expect(await refusalOf(unknown)).toEqual([404, 'NOT_FOUND', 'UNREGISTERED'])
  expect(api.pushed).toEqual([])
})

test('[FB51] a subscription that ended unregisters its token, in sends to it and to its topics', async () => {
  const {token, subscribed} = await api.page()
  api.unsubscribe(subscribed.subscription.endpointToken)
  expect(await refusalOf(await api.send({token}))).toEqual([404, 'NOT_FOUND', 'UNREGISTERED'])
  expect(api.recorded).toEqual([expect.objectContaining({kind: 'push-refused', code: 'UNREGISTERED'})])
})

test('[FB53] a token of another project is a mismatch', async () => {
  const {token} = await api.page('another')
  expect(await refusalOf(await api.send({token}))).toEqual([403, 'PERMISSION_DENIED', 'SENDER_ID_MISMATCH'])
})

test.each([
  ['no JSON', '{'],
  ['no message', {}],
  ['an unknown field', {message: {token: 'x', colour: 'red'}}],
  ['no target', {message: {data: {a: '1'}}}],
  ['two targets', {message: {token: 'x', topic: 'y'}}],
  ['data that is no text', {message: {token: 'x', data: {a: 1}}}],
  ['a reserved key', {message: {token: 'x', data: {from: '1'}}}],
  ['a token that is none', {message: {token: 'x'}}],
  ['a topic that is none', {message: {topic: 'no spaces'}}],
  ['a condition that is none', {message: {condition: 'true'}}],
  ['too much data', {message: {topic: 'x', data: {a: 'x'.repeat(2_048)}}}],
])('[FB50] [FB52] %s is an invalid argument', async (_, body) => {
  const answer = await api.call('POST', `/v1/projects/${PROJECT}/messages:send`, body, {
    authorization: 'Bearer x',
  })
  expect(await refusalOf(answer)).toEqual([400, 'INVALID_ARGUMENT', 'INVALID_ARGUMENT'])
})

test('[FB50] a wrong field is named in a detail of its own', async () => {
  const answer = await api.send({token: 'x', data: {a: {deep: 'hush'}}})
  const body = JSON.stringify(await answer.json())
  expect(body).toContain('"fieldViolations":[{"field":"message.data.a"')
  expect(body).not.toContain('hush')
})

test('[FB5] a sender without an access token is not authenticated', async () => {
  const answer = await api.call('POST', `/v1/projects/${PROJECT}/messages:send`, {message: {topic: 't'}})
  expect(await refusalOf(answer)).toEqual([401, 'UNAUTHENTICATED', undefined])
})

test.each([
  ['QUOTA_EXCEEDED', 429, 'RESOURCE_EXHAUSTED', '60'],
  ['UNAVAILABLE', 503, 'UNAVAILABLE', '1'],
  ['INTERNAL', 500, 'INTERNAL', null],
] as const)('[FB54] [FB57] a run may have sends fail with %s', async (code, status, rpc, retryAfter) => {
  const {token} = await api.page()
  api.failing.set(code, 1)
  const failed = await api.send({token})
  expect(failed.headers.get('retry-after')).toBe(retryAfter)
  expect(await refusalOf(failed)).toEqual([status, rpc, code])
  expect((await api.send({token})).status).toBe(200)
})

test('what no route knows is not found, in Google’s words', async () => {
  expect(await refusalOf(await api.call('GET', '/v1/projects'))).toEqual([404, 'NOT_FOUND', undefined])
})
