import {afterAll, beforeAll, beforeEach, expect, test} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {defaultModelSettings} from '../model/model-settings.ts'
import {startServers, type RunningServers} from '../start.ts'
import {createCaller} from './chatgpt/caller.ts'
import {createCaller as createClaudeCaller} from './claude/caller.ts'
import {eventsOf} from './events-of.ts'

const endless = {
  ...defaultModelSettings,
  firstTokenDelayMs: [0, 0],
  tokensPerSecond: [50, 50],
  tokens: [9_999, 9_999],
} as const
const ledger: LedgerEvent[] = []
let servers: RunningServers
beforeAll(async () => {
  const model = {...defaultModelSettings, instant: true}
  servers = await startServers(
    {port: 0, seed: 'asked', store: null, pageFolder: null, carriage: 'observed', model, userCount: 2},
    (event) => ledger.push(event),
  )
})
afterAll(() => servers.close())
beforeEach(() => void (ledger.length = 0))

const asked = () => ledger.flatMap((event) => (event.kind === 'asked' ? [event] : []))
const inTab = {'x-tabwitness-tab': 'A'}
const chatgpt = (user = servers.chatgpt.users[0]!) => createCaller(servers.chatgpt.baseUrl, user.bearer)

test('[LE5] every request of a tab is in the book, with its status and the bytes of its body', async () => {
  const user = servers.chatgpt.users[0]!
  const {conversationId} = await servers.control.createConversation(user.id, 1)
  const of = `/backend-api/conversation/${conversationId}`
  const requests = [
    ['GET', of, undefined, 'read', 200, conversationId],
    ['GET', `${of}/stream_status`, undefined, 'status', 200, conversationId],
    ['GET', '/backend-api/conversations?offset=0', undefined, 'list', 200, null],
    ['GET', '/backend-api/conversation/none', undefined, 'read', 404, 'none'],
    ['GET', '/backend-api/celsius/ws/user', undefined, 'other', 200, null],
    ['POST', '/backend-api/sentinel/chat-requirements/prepare', {p: 'p'}, 'prepare', 200, null],
    ['POST', '/backend-api/f/conversation', '{', 'send', 403, null],
    [
      'POST',
      '/backend-api/stop_conversation',
      {conversation_id: conversationId},
      'stop',
      200,
      conversationId,
    ],
  ] as const
  const bytes: number[] = []
  for (const [method, path, body] of requests) {
    const response = await chatgpt().call(method, path, body, inTab)
    bytes.push((await response.arrayBuffer()).byteLength)
  }
  await expect.poll(asked).toHaveLength(requests.length)
  expect(asked()).toEqual(
    requests.map(([, , , what, status, about], index) => ({
      kind: 'asked',
      at: expect.any(Number),
      userId: user.id,
      tab: 'A',
      what,
      status,
      conversationId: about,
      bytes: bytes[index],
    })),
  )
})

test('[LE5] a streamed answer is written when it is done, a resumed one too, in all its bytes', async () => {
  const token = await chatgpt().sentinelToken()
  const content = {content_type: 'text', parts: ['What is new?']}
  const turn = {
    action: 'next',
    messages: [{id: 'm1', author: {role: 'user'}, content}],
    parent_message_id: 'client-created-root',
    model: 'auto',
  }
  const headers = {...inTab, 'openai-sentinel-chat-requirements-token': token}
  const response = await chatgpt().call('POST', '/backend-api/f/conversation', turn, headers)
  const text = await response.text()
  await expect.poll(asked).toHaveLength(1)
  const {conversation_id} = JSON.parse(/\{"type":"message_stream_complete".*\}/.exec(text)![0]) as {
    conversation_id: string
  }
  expect(asked()[0]).toMatchObject({what: 'send', status: 200, conversationId: conversation_id})
  expect(asked()[0]!.bytes).toBe(Buffer.byteLength(text))
  const resumed = await chatgpt().call(
    'POST',
    '/backend-api/f/conversation/resume',
    {conversation_id, offset: 0},
    {...inTab, 'x-conduit-token': response.headers.get('x-conduit-token')!},
  )
  const again = await resumed.text()
  await expect.poll(asked).toHaveLength(2)
  expect(asked()[1]).toMatchObject({what: 'resume', conversationId: conversation_id})
  expect(asked()[1]!.bytes).toBe(Buffer.byteLength(again))
})

test('[LE5] on Claude.ai too, and an answer that breaks off is written when it does', async () => {
  const user = await servers.control.createUser({model: endless})
  const caller = createClaudeCaller(servers.claude.baseUrl, user)
  await caller.call('GET', '/chat_conversations_v2', undefined, inTab)
  const {conversationId, response} = await caller.askAnew({}, {...inTab, 'accept-encoding': 'identity'})
  const events = eventsOf(response)
  await events.next()
  expect(asked().map(({what}) => what)).toEqual(['list'])
  await events.return(undefined)
  await expect.poll(() => asked().map(({what}) => what)).toEqual(['list', 'send'])
  expect(asked()[1]).toMatchObject({userId: user.id, tab: 'A', status: 200, conversationId})
  expect(asked()[1]!.bytes).toBeGreaterThan(100)
  for (const [rest, what] of [
    ['', 'read'],
    ['/completion_status?poll=false', 'status'],
    ['/channel_events', 'events'],
    ['/latest', 'other'],
  ] as const) {
    ledger.length = 0
    await caller.call('GET', `/chat_conversations/${conversationId}${rest}`, undefined, inTab)
    await expect.poll(asked).toMatchObject([{what, conversationId}])
  }
  await servers.control.removeUser(user.id)
})

test('[LE5] who names no tab, or is nobody, is not in the book; what is refused for overload is', async () => {
  const list = '/backend-api/conversations'
  await chatgpt().call('GET', list)
  await chatgpt().call('GET', list, undefined, {'x-tabwitness-tab': 'no name of a tab'})
  await createCaller(servers.chatgpt.baseUrl, 'nobody').call('GET', list, undefined, inTab)
  await servers.control.overload(1)
  await chatgpt(servers.chatgpt.users[1]).call('GET', list, undefined, inTab)
  await servers.control.endOverload()
  await expect.poll(asked).toMatchObject([{userId: servers.chatgpt.users[1]!.id, status: 503}])
})
