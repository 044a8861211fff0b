/** Whatever is sent, it is answered, in Google's words, and disturbs nobody else. fast-check prints its seed on failure. */
import fc from 'fast-check'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {googleErrorBody} from '#protocol/fcm/google-error.ts'
import {read} from '#protocol/fcm/issue.ts'
import {ENDPOINTS, PROJECT, startTestApi, type TestApi} from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const segment = fc.oneof(
  fc.constantFrom(PROJECT, 'other', 'registrations', 'x:y', '%', '%E0%A4%A', '..', ' ', 'a'.repeat(2_000)),
  fc.webSegment({size: 'small'}),
)
const path = fc.oneof(
  fc.tuple(segment, segment).map(([project, id]) => `/v1/projects/${project}/registrations/${id}`),
  fc
    .tuple(segment, segment)
    .map(([project, id]) => `/v1/projects/${project}/installations/${id}/authTokens:generate`),
  segment.map((project) => `/v1/projects/${project}/installations`),
  segment.map((project) => `/v1/projects/${project}/messages:send`),
  fc
    .tuple(segment, segment)
    .map(([id, topic]) => `/v1/projects/${PROJECT}/registrations/${id}/topicSubscriptions/${topic}`),
  fc.constantFrom('/iid/v1:batchAdd', '/iid/v1:batchRemove', '/'),
)
const header = fc.oneof(
  fc.constantFrom('Bearer x', 'FIS x', 'FIS_v2 x', 'vapid t=a.b.c, k=d', 'vapid', ''),
  fc.stringMatching(/^[!-~]{0,60}$/),
)
const headers = fc.record({
  authorization: header,
  'x-goog-api-key': header,
  'x-goog-firebase-installations-auth': header,
  'content-type': fc.constantFrom('application/json', 'text/plain; charset=x', 'image/png'),
})
const body = fc.oneof(
  fc.jsonValue({maxDepth: 4}).map((value) => JSON.stringify(value)),
  fc
    .record(
      {
        token: fc.jsonValue(),
        topic: fc.jsonValue(),
        condition: fc.jsonValue(),
        data: fc.jsonValue({maxDepth: 3}),
        webpush: fc.jsonValue({maxDepth: 3}),
      },
      {requiredKeys: []},
    )
    .map((message) => JSON.stringify({message})),
  fc.string({maxLength: 50}),
)

test('[FB50] every request to the API is answered with success or one of Google’s errors, and none with 500', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom('POST', 'PATCH', 'DELETE'),
      path,
      headers,
      body,
      async (method, to, given, sent) => {
        const answer = await api.call(method, to, sent, given)
        const text = await answer.text()
        expect(answer.status, text).toBeLessThan(500)
        if (answer.status >= 400) expect(read(googleErrorBody, text).ok, text).toBe(true)
      },
    ),
    {numRuns: 400},
  )
})

test('[FB60] every push to an endpoint is answered, and none with 500', async () => {
  const {subscription} = api.subscribe(null)
  const pushHeaders = fc.record({
    authorization: header,
    ttl: fc.oneof(fc.constant('60'), fc.stringMatching(/^[!-~]{0,12}$/)),
    urgency: fc.constantFrom('high', 'x', ''),
    topic: fc.stringMatching(/^[!-~]{0,40}$/),
    'content-encoding': fc.constantFrom('aes128gcm', 'gzip', 'x'),
  })
  await fc.assert(
    fc.asyncProperty(pushHeaders, fc.uint8Array({maxLength: 5_000}), segment, async (given, bytes, token) => {
      for (const to of [new URL(ENDPOINTS).pathname + subscription.endpointToken, `/wp/${token}`]) {
        const {status} = await fetch(`${api.baseUrl}${to}`, {method: 'POST', headers: given, body: bytes})
        expect([201, 400, 401, 403, 404, 410, 413]).toContain(status)
      }
    }),
    {numRuns: 200},
  )
})

test('[FB50] after all that a page is served as ever', async () => {
  const {token} = await api.page()
  expect((await api.send({token, data: {a: '1'}})).status).toBe(200)
})
