import {afterAll, beforeAll, expect, test} from 'vitest'
import type {ConversationRead} from '#protocol/conversation.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {createDeltaDecoder} from '#protocol/delta-decoder.ts'
import type {Delta} from '#protocol/delta.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import type {SseEvent} from '../../stream/sse-text.ts'
import {eventsOf} from '../events-of.ts'
import {createCaller, nameOf, type Caller} from './caller.ts'

let servers: RunningServers
let caller: Caller
/** Of a person whose model writes slowly enough to be interrupted. */
let slow: Caller
let userId: string
const ledger: LedgerEvent[] = []
const model = {...defaultModelSettings, speed: 20}
const slowModel = {...model, tokensPerSecond: [5, 5], tokens: [50, 50]} as const

beforeAll(async () => {
  servers = await startServers(
    {port: 0, seed: 'test', store: null, pageFolder: null, carriage: 'observed', model, userCount: 1},
    (event) => ledger.push(event),
  )
  const [user] = servers.chatgpt.users
  userId = user!.id
  caller = createCaller(servers.chatgpt.baseUrl, user!.bearer)
  const patient = await servers.control.createUser({model: slowModel})
  slow = createCaller(servers.chatgpt.baseUrl, patient.bearer)
})
afterAll(() => servers.close())

const dataOf = (events: readonly SseEvent[], name: string) =>
  JSON.parse(events.find((event) => nameOf(event) === name)!.data) as Record<string, string>
const conversationOf = (events: readonly SseEvent[]) =>
  dataOf(events, 'resume_conversation_token')['conversation_id']!
const readOf = (id: string, by = caller) => by.read<ConversationRead>(`/backend-api/conversation/${id}`)
const statusOf = (id: string, by = caller) =>
  by.read<{status: string}>(`/backend-api/conversation/${id}/stream_status`)
const resume = (conversation_id: string, offset: number, token: string, by = caller) =>
  by.call('POST', '/backend-api/f/conversation/resume', {conversation_id, offset}, {'x-conduit-token': token})

/** Reads on until `enough`; the rest stays to be read. */
async function readUntil(events: AsyncGenerator<SseEvent>, enough: (event: SseEvent) => boolean) {
  const read: SseEvent[] = []
  for (let next = await events.next(); !next.done; next = await events.next()) {
    read.push(next.value)
    if (enough(next.value)) break
  }
  return read
}
const isAppend = ({data}: SseEvent) => data.includes('"append"')

test('[TU10] a first turn says its events in the observed order', async () => {
  const {response, messageId} = await caller.ask()
  expect(response.headers.get('content-type')).toMatch('text/event-stream')
  expect(response.headers.get('x-oai-request-id')).toBeTruthy()
  const events = await Array.fromAsync(eventsOf(response))
  const names = events.map(nameOf)
  const runs = names.filter((name, index) => name !== names[index - 1])
  expect(runs).toEqual([
    'delta_encoding',
    'resume_conversation_token',
    'input_message',
    'delta',
    'server_ste_metadata',
    'message_marker',
    'delta',
    'message_marker',
    'message_stream_complete',
    'title_generation',
    'conversation_detail_metadata',
    '[DONE]',
  ])
  expect(events[0]).toEqual({event: 'delta_encoding', data: '"v1"'})
  expect(dataOf(events, 'resume_conversation_token')['token']).toBe(response.headers.get('x-conduit-token'))

  const deltas = events.filter(({event}) => event === 'delta').map(({data}) => JSON.parse(data) as Delta)
  expect(deltas.at(-1)).toMatchObject({p: '', o: 'patch'})

  const decoder = createDeltaDecoder()
  const shown = deltas.map((delta) => decoder.apply(delta).root).at(-1)
  const read = await readOf(conversationOf(events))
  const answer = read.mapping[read.current_node]!.message!
  expect(shown).toMatchObject({
    message: {content: answer.content, status: 'finished_successfully', end_turn: true},
  })
  expect(read.mapping[read.current_node]!.parent).toBe(messageId)
  expect(read.title).toBe(dataOf(events, 'title_generation')['title'])
})

test('[TU9] [LE2] the ledger has the prompt before the answer, and every length once it is out', async () => {
  ledger.length = 0
  const {response, messageId} = await caller.ask()
  const events = await Array.fromAsync(eventsOf(response))
  const read = await readOf(conversationOf(events))
  const answer = read.mapping[read.current_node]!.message!
  const written = ledger.filter(({kind}) => kind === 'committed' || kind === 'appended')
  expect(written[0]).toMatchObject({kind: 'committed', role: 'user', messageId, parentId: null})
  expect(written.at(-1)).toMatchObject({
    kind: 'committed',
    role: 'assistant',
    messageId: answer.id,
    parentId: messageId,
  })
  const lengths = written.flatMap((event) => (event.kind === 'appended' ? [event.chars] : []))
  expect(lengths).toEqual(lengths.toSorted((a, b) => a - b))
  expect(written.at(-1)).toMatchObject({chars: lengths.at(-1)})
})

test('[RS1] [RS2] resume from event N is the tail, live and afterwards', async () => {
  const {response} = await slow.ask()
  const live = eventsOf(response)
  const before = await readUntil(live, isAppend)
  const conversationId = conversationOf(before)
  const token = response.headers.get('x-conduit-token')!
  const resumed = await resume(conversationId, before.length, token, slow)
  const [rest, again] = await Promise.all([Array.fromAsync(live), Array.fromAsync(eventsOf(resumed))])
  expect(again).toEqual(rest)
  expect(again.at(-1)!.data).toBe('[DONE]')
  const replay = await Array.fromAsync(eventsOf(await resume(conversationId, 0, token, slow)))
  expect(replay).toEqual([...before, ...rest])
})

test('[RS5] [RS6] without a token of this turn there is nothing to resume', async () => {
  const one = await caller.ask()
  const conversationId = conversationOf(await Array.fromAsync(eventsOf(one.response)))
  const other = await caller.ask()
  await other.response.body!.cancel()
  const token = one.response.headers.get('x-conduit-token')!
  const stranger = await servers.control.createUser({})
  const foreign = createCaller(servers.chatgpt.baseUrl, stranger.bearer)
  const statuses = [
    await resume(conversationId, 0, 'no-token'),
    await resume(conversationId, 0, `${token}x`),
    await resume(conversationId, 0, other.response.headers.get('x-conduit-token')!),
    await resume(conversationId, 9_999, token),
    await foreign.call(
      'POST',
      '/backend-api/f/conversation/resume',
      {conversation_id: conversationId, offset: 0},
      {'x-conduit-token': token},
    ),
  ].map(({status}) => status)
  expect(statuses).toEqual([404, 404, 404, 404, 404])
})

test('[TU14] the answer goes on when its reader leaves', async () => {
  const {response} = await slow.ask()
  const events = eventsOf(response)
  const conversationId = conversationOf(await readUntil(events, isAppend))
  await events.return(undefined)
  expect((await statusOf(conversationId, slow)).status).toBe('IS_STREAMING')
  expect((await readOf(conversationId, slow)).async_status).toBe(3)
  await expect.poll(async () => (await statusOf(conversationId, slow)).status).toBe('COMPLETE')
})

test('[ST5] [ST6] a stopped answer ends without completion, keeps its text and reads as interrupted', async () => {
  const {response} = await slow.ask()
  const events = eventsOf(response)
  const before = await readUntil(events, isAppend)
  const conversation_id = conversationOf(before)
  const stopped = await slow.call('POST', '/backend-api/stop_conversation', {
    conversation_id,
    exclude_async_types: [],
  })
  expect(await stopped.json()).toEqual({status: 'ok', last_message_id: null})
  const names = (await Array.fromAsync(events)).map(nameOf)
  expect(names).not.toContain('message_stream_complete')
  expect(names).not.toContain('[DONE]')
  const read = await readOf(conversation_id, slow)
  const answer = read.mapping[read.current_node]!.message!
  expect(answer.status).toBe('interrupted')
  expect((answer.content as {parts: string[]}).parts[0]).not.toBe('')
  expect((await statusOf(conversation_id, slow)).status).toBe('COMPLETE')
  const token = response.headers.get('x-conduit-token')!
  const gone = await resume(conversation_id, 9_999, token, slow)
  expect([gone.status, await gone.json()]).toMatchObject([410, {detail: {code: 'persisted_final_available'}}])
})

test('[TU7] two turns at once on one leaf both answer, as siblings; the leaf is the last one’s', async () => {
  const first = await Array.fromAsync(eventsOf((await caller.ask()).response))
  const conversation_id = conversationOf(first)
  const {current_node} = await readOf(conversation_id)
  const turn = {conversation_id, parent_message_id: current_node}
  const one = await caller.ask(turn)
  const two = await caller.ask(turn)
  const answers = await Promise.all([one, two].map(({response}) => Array.fromAsync(eventsOf(response))))
  expect(answers.map((events) => nameOf(events.at(-1)!))).toEqual(['[DONE]', '[DONE]'])
  expect(answers[0]!.map(nameOf)).not.toContain('title_generation')
  const read = await readOf(conversation_id)
  expect(read.mapping[current_node]!.children).toEqual([one.messageId, two.messageId])
  expect(read.mapping[read.current_node]!.parent).toBe(two.messageId)
})

test('[TU5] a variant is another answer to the same message, continue one below the answer', async () => {
  const first = await caller.ask()
  const conversation_id = conversationOf(await Array.fromAsync(eventsOf(first.response)))
  const answerId = (await readOf(conversation_id)).current_node
  const variant = {action: 'variant', messages: [], conversation_id, parent_message_id: first.messageId}
  const events = await Array.fromAsync(eventsOf((await caller.ask(variant)).response))
  expect(events.map(nameOf)).not.toContain('input_message')
  const go = {action: 'continue', messages: [], conversation_id, parent_message_id: answerId}
  await Array.fromAsync(eventsOf((await caller.ask(go)).response))
  const {mapping} = await readOf(conversation_id)
  expect(mapping[first.messageId]!.children).toHaveLength(2)
  expect(mapping[answerId]!.children).toHaveLength(1)
  expect((await caller.ask({...variant, parent_message_id: answerId})).response.status).toBe(400)
})

test('[TU11] a handed-off turn answers with its topic; its events come by resume from 0', async () => {
  const {response} = await caller.ask({model: 'scripted-thinking'})
  const events = await Array.fromAsync(eventsOf(response))
  expect(events.map(nameOf)).toEqual([
    'delta_encoding',
    'resume_conversation_token',
    'stream_handoff',
    '[DONE]',
  ])
  const token = response.headers.get('x-conduit-token')!
  const answer = await Array.fromAsync(eventsOf(await resume(conversationOf(events), 0, token)))
  expect(answer.map(nameOf)).toContain('message_stream_complete')
})

test('two servers of one seed answer alike', async () => {
  const textOf = async (asked: Promise<{response: Response}>, by = caller) => {
    const conversationId = conversationOf(await Array.fromAsync(eventsOf((await asked).response)))
    const read = await by.read<ConversationRead>(`/backend-api/conversation/${conversationId}`)
    return [read.title, read.mapping[read.current_node]!.message!.content]
  }
  const other = await startServers(
    {port: 0, seed: 'test', store: null, pageFolder: null, carriage: 'content', model, userCount: 1},
    () => {},
  )
  const [user] = other.chatgpt.users
  const second = createCaller(other.chatgpt.baseUrl, user!.bearer)
  expect(user!.id).toBe(userId)
  expect(await textOf(second.ask(), second)).toEqual(await textOf(caller.ask()))
  await other.close()
})
