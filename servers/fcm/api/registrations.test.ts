/** Installations and registrations as the web SDK meets them. */
import {decodeJwt} from 'jose'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {PROJECT, refusalOf, startTestApi, type TestApi} from './test-api.ts'

let api: TestApi
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())

const REGISTRATIONS = `/v1/projects/${PROJECT}/registrations`

test('[FB10] [FB11] an installation keeps the id it made up and gets a token that says whose it is', async () => {
  const {fid, name, refreshToken, authToken} = await api.install()
  expect(name).toBe(`projects/${PROJECT}/installations/${fid}`)
  expect(refreshToken.length).toBeGreaterThan(20)
  expect(authToken.expiresIn).toBe('604800s')
  expect(decodeJwt(authToken.token)).toMatchObject({fid, projectNumber: '123456789'})
})

test('[FB10] an id of another shape is replaced by one of the right shape', async () => {
  const body = {fid: 'no id', authVersion: 'FIS_v2', appId: '1:2:web:3'}
  const {fid} = (await (
    await api.fromPage('POST', `/v1/projects/${PROJECT}/installations`, body)
  ).json()) as {fid: string}
  expect(fid).toMatch(/^[c-f][\w-]{21}$/)
})

test('[FB12] the refresh token gives a new auth token; a wrong one and an unknown installation make the SDK begin anew', async () => {
  const {fid, refreshToken} = await api.install()
  const generate = (id: string, token: string) =>
    api.fromPage(
      'POST',
      `/v1/projects/${PROJECT}/installations/${id}/authTokens:generate`,
      {installation: {sdkVersion: 'w:1', appId: '1:2:web:3'}},
      {authorization: `FIS_v2 ${token}`},
    )
  const renewed = await generate(fid, refreshToken)
  expect(await renewed.json()).toEqual({token: expect.any(String), expiresIn: '604800s'})
  expect((await generate(fid, 'wrong')).status).toBe(401)
  expect((await generate('cccccccccccccccccccccc', refreshToken)).status).toBe(404)
})

test('[FB13] a deleted installation takes its registration with it', async () => {
  const {installed, token} = await api.page()
  const path = `/v1/projects/${PROJECT}/installations/${installed.fid}`
  expect((await api.fromPage('DELETE', path, undefined, {authorization: 'FIS_v2 wrong'})).status).toBe(401)
  const deleted = await api.fromPage('DELETE', path, undefined, {
    authorization: `FIS_v2 ${installed.refreshToken}`,
  })
  expect([deleted.status, await deleted.json()]).toEqual([200, {}])
  expect(await refusalOf(await api.send({token}))).toEqual([404, 'NOT_FOUND', 'UNREGISTERED'])
})

test('[FB5] without an API key nobody is let in', async () => {
  const answer = await api.call('POST', `/v1/projects/${PROJECT}/installations`, {})
  expect(await refusalOf(answer)).toEqual([403, 'PERMISSION_DENIED', undefined])
})

test('[FB6] a page of any origin may call, and is told so before it does', async () => {
  const asked = await api.call('OPTIONS', REGISTRATIONS, undefined, {
    origin: 'http://localhost:8080',
    'access-control-request-headers': 'x-goog-api-key,content-type',
    'access-control-request-method': 'POST',
  })
  expect(asked.status).toBe(204)
  expect(asked.headers.get('access-control-allow-origin')).toBe('http://localhost:8080')
  expect(asked.headers.get('access-control-allow-headers')).toBe('x-goog-api-key,content-type')
  expect(asked.headers.get('access-control-allow-methods')).toContain('PATCH')
})

test('[FB20] a registration is named by the installation and its token begins with it', async () => {
  const {token, name, fid} = await api.page()
  expect(token).toMatch(new RegExp(`^${fid}:APA91b`))
  expect(name).toBe(`projects/${PROJECT}/registrations/${fid}`)
})

test('[FB23] asked twice for one subscription, it gives the same token', async () => {
  const {installed, subscribed, token} = await api.page()
  expect(await (await api.register(installed, subscribed)).json()).toMatchObject({token})
})

test('[FB24] a new subscription of the installation ends the former token', async () => {
  const {installed, subscribed, token} = await api.page()
  const another = api.subscribe(subscribed.subscription.vapidKey)
  const {token: newer} = (await (await api.register(installed, another)).json()) as {token: string}
  expect(newer).not.toBe(token)
  expect((await api.send({token: newer})).status).toBe(200)
  expect((await api.send({token})).status).toBe(404)
})

test('[FB21] an endpoint that is somebody else’s, or nobody’s, is refused', async () => {
  const installed = await api.install()
  const subscribed = api.subscribe(null)
  const good = api.registrationBody(subscribed)
  for (const endpoint of [
    `https://example.com/fcm/send/${subscribed.subscription.endpointToken}`,
    `http://fcm.googleapis.com/fcm/send/${subscribed.subscription.endpointToken}`,
    `https://fcm.googleapis.com:444/fcm/send/${subscribed.subscription.endpointToken}`,
    'https://fcm.googleapis.com/fcm/send/unknown',
    'https://fcm.googleapis.com/other',
    'no url',
  ]) {
    const body = {web: {...good.web, endpoint, applicationPubKey: undefined}}
    const answer = await api.fromPage('POST', REGISTRATIONS, body, api.asInstallation(installed))
    expect(await refusalOf(answer)).toEqual([400, 'INVALID_ARGUMENT', undefined])
  }
})

test('[FB22] another key, or another origin, than the subscription’s is refused', async () => {
  const installed = await api.install()
  const {web} = api.registrationBody((await api.page()).subscribed)
  const changes = [
    {applicationPubKey: undefined},
    {applicationPubKey: api.subscribe(null).ecdh.getPublicKey('base64url')},
    {origin: 'evil.example'},
    {auth: 'AAAA'},
    {p256dh: 'AAAA'},
  ]
  for (const change of changes) {
    const answer = await api.fromPage(
      'POST',
      REGISTRATIONS,
      {web: {...web, ...change}},
      api.asInstallation(installed),
    )
    expect((await refusalOf(answer)).slice(0, 2)).toEqual([400, 'INVALID_ARGUMENT'])
  }
})

test('[FB22] the page’s origin goes with its pushes, where the browser confirms it', async () => {
  const origins = []
  for (const origin of ['http://localhost:8080', 'https://localhost:8080', 'http://other.localhost:8080']) {
    const installed = await api.install()
    const body = api.registrationBody(api.subscribe(null))
    const {token} = (await (
      await api.fromPage(
        'POST',
        REGISTRATIONS,
        {web: {...body.web, applicationPubKey: undefined}},
        {
          ...api.asInstallation(installed),
          origin,
        },
      )
    ).json()) as {token: string}
    await api.send({token, data: {n: '1'}})
    origins.push(api.pushed.at(-1)?.origin)
  }
  expect(origins).toEqual(['http://localhost:8080', 'https://localhost:8080', null])
})

test('[FB25] a refresh keeps the token over a new subscription', async () => {
  const {installed, subscribed, token} = await api.page()
  const another = api.subscribe(subscribed.subscription.vapidKey)
  const refreshed = await api.fromPage(
    'PATCH',
    `${REGISTRATIONS}/${token}`,
    api.registrationBody(another),
    api.asInstallation(installed),
  )
  expect(await refreshed.json()).toMatchObject({token})
  await api.send({token, data: {a: '1'}})
  expect(api.pushed.at(-1)?.endpointToken).toBe(another.subscription.endpointToken)
})

test('[FB26] it is deleted by token or by installation, and is unregistered then', async () => {
  for (const by of ['token', 'fid'] as const) {
    const page = await api.page()
    const deleted = await api.fromPage(
      'DELETE',
      `${REGISTRATIONS}/${page[by]}`,
      undefined,
      api.asInstallation(page.installed),
    )
    expect([deleted.status, await deleted.json()]).toEqual([200, {}])
    expect(await refusalOf(await api.send({token: page.token}))).toEqual([404, 'NOT_FOUND', 'UNREGISTERED'])
  }
})

test('[FB27] nobody refreshes or deletes the registration of another installation', async () => {
  const {token} = await api.page()
  const other = await api.page()
  const headers = api.asInstallation(other.installed)
  const body = api.registrationBody(other.subscribed)
  expect((await api.fromPage('PATCH', `${REGISTRATIONS}/${token}`, body, headers)).status).toBe(403)
  expect((await api.fromPage('DELETE', `${REGISTRATIONS}/${token}`, undefined, headers)).status).toBe(403)
  expect((await api.send({token})).status).toBe(200)
})

test('[FB11] a token that is forged, stale or of a deleted installation is nobody’s', async () => {
  const {installed, subscribed} = await api.page()
  const body = api.registrationBody(subscribed)
  const [head = '', , signature = ''] = installed.authToken.token.split('.')
  const claims = Buffer.from(JSON.stringify({fid: installed.fid, projectId: PROJECT, exp: 4e9})).toString(
    'base64url',
  )
  const create = (token: string) =>
    api.fromPage('POST', REGISTRATIONS, body, {'x-goog-firebase-installations-auth': `FIS ${token}`})
  expect((await create(`${head}.${claims}.${signature}`)).status).toBe(401)
  expect((await create('')).status).toBe(401)
  const EIGHT_DAYS_MS = 8 * 86_400_000
  api.turnClock(EIGHT_DAYS_MS)
  expect((await create(installed.authToken.token)).status).toBe(401)
  api.turnClock(-EIGHT_DAYS_MS)
  expect((await create(installed.authToken.token)).status).toBe(200)
})
