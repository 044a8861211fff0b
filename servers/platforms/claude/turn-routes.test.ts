import {randomUUID} from 'node:crypto'
import {request} from 'node:http'
import {brotliDecompressSync} from 'node:zlib'
import {afterAll, beforeAll, describe, expect, test} from 'vitest'
import type {CompletionEvent} from '#protocol/claude/completion-event.ts'
import type {ClaudeConversation} from '#protocol/claude/conversation.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {eventsOf} from '../events-of.ts'
import {completionEventsOf, createCaller, isText, textOf, type Caller} from './caller.ts'

let servers: RunningServers
let caller: Caller
/** Of a person whose model writes slowly enough to be interrupted. */
let slow: Caller
const ledger: LedgerEvent[] = []
const model = {...defaultModelSettings, speed: 20}
const slowModel = {...model, tokensPerSecond: [5, 5], tokens: [50, 50]} as const

beforeAll(async () => {
  servers = await startServers(
    {port: 0, seed: 'test', store: null, pageFolder: null, carriage: 'observed', model, userCount: 1},
    (event) => ledger.push(event),
  )
  caller = createCaller(servers.claude.baseUrl, servers.claude.users[0]!)
  slow = createCaller(servers.claude.baseUrl, await servers.control.createUser({model: slowModel}))
})
afterAll(() => servers.close())

const readOf = (id: string, by = caller, query = '') =>
  by.read<ClaudeConversation>(`/chat_conversations/${id}?tree=True&rendering_mode=messages${query}`)
const statusOf = (id: string, by = caller, poll = false) =>
  by.read<{is_pending: boolean}>(`/chat_conversations/${id}/completion_status?poll=${poll}`)
const stop = (id: string, by = slow) => by.call('POST', `/chat_conversations/${id}/stop_response`)
const kindsOf = (events: readonly CompletionEvent[]) =>
  events
    .map((event) => (event.type === 'content_block_delta' ? event.delta.type : event.type))
    .filter((kind, index, all) => kind !== all[index - 1])

/** Reads on until `enough`; the rest stays to be read. */
async function readUntil(
  events: AsyncGenerator<CompletionEvent>,
  enough: (event: CompletionEvent) => boolean,
) {
  for (let next = await events.next(); !next.done; next = await events.next()) if (enough(next.value)) return
}

describe('asking', () => {
  test('[CL3] [CL17] a first turn makes its conversation and says its events in the observed order', async () => {
    const {conversationId, humanId, answerId, response} = await caller.askAnew({paprika_mode: 'extended'})
    expect(response.headers.get('content-type')).toMatch('text/event-stream')
    expect(response.headers.get('request-id')).toMatch(/^req_/)
    const events = await Array.fromAsync(completionEventsOf(response))
    expect(kindsOf(events).filter((kind) => kind !== 'thinking_summary_delta')).toEqual([
      'conversation_ready',
      'message_start',
      'content_block_start',
      'content_block_stop',
      'content_block_start',
      'text_delta',
      'content_block_stop',
      'message_delta',
      'message_limit',
      'message_stop',
    ])
    expect(events[1]).toMatchObject({
      message: {uuid: answerId, parent_uuid: humanId, model: ''},
      discarded_parent_message_uuid: null,
    })
    const read = await readOf(conversationId)
    expect(read).toMatchObject({current_leaf_message_uuid: answerId, model: 'scripted'})
    expect(read.chat_messages).toMatchObject([
      {uuid: humanId, sender: 'human', index: 0, content: [{text: 'What is new?'}]},
      {uuid: answerId, sender: 'assistant', index: 1, stop_reason: 'end_turn', truncated: false},
    ])
    expect(read.chat_messages[1]!.content[0]!.text).toBe(textOf(events))
  })

  test('[CL2] [CL10] without ids of its own a page learns the server’s, of version 7', async () => {
    const {conversationId, response} = await caller.askAnew({turn_message_uuids: undefined})
    const events = await Array.fromAsync(completionEventsOf(response))
    const start = events.find((event) => event.type === 'message_start')!
    const read = await readOf(conversationId)
    expect(read.chat_messages.map(({uuid}) => uuid)).toEqual([start.message.parent_uuid, start.message.uuid])
    for (const {uuid} of read.chat_messages) expect(uuid).toMatch(/^[\da-f]{8}-[\da-f]{4}-7/)
  })

  test('[CL18] data lines are padded by runs of spaces that vary', async () => {
    const {response} = await caller.askAnew()
    const lines = await Array.fromAsync(eventsOf(response))
    const paddings = new Set(lines.map(({data}) => / *(?=\}$)/.exec(data)![0].length))
    expect(paddings.size).toBeGreaterThan(3)
    expect(Math.max(...paddings)).toBeLessThan(64)
  })

  test('[CL18] who takes brotli gets it, event by event', async () => {
    const body = JSON.stringify({
      prompt: 'Hello',
      parent_message_uuid: ROOT_MESSAGE_UUID,
      create_conversation_params: {},
    })
    const {bearer} = servers.claude.users[0]!
    const headers = {authorization: `Bearer ${bearer}`, 'accept-encoding': 'gzip, deflate, br'}
    const url = `${caller.base}/chat_conversations/${randomUUID()}/completion`
    const chunks: Buffer[] = []
    const encoding = await new Promise((resolve, reject) => {
      const asked = request(url, {method: 'POST', headers}, (res) => {
        res.on('data', (chunk: Buffer) => chunks.push(chunk))
        res.on('end', () => resolve(res.headers['content-encoding']))
      })
      asked.on('error', reject).end(body)
    })
    expect(encoding).toBe('br')
    expect(chunks.length).toBeGreaterThan(3)
    const text = brotliDecompressSync(Buffer.concat(chunks)).toString()
    expect(text).toMatch(/^event: conversation_ready\n/)
    expect(text).toMatch(/event: message_stop\ndata: \{"type":"message_stop" *\}\n\n$/)
  })

  test('[CL15] [CL18] who takes brotli may leave too', async () => {
    const person = await servers.control.createUser({model: slowModel})
    const leaver = createCaller(servers.claude.baseUrl, person)
    const {conversationId, response} = await leaver.askAnew({}, {'accept-encoding': 'br'})
    const events = completionEventsOf(response)
    await readUntil(events, isText)
    await events.return(undefined)
    expect((await statusOf(conversationId, leaver)).is_pending).toBe(true)
    expect((await statusOf(conversationId, leaver, true)).is_pending).toBe(false)
    expect(await readOf(conversationId, leaver)).toMatchObject({chat_messages: [{}, {truncated: false}]})
  })

  test('[CL10] a turn that is sent twice is answered once; without its keys it is another turn', async () => {
    const first = await caller.askAnew()
    const turn_message_uuids = {human_message_uuid: first.humanId, assistant_message_uuid: first.answerId}
    await first.response.text()
    const again = await caller.ask(first.conversationId, {turn_message_uuids, create_conversation_params: {}})
    expect([again.response.status, await again.response.json()]).toMatchObject([
      409,
      {type: 'error', error: {details: {error_code: 'message_already_created'}}},
    ])
    const half = {human_message_uuid: randomUUID(), assistant_message_uuid: first.answerId}
    expect((await caller.ask(first.conversationId, {turn_message_uuids: half})).response.status).toBe(409)
    await (await caller.ask(first.conversationId, {turn_message_uuids: undefined})).response.text()
    expect((await readOf(first.conversationId)).chat_messages).toHaveLength(4)
  })

  test('[CL11] two tabs that know the same leaf fork; the leaf is the last one’s', async () => {
    const {conversationId, answerId, response} = await caller.askAnew()
    await response.text()
    const turn = {parent_message_uuid: answerId}
    const one = await caller.ask(conversationId, turn)
    const two = await caller.ask(conversationId, turn)
    await Promise.all([one.response.text(), two.response.text()])
    const read = await readOf(conversationId)
    const siblings = read.chat_messages.filter(({parent_message_uuid}) => parent_message_uuid === answerId)
    expect(siblings.map(({uuid}) => uuid)).toEqual([one.humanId, two.humanId])
    expect(read.current_leaf_message_uuid).toBe(two.answerId)
  })

  test('[CL13] a retry is another answer to the same message, and nothing else can be answered again', async () => {
    const {conversationId, humanId, answerId, response} = await caller.askAnew()
    await response.text()
    const retry = (parent_message_uuid: string) =>
      caller.call('POST', `/chat_conversations/${conversationId}/retry_completion`, {parent_message_uuid})
    const events = await Array.fromAsync(completionEventsOf(await retry(humanId)))
    expect(events[0]).toMatchObject({type: 'message_start', message: {parent_uuid: humanId}})
    const {chat_messages} = await readOf(conversationId)
    expect(chat_messages.map((message) => message.parent_message_uuid).slice(1)).toEqual([humanId, humanId])
    expect((await retry(answerId)).status).toBe(400)
    expect((await retry(randomUUID())).status).toBe(404)
  })

  test('[CL14] [LE2] the ledger has the prompt before the answer', async () => {
    ledger.length = 0
    const {humanId, answerId, response} = await caller.askAnew()
    await response.text()
    const committed = ledger.flatMap((event) => (event.kind === 'committed' ? [event] : []))
    expect(committed).toMatchObject([
      {messageId: humanId, parentId: null, role: 'user'},
      {messageId: answerId, parentId: humanId, role: 'assistant'},
    ])
  })
})

describe('status and stop', () => {
  test('[CL15] [CL21] [CL22] an answer goes on without its reader; until it is final, reads do not have it', async () => {
    const {conversationId, humanId, response} = await slow.askAnew()
    const events = completionEventsOf(response)
    await readUntil(events, isText)
    await events.return(undefined)
    expect(await statusOf(conversationId, slow)).toEqual({
      is_pending: true,
      is_error: false,
      error_code: null,
      error_detail: null,
    })
    expect(await readOf(conversationId, slow)).toMatchObject({
      chat_messages: [],
      current_leaf_message_uuid: null,
    })
    const dangling = await readOf(conversationId, slow, '&return_dangling_human_message=true')
    expect(dangling).toMatchObject({
      chat_messages: [{uuid: humanId}],
      current_leaf_message_uuid: humanId,
    })
    expect((await statusOf(conversationId, slow, true)).is_pending).toBe(false)
    expect((await readOf(conversationId, slow)).chat_messages).toHaveLength(2)
  })

  test('[CL41] a held status answers when the answer ends, at once where nothing is pending', async () => {
    const {conversationId, response} = await slow.askAnew()
    await readUntil(completionEventsOf(response), isText)
    const held = statusOf(conversationId, slow, true)
    let isAnswered = false
    void held.then(() => (isAnswered = true))
    expect((await statusOf(conversationId, slow)).is_pending).toBe(true)
    expect(isAnswered).toBe(false)
    await stop(conversationId)
    expect((await held).is_pending).toBe(false)
    expect((await statusOf(conversationId, slow, true)).is_pending).toBe(false)
  })

  test('[CL42] [CL43] a stopped answer ends with its reason, keeps its text and is no error', async () => {
    const {conversationId, answerId, response} = await slow.askAnew()
    const events = completionEventsOf(response)
    await readUntil(events, isText)
    expect((await stop(conversationId)).status).toBe(200)
    const rest = await Array.fromAsync(events)
    expect(kindsOf(rest).slice(-4)).toEqual([
      'content_block_stop',
      'message_delta',
      'message_limit',
      'message_stop',
    ])
    expect(rest.find(({type}) => type === 'message_delta')).toMatchObject({
      delta: {stop_reason: 'user_canceled'},
    })
    const answer = (await readOf(conversationId, slow)).chat_messages.find(({uuid}) => uuid === answerId)!
    expect(answer).toMatchObject({stop_reason: 'user_canceled', truncated: true})
    expect(answer.content[0]!.text).not.toBe('')
    expect(await statusOf(conversationId, slow)).toMatchObject({is_pending: false, is_error: false})
    expect((await stop(conversationId)).status).toBe(200)
  })
})

test('two servers of one seed answer alike', async () => {
  const textFrom = async (by: Caller) =>
    textOf(await Array.fromAsync(completionEventsOf((await by.askAnew()).response)))
  const other = await startServers(
    {port: 0, seed: 'test', store: null, pageFolder: null, carriage: 'content', model, userCount: 1},
    () => {},
  )
  const second = createCaller(other.claude.baseUrl, other.claude.users[0]!)
  expect(await textFrom(second)).toBe(await textFrom(caller))
  await other.close()
})
