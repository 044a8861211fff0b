import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {ClaudeConversation, ClaudeConversationList} from '#protocol/claude/conversation.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {completionEventsOf, createCaller, type Caller} from './caller.ts'

let servers: RunningServers
let caller: Caller
let userId: string

beforeAll(async () => {
  const model = {...defaultModelSettings, instant: true}
  servers = await startServers(
    {port: 0, seed: 'list', store: null, pageFolder: null, carriage: 'observed', model, userCount: 1},
    () => {},
  )
  const [user] = servers.claude.users
  userId = user!.id
  caller = createCaller(servers.claude.baseUrl, user!)
})
afterAll(() => servers.close())

const of = (id: string, rest = '') => `/chat_conversations/${id}${rest}`
const readOf = (id: string, query = '', by = caller) => by.read<ClaudeConversation>(of(id, `?${query}`))
const listOf = (query: string, by = caller) =>
  by.read<ClaudeConversationList>(`/chat_conversations_v2?${query}`)
const uuidsOf = ({chat_messages}: ClaudeConversation) => chat_messages.map(({uuid}) => uuid)

/** A conversation of one answered message, and what was said. */
async function conversation(by = caller) {
  const {response, ...ids} = await by.askAnew()
  await response.text()
  return ids
}

test('[CL3] [CL4] a conversation is made by a POST, once', async () => {
  const uuid = randomUUID()
  const made = await caller.call('POST', '/chat_conversations', {uuid, name: 'Plans', model: 'claude-x'})
  expect([made.status, await made.json()]).toMatchObject([
    201,
    {uuid, name: 'Plans', model: 'claude-x', current_leaf_message_uuid: null, is_starred: false},
  ])
  expect((await caller.call('POST', '/chat_conversations', {uuid})).status).toBe(409)
  const {response} = await caller.ask(uuid)
  const [first] = await Array.fromAsync(completionEventsOf(response))
  expect(first!.type).toBe('message_start')
})

test('[CL20] the tree has every branch, without it there is the shown path only; raw has the text beside', async () => {
  const {conversationId, humanId, answerId} = await conversation()
  const edited = await caller.ask(conversationId)
  await edited.response.text()
  expect(uuidsOf(await readOf(conversationId, 'tree=True'))).toEqual([
    humanId,
    answerId,
    edited.humanId,
    edited.answerId,
  ])
  const path = await readOf(conversationId, 'tree=False&rendering_mode=raw')
  expect(uuidsOf(path)).toEqual([edited.humanId, edited.answerId])
  expect(path.chat_messages[0]).toMatchObject({text: 'What is new?', index: 2})
})

test('[CL30] the leaf is where it was put last, and the path with it', async () => {
  const {conversationId, humanId, answerId} = await conversation()
  const edited = await caller.ask(conversationId)
  await edited.response.text()
  const leaf = of(conversationId, '/current_leaf_message_uuid')
  expect(await caller.read(leaf)).toEqual({current_leaf_message_uuid: edited.answerId})
  const moved = await caller.call('PUT', leaf, {current_leaf_message_uuid: answerId.toUpperCase()})
  expect(await moved.json()).toEqual({current_leaf_message_uuid: answerId})
  expect(await caller.read(of(conversationId, '/latest'))).toEqual({
    uuid: conversationId,
    current_leaf_message_uuid: answerId,
    updated_at: expect.any(String),
  })
  expect(uuidsOf(await readOf(conversationId, 'tree=False'))).toEqual([humanId, answerId])
  expect((await caller.call('PUT', leaf, {current_leaf_message_uuid: randomUUID()})).status).toBe(404)
})

test('[CL16] [CL31] [CL32] title, name, star and settings are the conversation’s from then on', async () => {
  const {conversationId} = await conversation()
  const titled = await caller.call('POST', of(conversationId, '/title'), {
    message_content: 'What is new?',
    recent_titles: [],
  })
  expect(titled.status).toBe(202)
  const {title} = (await titled.json()) as {title: string}
  expect((await readOf(conversationId)).name).toBe(title)

  const change = {is_starred: true, settings: {paprika_mode: 'extended'}}
  expect((await caller.call('PUT', of(conversationId, '?rendering_mode=raw'), change)).status).toBe(200)
  const renamed = await caller.call('PUT', of(conversationId), {name: ' Mine '})
  expect(await renamed.json()).toMatchObject({name: 'Mine', ...change})
  expect(await readOf(conversationId)).toMatchObject({name: 'Mine', ...change})
  const {response} = await caller.ask(conversationId)
  const events = await Array.fromAsync(completionEventsOf(response))
  expect(events[1]).toMatchObject({type: 'content_block_start', content_block: {type: 'thinking'}})
})

test('[CF16] [LE9] a chosen model is the conversation’s; one that nobody knows is refused', async () => {
  const {conversationId} = await conversation()
  const chosen = await caller.call('PUT', of(conversationId), {model: 'scripted-large'})
  expect(await chosen.json()).toMatchObject({model: 'scripted-large'})
  expect((await caller.call('PUT', of(conversationId), {model: 'nobody-knows-it'})).status).toBe(400)
  expect((await readOf(conversationId)).model).toBe('scripted-large')
})

test('[CL25] [CL33] the list is newest first, in pages, without what is temporary or deleted', async () => {
  const own = createCaller(servers.claude.baseUrl, await servers.control.createUser({}))
  const ids = [await conversation(own), await conversation(own), await conversation(own)].map(
    ({conversationId}) => conversationId,
  )
  const temporary = await own.askAnew({create_conversation_params: {is_temporary: true}})
  await temporary.response.text()
  expect(await readOf(temporary.conversationId, '', own)).toMatchObject({is_temporary: true})
  const page = await listOf('limit=2&offset=0&consistency=eventual', own)
  expect([page.data.map(({uuid}) => uuid), page.has_more]).toEqual([ids.toReversed().slice(0, 2), true])
  expect((await own.call('DELETE', of(ids[2]!))).status).toBe(204)
  const rest = await listOf('', own)
  expect([rest.data.map(({uuid}) => uuid), rest.has_more]).toEqual([[ids[1], ids[0]], false])
  expect((await own.call('GET', of(ids[2]!))).status).toBe(404)
})

test('[CL24] a replica that is behind has not heard of what was just written; primary and status have', async () => {
  const person = await servers.control.createUser({replicaLagMs: 3_600_000})
  const own = createCaller(servers.claude.baseUrl, person)
  const {conversationId, humanId, answerId} = await conversation(own)
  for (const query of ['', '?consistency=eventual'])
    expect((await own.call('GET', of(conversationId, query))).status).toBe(404)
  expect((await listOf('', own)).data).toEqual([])
  expect((await listOf('consistency=strong', own)).data).toHaveLength(1)
  expect(uuidsOf(await readOf(conversationId, 'consistency=strong', own))).toEqual([humanId, answerId])
  expect(await own.read(of(conversationId, '/latest'))).toMatchObject({current_leaf_message_uuid: answerId})
  expect(await own.read(of(conversationId, '/completion_status'))).toMatchObject({is_pending: false})
})

test('[CL62] preferences change by feature; a browser that registers can be reached', async () => {
  const own = createCaller(servers.claude.baseUrl, await servers.control.createUser({}))
  const path = '/notification/preferences'
  expect(await own.read(path)).toMatchObject({
    preferences: {
      feature_preference: {completion: {enable_push: true}},
      push_reachability: {has_active_channel: false, platforms: []},
    },
  })
  const changed = await own.call('PATCH', path, {
    preferences: {feature_preference: {completion: {enable_push: false}}},
  })
  expect(await changed.json()).toMatchObject({
    preferences: {feature_preference: {completion: {enable_push: false}, dispatch: {enable_push: true}}},
  })
  const registered = await own.call('POST', '/notification/channels', {
    channel_type: 'FCM',
    client_app_name: 'claude-ai-web',
    client_platform: 'web_claude_ai',
    registration_token: 'a-token',
  })
  const channel = {uuid: expect.any(String), channel_type: 'FCM', client_platform: 'web', status: 'ACTIVE'}
  expect(await registered.json()).toEqual(channel)
  expect(await own.read('/notification/channels')).toEqual({channels: [channel]})
  expect(await own.read(path)).toMatchObject({
    preferences: {push_reachability: {has_active_channel: true, platforms: ['web']}},
  })
})

test('a conversation of one platform is not on the other', async () => {
  const {conversationId} = await servers.control.createConversation(userId, 1, 'claude')
  const other = await servers.control.createConversation(userId, 1)
  const {data} = await listOf('')
  expect(data.map(({uuid}) => uuid)).toContain(conversationId)
  expect(data.map(({uuid}) => uuid)).not.toContain(other.conversationId)
  expect((await caller.call('GET', of(other.conversationId))).status).toBe(404)
})
