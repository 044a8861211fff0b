import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {request} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {createCaller, type Caller} from './caller.ts'

const CONVERSATION = '/backend-api/f/conversation'
const folder = mkdtempSync(join(tmpdir(), 'page-'))
let servers: RunningServers
let caller: Caller
let conversationId: string

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'index.html'), '<!doctype html>page')
  writeFileSync(join(folder, 'assets', 'start-1234.js'), 'start()')
  servers = await startServers(
    {
      port: 0,
      seed: 'errors',
      store: null,
      pageFolder: folder,
      carriage: 'observed',
      model: {...defaultModelSettings, instant: true},
      userCount: 2,
    },
    () => {},
  )
  const [user] = servers.chatgpt.users
  caller = createCaller(servers.chatgpt.baseUrl, user!.bearer)
  ;({conversationId} = await servers.control.createConversation(user!.id, 1))
})
afterAll(async () => {
  await servers.close()
  rmSync(folder, {recursive: true})
})

const outcome = async (response: Response) => [
  response.status,
  ((await response.json()) as {detail: unknown}).detail,
]

test('[ER2] without a bearer, and with one that nobody has, every route answers 401', async () => {
  const nobody = createCaller(servers.chatgpt.baseUrl, 'nobody')
  const routes = [
    ['GET', '/backend-api/celsius/ws/user'],
    ['GET', '/backend-api/conversations'],
    ['GET', `/backend-api/conversation/${conversationId}`],
    ['GET', `/backend-api/conversation/${conversationId}/stream_status`],
    ['PATCH', `/backend-api/conversation/${conversationId}`],
    ['POST', CONVERSATION],
    ['POST', `${CONVERSATION}/prepare`],
    ['POST', `${CONVERSATION}/resume`],
    ['POST', '/backend-api/stop_conversation'],
    ['POST', '/backend-api/sentinel/chat-requirements/prepare'],
    ['POST', '/backend-api/sentinel/chat-requirements/finalize'],
  ] as const
  for (const [method, path] of routes) {
    expect(await outcome(await nobody.call(method, path))).toEqual([401, 'Unauthorized'])
  }
})

test('[TU1] [TU2] a POST needs the token that finalize gave this person', async () => {
  const forbidden = [403, 'Unusual activity has been detected from your device. Try again later.']
  expect(await outcome(await caller.call('POST', CONVERSATION, {}))).toEqual(forbidden)
  const other = createCaller(servers.chatgpt.baseUrl, servers.chatgpt.users[1]!.bearer)
  const stolen = {'openai-sentinel-chat-requirements-token': await other.sentinelToken()}
  expect(await outcome(await caller.call('POST', CONVERSATION, {}, stolen))).toEqual(forbidden)
  const finalize = '/backend-api/sentinel/chat-requirements/finalize'
  expect(await outcome(await caller.call('POST', finalize, {prepare_token: 'made up'}))).toEqual(forbidden)
})

test('[ER3] what is not JSON is 400, of a wrong shape 422 naming the field and not its value, too long 413', async () => {
  const headers = {'openai-sentinel-chat-requirements-token': await caller.sentinelToken()}
  expect(await outcome(await caller.call('POST', CONVERSATION, '{"secret', headers))).toEqual([
    400,
    'not-json: the text is not JSON',
  ])
  const [status, detail] = await outcome((await caller.ask({parent_message_id: {secret: 1}})).response)
  expect(status).toBe(422)
  expect(detail).toContain('parent_message_id')
  expect(detail).not.toContain('secret')
  expect((await caller.call('POST', CONVERSATION, undefined, headers)).status).toBe(400)
  expect((await caller.call('POST', CONVERSATION, `"${'x'.repeat(300_000)}"`, headers)).status).toBe(413)
})

test('[ER2] [TU20] a conversation that is unknown, another person’s or deleted is 404', async () => {
  const other = createCaller(servers.chatgpt.baseUrl, servers.chatgpt.users[1]!.bearer)
  const own = `/backend-api/conversation/${conversationId}`
  const notFound = [404, 'Conversation not found']
  expect(await outcome(await caller.call('GET', '/backend-api/conversation/nothing'))).toEqual(notFound)
  expect(await outcome(await other.call('GET', own))).toEqual(notFound)
  expect(await outcome(await other.call('PATCH', own, {title: 'mine'}))).toEqual(notFound)
  expect(
    await outcome(
      await other.call('POST', '/backend-api/stop_conversation', {conversation_id: conversationId}),
    ),
  ).toEqual(notFound)
  expect(await outcome((await other.ask({conversation_id: conversationId})).response)).toEqual(notFound)

  const {conversationId: doomed} = await servers.control.createConversation(servers.chatgpt.users[0]!.id, 1)
  expect(
    (await caller.call('PATCH', `/backend-api/conversation/${doomed}`, {is_visible: false})).status,
  ).toBe(200)
  expect(await outcome(await caller.call('GET', `/backend-api/conversation/${doomed}`))).toEqual(notFound)
})

test('[TU6] [TU8] an unknown parent is 404, a message id that the conversation has 409', async () => {
  expect(
    (await caller.ask({conversation_id: conversationId, parent_message_id: 'nobody'})).response.status,
  ).toBe(404)
  expect((await caller.ask({parent_message_id: 'nobody'})).response.status).toBe(404)
  const {messageId, response} = await caller.ask({conversation_id: conversationId})
  await response.text()
  const content = {content_type: 'text', parts: ['again']}
  const messages = [{id: messageId, author: {role: 'user'}, content}]
  expect((await caller.ask({conversation_id: conversationId, messages})).response.status).toBe(409)
})

test('[TU21] the list is newest first, in pages; a bad page is 422', async () => {
  const list = (query: string) =>
    caller.read<{items: {id: string; title: string}[]; total: number}>(`/backend-api/conversations?${query}`)
  await servers.control.createConversation(servers.chatgpt.users[0]!.id, 1)
  await caller.call('PATCH', `/backend-api/conversation/${conversationId}`, {title: '  Renamed '})
  const all = await list('offset=0&limit=28')
  expect(all.items).toHaveLength(all.total)
  expect(all.items.map(({title}) => title)).toContain('Renamed')
  expect((await list('offset=1&limit=1')).items).toEqual(all.items.slice(1, 2))
  for (const query of ['limit=-1', 'limit=x', 'offset=1.5', 'limit=101', 'limit=1&limit=2']) {
    expect((await caller.call('GET', `/backend-api/conversations?${query}`)).status).toBe(422)
  }
})

test('[ER2] too many answers at once are 429, saying when to come back', async () => {
  const model = {...defaultModelSettings, firstTokenDelayMs: [60_000, 60_000]} as const
  const user = await servers.control.createUser({model})
  const eager = createCaller(servers.chatgpt.baseUrl, user.bearer)
  const asked = await Promise.all(Array.from({length: 33}, () => eager.ask()))
  const refused = asked.filter(({response}) => response.status === 429)
  expect(refused).toHaveLength(1)
  expect(refused[0]!.response.headers.get('retry-after')).toBe('5')
  expect(await outcome(refused[0]!.response)).toMatchObject([
    429,
    {code: 'rate_limit_exceeded', clears_in: 5},
  ])
  await servers.control.removeUser(user.id)
})

test('a host that is not this server is refused, whatever it asks for', async () => {
  const {port} = new URL(servers.chatgpt.baseUrl)
  const statusFor = (host: string) =>
    new Promise<number>((resolve, reject) => {
      const asked = request({port, host: '127.0.0.1', path: '/api/users', headers: {host}}, (res) => {
        res.resume()
        resolve(res.statusCode ?? 0)
      })
      asked.on('error', reject).end()
    })
  expect(await statusFor(`evil.example:${port}`)).toBe(403)
  expect(await statusFor('127.0.0.1:1')).toBe(403)
  expect(await statusFor(`localhost:${port}`)).toBe(200)
})

test('pages are isolated from other origins, assets are kept for ever, nothing else is found', async () => {
  for (const path of ['/', `/c/${conversationId}`, '/assets/start-1234.js', '/api/users', '/nothing']) {
    const {headers, status} = await caller.call('GET', path)
    expect([path, status]).toEqual([path, path === '/nothing' ? 404 : 200])
    expect(headers.get('cross-origin-opener-policy')).toBe('same-origin')
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
    expect(headers.get('cross-origin-resource-policy')).toBe('same-origin')
    expect(headers.get('access-control-allow-origin')).toBeNull()
    expect(headers.get('cache-control')?.includes('immutable')).toBe(path.startsWith('/assets'))
  }
  expect((await caller.call('GET', '/assets/..%2f..%2f..%2fetc%2fpasswd')).status).toBeGreaterThanOrEqual(400)
})

test('a tab can be a known person, and nobody else', async () => {
  const [user] = servers.chatgpt.users
  expect(await caller.read(`/api/auth/session?as=${user!.id}`)).toEqual({
    accessToken: user!.bearer,
    user: {id: user!.id, name: user!.name},
    account: {id: user!.accountId},
  })
  expect(await caller.read('/api/auth/session')).toEqual({})
  expect((await caller.call('GET', '/api/auth/session?as=nobody')).status).toBe(404)
  expect(await caller.read('/api/users')).toMatchObject({users: [{id: user!.id, name: user!.name}, {}]})
})
