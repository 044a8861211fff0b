/** The servers' process killed for real, in the middle of answers, and started again at once on the same ports. */
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, beforeAll, describe, expect, test, vi} from 'vitest'
import {WebSocket} from 'ws'
import {readServerFrame, type ReceivedItem} from '#protocol/celsius-frame.ts'
import type {ChannelEvents} from '#protocol/claude/channel-events.ts'
import type {ClaudeConversation} from '#protocol/claude/conversation.ts'
import type {ConversationRead} from '#protocol/conversation.ts'
import {conversationTopic} from '#protocol/topics.ts'
import type {User} from './accounts/user.ts'
import {defaultModelSettings} from './model/model-settings.ts'
import {createCaller} from './platforms/chatgpt/caller.ts'
import {completionEventsOf, createCaller as createClaudeCaller, isText} from './platforms/claude/caller.ts'
import {eventsOf} from './platforms/events-of.ts'
import type {ServerOptions} from './start.ts'
import {startServersProcess, type ServersProcess} from './test-process.ts'

const endless = {
  ...defaultModelSettings,
  firstTokenDelayMs: [0, 0],
  tokensPerSecond: [200, 200],
  tokens: [9_999, 9_999],
} as const
const folder = mkdtempSync(join(tmpdir(), 'killed-'))
const logFile = join(folder, 'log.sqlite')
const options: ServerOptions = {
  port: 0,
  seed: 'killed',
  store: join(folder, 'store.sqlite'),
  logFile,
  durableFile: join(folder, 'people.sqlite'),
  pageFolder: null,
  carriage: 'content',
  model: endless,
  userCount: 1,
  channel: {keepAliveMs: 60_000},
}

/** Three processes are started, with whatever else the machine does. */
const PATIENCE_MS = 120_000

let servers: ServersProcess
const portOf = ({baseUrl}: {baseUrl: string}) => Number(new URL(baseUrl).port)
async function startAgain(): Promise<void> {
  const {chatgpt, claude} = servers
  await servers.kill()
  servers = await startServersProcess({...options, port: portOf(chatgpt), claudePort: portOf(claude)})
  expect([servers.chatgpt, servers.claude]).toEqual([chatgpt, claude])
}

/** A socket that follows the conversation: what came, replies included. */
async function follow(url: string, topic_id: string, from: object = {}): Promise<readonly ReceivedItem[]> {
  const socket = new WebSocket(url, {origin: servers.chatgpt.origin})
  const items: ReceivedItem[] = []
  socket.on('message', (data: Buffer) => items.push(...readServerFrame(data.toString())))
  // Its server is killed.
  socket.on('error', () => {})
  await once(socket, 'open')
  const connect = {type: 'connect', presence: {type: 'presence', state: 'foreground'}}
  const commands = [connect, {type: 'subscribe', topic_id, ...from}]
  socket.send(JSON.stringify(commands.map((command, index) => ({id: index + 1, command}))))
  await vi.waitUntil(() => items.length > 1, {timeout: PATIENCE_MS})
  return items
}
const replyIn = (items: readonly ReceivedItem[]) => {
  const reply = items.flatMap((item) => (item.type === 'reply' ? [item.reply] : []))[1]
  if (reply?.type !== 'subscribe') throw new TypeError('no subscribe reply')
  return reply
}

const committed = () => servers.ledger.filter(({kind}) => kind === 'committed')

type Person = Pick<User, 'id' | 'organizationId' | 'bearer'>
let person: Person
let conversationId: string
let socketUrl: string
let resumeToken: string
let streamed = ''
let place: {offset: string; epoch: string}
let claudeId: string
let claudeAnswerId: string
let claudeHead: ChannelEvents

const chatgpt = () => createCaller(servers.chatgpt.baseUrl, person.bearer)
const claude = () => createClaudeCaller(servers.claude.baseUrl, person)
const eventsPath = () => `/chat_conversations/${claudeId}/channel_events`
const missed = ({epoch, offset}: ChannelEvents) =>
  claude().read<ChannelEvents>(`${eventsPath()}?epoch=${epoch}&offset=${offset}`)

beforeAll(async () => {
  servers = await startServersProcess(options)
  person = await servers.call('createUser', {})
  const seeded = await servers.call('createConversation', person.id, 1)
  ;({conversationId} = seeded)
  ;({websocket_url: socketUrl} = await chatgpt().read<{websocket_url: string}>(
    '/backend-api/celsius/ws/user',
  ))
  const items = await follow(socketUrl, conversationTopic(conversationId))
  const parent = {conversation_id: conversationId, parent_message_id: seeded.messageIds.at(-1)}
  const {response} = await chatgpt().ask(parent)
  resumeToken = response.headers.get('x-conduit-token')!
  const onClaude = await claude().askAnew()
  claudeId = onClaude.conversationId
  claudeAnswerId = onClaude.answerId
  const answer = completionEventsOf(onClaude.response)
  for (let next = await answer.next(); !isText(next.value); next = await answer.next());
  claudeHead = await claude().read<ChannelEvents>(eventsPath())
  // Longer than the store takes to write on.
  const events = eventsOf(response)
  const began = performance.now()
  for (let next = await events.next(); performance.now() - began < 700; next = await events.next())
    streamed += next.value?.data ?? ''
  const last = items.findLast((item) => item.type === 'message')
  place = {offset: last!.type === 'message' ? last!.offset! : '', epoch: replyIn(items).epoch!}
  await Promise.all([events.return(undefined), answer.return(undefined)].map((end) => end.catch(() => {})))
  await startAgain()
}, PATIENCE_MS)
afterAll(async () => {
  await servers.kill()
  rmSync(folder, {recursive: true})
})

describe('a server that was killed in the middle of answers is', () => {
  test('[TU27] [CL42] one that has settled them before anybody asks, and says so in its ledger', async () => {
    await vi.waitUntil(() => committed().length === 2, {timeout: PATIENCE_MS})
    const read = await chatgpt().read<ConversationRead>(`/backend-api/conversation/${conversationId}`)
    const leaf = read.mapping[read.current_node]!.message!
    const text = leaf.content.content_type === 'text' ? leaf.content.parts.join('') : ''
    expect(leaf.status).toBe('failed')
    expect(text.length).toBeGreaterThan(20)
    expect(streamed).toContain(text.split(' ')[0])
    expect(committed()).toMatchObject([
      {messageId: leaf.id, role: 'assistant', chars: text.length, conversationId, userId: person.id},
      {messageId: claudeAnswerId, role: 'assistant', conversationId: claudeId, userId: person.id},
    ])
    const status = `/backend-api/conversation/${conversationId}/stream_status`
    expect(await chatgpt().read(status)).toEqual({status: 'FAILURE'})
    const of = `/chat_conversations/${claudeId}`
    expect(await claude().read(`${of}/completion_status?poll=true`)).toMatchObject({is_error: true})
    const {chat_messages} = await claude().read<ClaudeConversation>(of)
    expect(chat_messages.at(-1)).toMatchObject({uuid: claudeAnswerId, stop_reason: 'error'})
  })

  test('[RS7] one that knows the resume token, and has nothing more to say', async () => {
    const path = '/backend-api/f/conversation/resume'
    const body = {conversation_id: conversationId, offset: 3}
    const resumed = await chatgpt().call('POST', path, body, {'x-conduit-token': resumeToken})
    expect(resumed.status).toBe(410)
    expect(await resumed.json()).toMatchObject({detail: {code: 'persisted_final_available'}})
    const forged = await chatgpt().call('POST', path, body, {'x-conduit-token': `${resumeToken}x`})
    expect(forged.status).toBe(404)
  })

  test('[CE49] one that lets the old socket URL in and goes on with its log', async () => {
    const {recovered, epoch, catchups} = replyIn(
      await follow(socketUrl, conversationTopic(conversationId), place),
    )
    expect([recovered, epoch]).toEqual([true, place.epoch])
    const said = catchups.slice(-2).map(({payload}) => JSON.stringify(payload))
    expect(said[0]).toMatch(/"upsert-turn-message".*"failed"/)
    expect(said[1]).toContain('"done"')
  })

  test('[CE49] [CP8] one that goes on with what it pushes', async () => {
    const {recovered, epoch, events} = await missed(claudeHead)
    expect([recovered, epoch]).toEqual([true, claudeHead.epoch])
    expect(events.map(({data}) => data['payload']!.includes(claudeAnswerId))).toEqual([true])
    expect(events[0]!.data['previous_offset']).toBe(claudeHead.offset)
  })
})

test(
  '[CE16] [CE49] [CP9] without its log it is another life, on both platforms, and nothing is settled twice',
  async () => {
    await servers.kill()
    rmSync(logFile)
    const {chatgpt: at, claude: claudeAt} = servers
    servers = await startServersProcess({...options, port: portOf(at), claudePort: portOf(claudeAt)})
    const reply = replyIn(await follow(socketUrl, conversationTopic(conversationId), place))
    expect(reply).toMatchObject({recovered: false, last_offset: '0'})
    expect(reply.epoch).not.toBe(place.epoch)
    expect(await missed(claudeHead)).toMatchObject({recovered: false, epoch: reply.epoch, events: []})
    expect(committed()).toEqual([])
  },
  PATIENCE_MS,
)
