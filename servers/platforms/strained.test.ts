import {mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {WebSocket} from 'ws'
import {defaultModelSettings} from '../model/model-settings.ts'
import {startServers, type RunningServers} from '../start.ts'
import {createCaller} from './chatgpt/caller.ts'
import {createCaller as createClaudeCaller} from './claude/caller.ts'

const folder = mkdtempSync(join(tmpdir(), 'strained-'))
let servers: RunningServers
beforeAll(async () => {
  for (const page of ['index.html', 'claude.html']) writeFileSync(join(folder, page), '<!doctype html>page')
  const model = {...defaultModelSettings, instant: true}
  servers = await startServers(
    {port: 0, seed: 'strain', store: null, pageFolder: folder, carriage: 'content', model, userCount: 1},
    () => {},
  )
})
afterAll(async () => {
  await servers.close()
  rmSync(folder, {recursive: true})
})

const callers = () => {
  const user = servers.chatgpt.users[0]!
  return {
    user,
    chatgpt: createCaller(servers.chatgpt.baseUrl, user.bearer),
    claude: createClaudeCaller(servers.claude.baseUrl, user),
  }
}

test('[ER6] [CL55] under overload the APIs refuse in their own words and say when to come back', async () => {
  const {user, chatgpt, claude} = callers()
  await servers.control.overload(7)
  const refused = [
    await chatgpt.call('GET', '/backend-api/celsius/ws/user'),
    await chatgpt.call('POST', '/backend-api/f/conversation', {}),
    await claude.call('GET', '/chat_conversations_v2'),
    await claude.call('POST', '/notification/channels', {}),
  ]
  expect(refused.map(({status, headers}) => [status, headers.get('retry-after')])).toEqual([
    [503, '7'],
    [503, '7'],
    [529, '7'],
    [529, '7'],
  ])
  expect(await refused[0]!.json()).toEqual({
    detail: {message: 'The server carries too much', code: 'overloaded', clears_in: 7},
  })
  expect(await refused[2]!.json()).toMatchObject({type: 'error', error: {type: 'overloaded_error'}})
  for (const {baseUrl} of [servers.chatgpt, servers.claude])
    for (const path of ['/', `/api/auth/session?as=${user.id}`])
      expect((await fetch(`${baseUrl}${path}`)).status).toBe(200)
  await servers.control.endOverload()
  expect((await chatgpt.call('GET', '/backend-api/conversations')).status).toBe(200)
  expect((await claude.call('GET', '/chat_conversations_v2')).status).toBe(200)
})

test('[CE42] an answer that is being streamed goes on under overload', async () => {
  const {claude, chatgpt} = callers()
  const model = {...defaultModelSettings, firstTokenDelayMs: [0, 0], tokensPerSecond: [200, 200]} as const
  const slow = await servers.control.createUser({model: {...model, tokens: [20, 20]}})
  const {response} = await createCaller(servers.chatgpt.baseUrl, slow.bearer).ask()
  await servers.control.overload(1)
  expect(await response.text()).toContain('[DONE]')
  await servers.control.endOverload()
  expect([claude.base, (await chatgpt.call('GET', '/backend-api/conversations')).status]).toContain(200)
})

test('[CE48] a slow server answers and lets in so much later; pages come at once, and 0 ends it', async () => {
  const {chatgpt, claude} = callers()
  const {websocket_url} = await chatgpt.read<{websocket_url: string}>('/backend-api/celsius/ws/user')
  const open = () =>
    new Promise<void>((resolve, reject) => {
      const socket = new WebSocket(websocket_url, {origin: servers.chatgpt.origin})
      socket.on('open', () => resolve(socket.close()))
      socket.on('error', reject)
    })
  const took = async (what: () => Promise<unknown>) => {
    const before = performance.now()
    await what()
    return performance.now() - before
  }
  const list = () => chatgpt.read('/backend-api/conversations')
  await servers.control.slow(60)
  const late = [await took(list), await took(() => claude.read('/chat_conversations_v2')), await took(open)]
  for (const ms of late) expect(ms).toBeGreaterThanOrEqual(59)
  await servers.control.slow(3_600_000)
  expect((await fetch(servers.chatgpt.baseUrl)).status).toBe(200)
  await servers.control.slow(0)
  expect(await list()).toMatchObject({offset: 0})
})
