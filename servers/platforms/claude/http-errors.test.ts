import {randomUUID} from 'node:crypto'
import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {request} from 'node:http'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {readClaudeError} from '#protocol/claude/error.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {createCaller, type Caller} from './caller.ts'

const folder = mkdtempSync(join(tmpdir(), 'claude-page-'))
const ledger: LedgerEvent[] = []
let servers: RunningServers
let caller: Caller
let other: Caller
let conversationId: string

beforeAll(async () => {
  mkdirSync(join(folder, 'assets'))
  writeFileSync(join(folder, 'claude.html'), '<!doctype html>page')
  writeFileSync(join(folder, 'firebase-messaging-sw.js'), 'worker()')
  writeFileSync(join(folder, 'assets', 'start-1234.js'), 'start()')
  const model = {...defaultModelSettings, instant: true}
  servers = await startServers(
    {port: 0, seed: 'errors', store: null, pageFolder: folder, carriage: 'observed', model, userCount: 2},
    (event) => ledger.push(event),
  )
  const [one, two] = servers.claude.users
  caller = createCaller(servers.claude.baseUrl, one!)
  other = createCaller(servers.claude.baseUrl, two!)
  ;({conversationId} = await servers.control.createConversation(one!.id, 1, 'claude'))
})
afterAll(async () => {
  await servers.close()
  rmSync(folder, {recursive: true})
})

const outcome = async (response: Response) => {
  const body = (await response.json()) as {error: {type: string}; request_id?: string}
  expect(body.request_id).toMatch(/^req_/)
  return [response.status, body.error.type, readClaudeError(body)?.code ?? null]
}
const one = (rest = '') => `/chat_conversations/${conversationId}${rest}`
const ROUTES = () =>
  [
    ['GET', '/chat_conversations_v2'],
    ['POST', '/chat_conversations'],
    ['GET', one()],
    ['PUT', one()],
    ['DELETE', one()],
    ['GET', one('/latest')],
    ['GET', one('/current_leaf_message_uuid')],
    ['PUT', one('/current_leaf_message_uuid')],
    ['POST', one('/title')],
    ['POST', one('/completion')],
    ['POST', one('/retry_completion')],
    ['GET', one('/completion_status')],
    ['GET', one('/channel_events')],
    ['POST', one('/stop_response')],
    ['POST', '/notification/channels'],
    ['GET', '/notification/channels'],
    ['GET', '/notification/preferences'],
    ['PATCH', '/notification/preferences'],
  ] as const

describe('[CL50] [CL52] who asks', () => {
  test('without a bearer, and with one that nobody has, every route answers 403', async () => {
    for (const [method, path] of ROUTES()) {
      const invalid = [403, 'permission_error', 'account_session_invalid']
      const url = `${caller.base}${path}`
      expect(await outcome(await fetch(url, {method}))).toEqual(invalid)
      const headers = {authorization: 'Bearer nobody'}
      expect(await outcome(await fetch(url, {method, headers}))).toEqual(invalid)
    }
  })

  test('in another person’s organization every route answers 403', async () => {
    const [, two] = servers.claude.users
    const intruder = createCaller(servers.claude.baseUrl, {
      bearer: two!.bearer,
      organizationId: servers.claude.users[0]!.organizationId,
    })
    for (const [method, path] of ROUTES())
      expect(await outcome(await intruder.call(method, path))).toEqual([403, 'permission_error', null])
  })

  test('another person’s conversation, and an unknown one, is 404 on every route', async () => {
    for (const [method, path] of ROUTES().filter(([, route]) => route.startsWith(one()))) {
      if (path.endsWith('/completion')) continue
      expect(await outcome(await other.call(method, path))).toEqual([404, 'not_found_error', null])
      const unknown = path.replace(conversationId, randomUUID())
      expect(await outcome(await caller.call(method, unknown))).toEqual([404, 'not_found_error', null])
    }
    expect(await outcome((await other.ask(conversationId)).response)).toEqual([404, 'not_found_error', null])
    const stolen = await other.ask(conversationId, {create_conversation_params: {}})
    expect(await outcome(stolen.response)).toEqual([
      409,
      'invalid_request_error',
      'conversation_already_created',
    ])
    expect((await caller.call('POST', '/chat_conversations/nothing/completion', {})).status).toBe(404)
  })
})

describe('[CL53] what is asked', () => {
  test('what is not JSON or of a wrong shape is 400 and names the field, not its value', async () => {
    const bad = [400, 'invalid_request_error', null]
    expect(await outcome(await caller.call('POST', one('/completion'), '{"secret'))).toEqual(bad)
    expect(await outcome(await caller.call('POST', one('/completion')))).toEqual(bad)
    const wrong = await (await caller.ask(conversationId, {parent_message_uuid: {secret: 1}})).response.text()
    expect(wrong).toContain('parent_message_uuid')
    expect(wrong).not.toContain('secret')
    const twice = randomUUID()
    for (const turn of [
      {prompt: ''},
      {parent_message_uuid: 'not-a-uuid'},
      {paprika_mode: 'quick'},
      {turn_message_uuids: {human_message_uuid: twice, assistant_message_uuid: twice}},
      {
        turn_message_uuids: {
          human_message_uuid: '00000000-0000-4000-8000-000000000000',
          assistant_message_uuid: twice,
        },
      },
    ])
      expect(await outcome((await caller.ask(conversationId, turn)).response)).toEqual(bad)
    const unknownFeature = {preferences: {feature_preference: {nothing: {enable_push: true}}}}
    expect((await caller.call('PATCH', '/notification/preferences', unknownFeature)).status).toBe(400)
    expect((await caller.call('POST', '/notification/channels', {channel_type: 'SMS'})).status).toBe(400)
    for (const query of ['tree=perhaps', 'rendering_mode=pdf', 'consistency=soon', 'tree=True&tree=False'])
      expect((await caller.call('GET', one(`?${query}`))).status).toBe(400)
    for (const query of ['limit=-1', 'limit=x', 'offset=1.5', 'limit=101'])
      expect((await caller.call('GET', `/chat_conversations_v2?${query}`)).status).toBe(400)
    expect((await caller.call('GET', one('/completion_status?poll=maybe'))).status).toBe(400)
  })

  test('[CL12] an unknown parent is 404', async () => {
    const asked = await caller.ask(conversationId, {parent_message_uuid: randomUUID()})
    expect(await outcome(asked.response)).toEqual([404, 'not_found_error', null])
    expect((await caller.askAnew({parent_message_uuid: randomUUID()})).response.status).toBe(404)
  })

  test('what is too long is 413: a prompt, and a body', async () => {
    const tooLong = [413, 'invalid_request_error', 'request_too_long']
    const asked = await caller.ask(conversationId, {prompt: 'x'.repeat(100_001)})
    expect(await outcome(asked.response)).toEqual(tooLong)
    expect(await outcome(await caller.call('POST', one('/title'), 'x'.repeat(300_000)))).toEqual(tooLong)
  })

  test('too many answers at once are 429, saying when to come back', async () => {
    const model = {...defaultModelSettings, firstTokenDelayMs: [60_000, 60_000]} as const
    const user = await servers.control.createUser({model})
    const eager = createCaller(servers.claude.baseUrl, user)
    const asked = await Promise.all(Array.from({length: 33}, () => eager.askAnew()))
    const refused = asked.filter(({response}) => response.status === 429)
    expect(refused).toHaveLength(1)
    expect(refused[0]!.response.headers.get('retry-after')).toBe('5')
    expect(await outcome(refused[0]!.response)).toEqual([429, 'rate_limit_error', null])
    await servers.control.removeUser(user.id)
  })

  test('the ledger has a refusal’s place and code, and nothing of what was sent', async () => {
    ledger.length = 0
    await caller.ask(conversationId, {prompt: 7})
    expect(ledger).toEqual([{kind: 'refused', at: expect.any(Number), where: 'http POST', code: '400'}])
  })
})

describe('where', () => {
  const statusFor = (host: string) =>
    new Promise<number>((resolve, reject) => {
      const {port} = new URL(servers.claude.baseUrl)
      const asked = request({port, host: '127.0.0.1', path: '/api/users', headers: {host}}, (res) => {
        res.resume()
        resolve(res.statusCode ?? 0)
      })
      asked.on('error', reject).end()
    })

  test('[CL54] every label of localhost is an origin of its own; other hosts are refused', async () => {
    const {port} = new URL(servers.claude.baseUrl)
    for (const host of ['127.0.0.1', 'localhost', 'c3f2.localhost', 'a-1.localhost'])
      expect([host, await statusFor(`${host}:${port}`)]).toEqual([host, 200])
    for (const host of [
      `evil.example:${port}`,
      `a.b.localhost:${port}`,
      `.localhost:${port}`,
      `localhost.evil:${port}`,
      `c3f2.localhost:1`,
      `c3f2.localhost:${port}1`,
      'c3f2.localhost',
    ])
      expect([host, await statusFor(host)]).toEqual([host, 403])
  })

  test('pages are isolated from other origins; nothing else is found', async () => {
    const {baseUrl} = servers.claude
    const paths = ['/', '/new', `/chat/${conversationId}`, '/assets/start-1234.js', '/api/users', '/nothing']
    for (const path of paths) {
      const {headers, status} = await fetch(`${baseUrl}${path}`)
      expect([path, status]).toEqual([path, path === '/nothing' ? 404 : 200])
      expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
      expect(headers.get('cache-control')?.includes('immutable')).toBe(path.startsWith('/assets'))
    }
    expect((await caller.call('GET', '/nothing')).status).toBe(404)
  })

  test('[CL67] the service worker is in charge of the origin and never from a cache', async () => {
    const {headers, status} = await fetch(`${servers.claude.baseUrl}/firebase-messaging-sw.js`)
    expect([status, headers.get('service-worker-allowed'), headers.get('cache-control')]).toEqual([
      200,
      '/',
      'no-store',
    ])
    expect(headers.get('content-type')).toMatch('javascript')
    expect(headers.get('cross-origin-embedder-policy')).toBe('require-corp')
  })

  test('without a push back end the page is told so, and who it belongs to', async () => {
    const {baseUrl, users} = servers.claude
    expect(await outcome(await fetch(`${baseUrl}/api/tabwitness/push`))).toEqual([
      404,
      'not_found_error',
      null,
    ])
    const session = await fetch(`${baseUrl}/api/auth/session?as=${users[0]!.id}`)
    const {id, name, bearer, organizationId} = users[0]!
    expect(await session.json()).toEqual({
      accessToken: bearer,
      user: {id, name},
      organization: {uuid: organizationId},
    })
  })
})
