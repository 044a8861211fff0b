import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {createServer} from 'node:net'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {setTimeout as pause} from 'node:timers/promises'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import {WebSocket} from 'ws'
import type {ClaudeConversation} from '#protocol/claude/conversation.ts'
import type {ConversationRead} from '#protocol/conversation.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {turnTopic} from '#protocol/topics.ts'
import type {UserSettings} from './accounts/user.ts'
import {defaultModelSettings} from './model/model-settings.ts'
import {createCaller, nameOf} from './platforms/chatgpt/caller.ts'
import {completionEventsOf, createCaller as createClaudeCaller, isText} from './platforms/claude/caller.ts'
import {eventsOf} from './platforms/events-of.ts'
import {startServers, type RunningServers, type ServerOptions} from './start.ts'
import type {SseEvent} from './stream/sse-text.ts'

const instant = {...defaultModelSettings, instant: true}
const endless = {
  ...defaultModelSettings,
  firstTokenDelayMs: [0, 0],
  tokensPerSecond: [20, 20],
  tokens: [9_999, 9_999],
} as const
const options: ServerOptions = {
  port: 0,
  seed: 'start',
  store: ':memory:',
  pageFolder: null,
  carriage: 'observed',
  model: instant,
  userCount: 0,
}

let servers: RunningServers
const ledger: LedgerEvent[] = []
beforeAll(async () => {
  servers = await startServers(options, (event) => ledger.push(event))
})
afterAll(() => servers.close())

const newCaller = async (settings: Partial<UserSettings> = {}, by = servers) => {
  const user = await by.control.createUser(settings)
  return {user, caller: createCaller(by.chatgpt.baseUrl, user.bearer)}
}

/** A tab's socket that follows topics; every frame it got, parsed. */
async function openTab(
  {caller}: Awaited<ReturnType<typeof newCaller>>,
  topics: readonly string[],
  offset?: string,
) {
  const {websocket_url} = await caller.read<{websocket_url: string}>('/backend-api/celsius/ws/user')
  const socket = new WebSocket(`${websocket_url}&tab=B`, {origin: servers.chatgpt.origin})
  const frames: {
    type?: string
    topic_id?: string
    payload?: {type: string}
    reply?: {catchups?: unknown[]}
  }[] = []
  socket.on('message', (data: Buffer) => frames.push(...(JSON.parse(data.toString()) as typeof frames)))
  await once(socket, 'open')
  const connect = {id: 1, command: {type: 'connect', presence: {type: 'presence', state: 'foreground'}}}
  const subscribes = topics.map((topic_id, index) => ({
    id: index + 2,
    command: {type: 'subscribe', topic_id, ...(offset === undefined ? {} : {offset})},
  }))
  socket.send(JSON.stringify([connect, ...subscribes]))
  await expect.poll(() => frames.length).toBeGreaterThan(topics.length)
  return {socket, frames}
}

const payloadTypes = (frames: readonly {type?: string; payload?: {type: string}}[]) =>
  frames.flatMap(({type, payload}) => (type === 'message' ? [payload?.type] : []))

describe('the channel', () => {
  test('[CA1] [CE30] under observed, a remote turn is one frame, at its end', async () => {
    const person = await newCaller()
    const {conversationId, messageIds} = await servers.control.createConversation(person.user.id, 1)
    const tab = await openTab(person, ['conversations', `conversation-${conversationId}`])
    const turn = {conversation_id: conversationId, parent_message_id: messageIds.at(-1)}
    await Array.fromAsync(eventsOf((await person.caller.ask(turn)).response))
    await expect.poll(() => payloadTypes(tab.frames)).toEqual(['conversation-turn-complete'])
    tab.socket.close()
  })

  test('[TU11] [CE34] a handed-off turn is on its topic, complete, for whoever asks from the beginning', async () => {
    const person = await newCaller()
    const {response} = await person.caller.ask({model: 'scripted-thinking'})
    const events = await Array.fromAsync(eventsOf(response))
    const {turn_exchange_id} = JSON.parse(events[2]!.data) as {turn_exchange_id: string}
    await expect
      .poll(() => ledger.filter((event) => event.kind === 'committed' && event.userId === person.user.id))
      .toHaveLength(2)
    const tab = await openTab(person, [turnTopic(turn_exchange_id)], '0')
    type Catchup = {
      payload: {
        payload: {
          type: string
          encoded_item?: string
          stream_item_id?: string
          parent_stream_item_id?: string | null
        }
      }
    }
    const catchups = (tab.frames[1]?.reply?.catchups ?? []) as Catchup[]
    const parts = catchups.map(({payload}) => payload.payload)
    expect(parts.at(-1)?.type).toBe('done')
    const items = parts.slice(0, -1)
    expect(items.map((item) => item.parent_stream_item_id)).toEqual([
      null,
      ...items.slice(0, -1).map((item) => item.stream_item_id),
    ])
    const text = items.map(({encoded_item}) => encoded_item).join('')
    const names = (await Array.fromAsync(eventsOf(new Response(text)))).map((event: SseEvent) =>
      nameOf(event),
    )
    expect(names.slice(0, 2)).toEqual(['delta_encoding', 'resume_conversation_token'])
    expect(names).toContain('message_stream_complete')
    tab.socket.close()
  })

  test('[CA3] [LE3] under content, a committed message is handed to the tab, after it is in the ledger', async () => {
    const person = await newCaller({carriage: 'content'})
    const {conversationId, messageIds} = await servers.control.createConversation(person.user.id, 1)
    const tab = await openTab(person, [`conversation-${conversationId}`])
    ledger.length = 0
    const id = await servers.control.commitMessage(person.user.id, conversationId, 'hello')
    await expect.poll(() => payloadTypes(tab.frames)).toEqual(['conversation-updates'])
    const kinds = ledger.filter((event) => 'messageId' in event || 'messageIds' in event)
    expect(kinds).toMatchObject([
      {kind: 'committed', messageId: id, parentId: messageIds.at(-1), chars: 5},
      {kind: 'delivered', messageIds: [id], tab: 'B', carries: 'content'},
    ])
    tab.socket.close()
  })
})

describe('control', () => {
  test('the server’s view is the path to the current leaf; seeded messages are in the ledger', async () => {
    const {user} = await newCaller()
    ledger.length = 0
    const {conversationId, messageIds} = await servers.control.createConversation(user.id, 2)
    const id = await servers.control.commitMessage(user.id, conversationId, 'hello')
    const view = await servers.control.serverView(conversationId)
    expect(view.map((message) => message.id)).toEqual([...messageIds, id])
    expect(view.at(-1)).toEqual({id, chars: 5, textHash: '2cf24dba5fb0a30e', status: 'complete'})
    const committed = ledger.flatMap((event) => (event.kind === 'committed' ? [event] : []))
    expect(committed.map(({messageId, textHash}) => [messageId, textHash])).toEqual(
      view.map((message) => [message.id, message.textHash]),
    )
  })

  test('[CL1] a person is known on both platforms; each conversation is on one', async () => {
    const {user} = await newCaller()
    const claude = createClaudeCaller(servers.claude.baseUrl, user)
    const {conversationId, messageIds} = await servers.control.createConversation(user.id, 1, 'claude')
    const id = await servers.control.commitMessage(user.id, conversationId, 'hello')
    expect((await servers.control.serverView(conversationId)).map((one) => one.id)).toEqual([
      ...messageIds,
      id,
    ])
    const read = await claude.read<ClaudeConversation>(`/chat_conversations/${conversationId}`)
    expect(read.chat_messages.map(({uuid}) => uuid)).toEqual([...messageIds, id])
    await servers.control.removeUser(user.id)
    expect((await claude.call('GET', '/chat_conversations_v2')).status).toBe(403)
    await expect(servers.control.serverView(conversationId)).rejects.toThrow('no such conversation')
  })

  test('a removed person’s socket and stream end, and their bearer is nobody’s', async () => {
    const person = await newCaller({model: endless})
    const tab = await openTab(person, ['conversations'])
    const {response} = await person.caller.ask()
    const closed = once(tab.socket, 'close')
    await servers.control.removeUser(person.user.id)
    await closed
    const names = (await Array.fromAsync(eventsOf(response))).map(nameOf)
    expect(names).not.toContain('[DONE]')
    expect((await person.caller.call('GET', '/backend-api/conversations')).status).toBe(401)
  })

  test('the event loop’s delay is measured since the last call', async () => {
    await servers.control.eventLoopDelay()
    // Time itself is the subject: the monitor samples every 5 ms and needs one sample on either side of the delay.
    await pause(15)
    const until = performance.now() + 60
    while (performance.now() < until);
    await pause(15)
    expect((await servers.control.eventLoopDelay()).maxMs).toBeGreaterThan(40)
  })

  test('the same key gives the same prompt', async () => {
    const prompt = await servers.control.promptText('key', 5)
    expect(await servers.control.promptText('key', 5)).toBe(prompt)
  })
})

describe('starting and ending', () => {
  test('a port in use rejects with EADDRINUSE and names it, whichever of the two it is', async () => {
    const port = Number(new URL(servers.chatgpt.baseUrl).port)
    const taken = {code: 'EADDRINUSE', port}
    await expect(startServers({...options, port}, () => {})).rejects.toMatchObject(taken)
    await expect(startServers({...options, claudePort: port}, () => {})).rejects.toMatchObject(taken)
  })

  test('close ends open streams and sockets at once and frees the port', async () => {
    const own = await startServers({...options, model: endless}, () => {})
    const person = await newCaller({}, own)
    const {response} = await person.caller.ask()
    const {websocket_url} = await person.caller.read<{websocket_url: string}>('/backend-api/celsius/ws/user')
    const socket = new WebSocket(websocket_url, {origin: own.chatgpt.origin})
    await once(socket, 'open')
    const closed = once(socket, 'close')
    const began = performance.now()
    await Promise.all([own.close(), own.close()])
    expect(performance.now() - began).toBeLessThan(1_000)
    await closed
    await Array.fromAsync(eventsOf(response)).catch(() => {})
    const taker = createServer().listen(Number(new URL(own.chatgpt.baseUrl).port), '127.0.0.1')
    await once(taker, 'listening')
    taker.close()
  })

  test('[TU25] a file keeps conversations over a restart, and a cut turn reads as failed', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'servers-'))
    const withFile = {...options, store: join(folder, 'store.sqlite'), model: endless, userCount: 1}
    const before = await startServers(withFile, () => {})
    const {response} = await createCaller(before.chatgpt.baseUrl, before.chatgpt.users[0]!.bearer).ask()
    const events = eventsOf(response)
    await events.next()
    const {conversation_id: id} = JSON.parse((await events.next()).value!.data) as {conversation_id: string}
    await before.close()

    const after = await startServers(withFile, () => {})
    const caller = createCaller(after.chatgpt.baseUrl, after.chatgpt.users[0]!.bearer)
    const read = await caller.read<ConversationRead>(`/backend-api/conversation/${id}`)
    expect(read.mapping[read.current_node]!.message!.status).toBe('failed')
    expect(await caller.read(`/backend-api/conversation/${id}/stream_status`)).toEqual({status: 'FAILURE'})
    await after.close()
    rmSync(folder, {recursive: true})
  })

  test('[CL42] [CL64] on Claude.ai too: what is cut is an error, and channels are kept', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'servers-'))
    const withFile = {...options, store: join(folder, 'store.sqlite'), model: endless, userCount: 1}
    const before = await startServers(withFile, () => {})
    const caller = createClaudeCaller(before.claude.baseUrl, before.claude.users[0]!)
    await caller.call('POST', '/notification/channels', {
      channel_type: 'FCM',
      client_app_name: 'claude-ai-web',
      client_platform: 'web_claude_ai',
      registration_token: 'token',
    })
    const {conversationId, answerId, response} = await caller.askAnew()
    const events = completionEventsOf(response)
    for (let next = await events.next(); !isText(next.value); next = await events.next());
    await before.close()

    const after = await startServers(withFile, () => {})
    const again = createClaudeCaller(after.claude.baseUrl, after.claude.users[0]!)
    const of = `/chat_conversations/${conversationId}`
    expect(await again.read(`${of}/completion_status?poll=true`)).toEqual({
      is_pending: false,
      is_error: true,
      error_code: 'completion_failed',
      error_detail: 'The answer was cut off.',
    })
    const read = await again.read<ClaudeConversation>(of)
    expect(read.chat_messages.at(-1)).toMatchObject({uuid: answerId, stop_reason: 'error', truncated: true})
    expect(await again.read('/notification/channels')).toMatchObject({channels: [{status: 'ACTIVE'}]})
    expect((await again.read<{data: unknown[]}>('/chat_conversations_v2')).data).toHaveLength(1)
    await after.close()
    rmSync(folder, {recursive: true})
  })
})
