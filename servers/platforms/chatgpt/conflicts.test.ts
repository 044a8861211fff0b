/** Conflict rules on ChatGPT's wire: what is refused, how, and what is moved. */
import {randomUUID} from 'node:crypto'
import {afterAll, beforeAll, expect, test} from 'vitest'
import {BRANCH_HEADER, REPEAT_HEADER, SHOWN_LEAF_HEADER, type ConflictRule} from '#protocol/conflict.ts'
import type {ConversationRead} from '#protocol/conversation.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {eventsOf} from '../events-of.ts'
import {createCaller, nameOf} from './caller.ts'

let servers: RunningServers
const ledger: LedgerEvent[] = []
const instant = {...defaultModelSettings, instant: true}
const slow = {...defaultModelSettings, tokensPerSecond: [5, 5], tokens: [50, 50]} as const

beforeAll(async () => {
  servers = await startServers(
    {port: 0, seed: 's', store: null, pageFolder: null, carriage: 'observed', model: instant, userCount: 0},
    (event) => ledger.push(event),
  )
})
afterAll(() => servers.close())

async function person(conflictRule?: ConflictRule, model: typeof instant = instant) {
  const user = await servers.control.createUser({model, ...(conflictRule && {conflictRule})})
  const caller = createCaller(servers.chatgpt.baseUrl, user.bearer)
  const {conversationId, messageIds} = await servers.control.createConversation(user.id, 2)
  const [q1, a1, q2, a2] = messageIds as [string, string, string, string]
  const leaf = async () => (await read()).current_node
  const read = () => caller.read<ConversationRead>(`/backend-api/conversation/${conversationId}`)
  const send = (parent_message_id: string, headers = {}, more = {}) =>
    caller.ask({conversation_id: conversationId, parent_message_id, ...more}, headers)
  return {...caller, userId: user.id, conversationId, q1, a1, q2, a2, leaf, read, send}
}

test('[CF1] who has no rule forks, as observed', async () => {
  const {send, a1, read, q2} = await person()
  const {response, messageId} = await send(a1)
  expect(response.status).toBe(200)
  await response.text()
  expect((await read()).mapping[a1]?.children).toEqual([q2, messageId])
})

test('[CF3] [CF4] [LE8] under reject what is out of date is 409 with the current leaf, and nothing of it is stored', async () => {
  const {send, a1, a2, leaf, read, userId, conversationId} = await person('reject')
  const before = await read()
  const {response, messageId} = await send(a1)
  expect(response.status).toBe(409)
  expect(response.headers.get('x-should-retry')).toBe('false')
  expect(await response.json()).toMatchObject({detail: {code: 'conversation_changed', current_node: a2}})
  expect(await read()).toEqual(before)
  expect(ledger.findLast(({kind}) => kind === 'refused')).toMatchObject({
    code: '409',
    userId,
    conversationId,
    promptId: messageId,
    parentId: a1,
    leafId: a2,
  })
  await (await send(a2)).response.text()
  expect(await leaf()).not.toBe(a2)
})

test('[CF2] under reject edits say that they branch, and another answer is one by itself', async () => {
  const {send, a1, q2, read} = await person('reject')
  const edited = await send(a1, {[BRANCH_HEADER]: 'meant'})
  await edited.response.text()
  const again = await send(q2, {}, {action: 'variant', messages: []})
  expect([edited.response.status, again.response.status]).toEqual([200, 200])
  await again.response.text()
  const {mapping} = await read()
  expect([mapping[a1]?.children.length, mapping[q2]?.children.length]).toEqual([2, 2])
})

test.each(['reject', 'rebase'] as const)(
  '[CF3] under %s nothing goes below an answer that is being written, nor beside it',
  async (rule) => {
    const {send, a2, leaf} = await person(rule, slow)
    const first = await send(a2)
    const writing = await leaf()
    for (const parent of [a2, writing]) {
      const {response} = await send(parent)
      expect(response.status).toBe(409)
      expect(await response.json()).toMatchObject({detail: {current_node: writing}})
    }
    await first.response.body?.cancel()
  },
)

test('[CF3] of two that are sent at once one is in', async () => {
  const {send, a2, read} = await person('reject')
  const both = await Promise.all([send(a2), send(a2)])
  const statuses = both.map(({response}) => response.status)
  expect(statuses.toSorted()).toEqual([200, 409])
  await Promise.all(both.map(({response}) => response.text()))
  expect((await read()).mapping[a2]?.children).toEqual([both[statuses.indexOf(200)]?.messageId])
})

test('[CF5] under rebase it is attached to the end, and the input message says where', async () => {
  const {send, a1, a2, read} = await person('rebase')
  const {response, messageId} = await send(a1)
  const events = await Array.fromAsync(eventsOf(response))
  const said = JSON.parse(events.find((event) => nameOf(event) === 'input_message')!.data)
  expect(said.input_message.metadata.parent_id).toBe(a2)
  const {mapping} = await read()
  expect([mapping[messageId]?.parent, mapping[a1]?.children.length]).toEqual([a2, 1])
  const {response: moved} = await send(a1, {}, {action: 'continue', messages: []})
  expect(moved.status).toBe(409)
})

test('[CF7] [CF4] a new chat has no conflict, and a deleted one is 404 under every rule', async () => {
  for (const rule of ['fork', 'reject', 'rebase'] as const) {
    const {ask, send, call, conversationId, a2} = await person(rule)
    const fresh = await ask()
    expect(fresh.response.status).toBe(200)
    await fresh.response.text()
    await call('PATCH', `/backend-api/conversation/${conversationId}`, {title: 'Otherwise'})
    const renamed = await send(a2)
    expect(renamed.response.status).toBe(200)
    await renamed.response.text()
    await call('PATCH', `/backend-api/conversation/${conversationId}`, {is_visible: false})
    expect((await send(a2)).response.status).toBe(404)
  }
  expect(ledger.flatMap(({kind}) => (kind === 'deleted' ? kind : []))).toHaveLength(3)
})

test('[CF10] what a page says it shows is held against the leaf, under fork and for an edit too', async () => {
  const {send, a1, a2, q2} = await person('fork')
  const branch = {[BRANCH_HEADER]: 'meant'}
  expect((await send(a1, {[SHOWN_LEAF_HEADER]: a1})).response.status).toBe(409)
  expect((await send(a1, {...branch, [SHOWN_LEAF_HEADER]: a1})).response.status).toBe(409)
  const variant = {action: 'variant', messages: []}
  expect((await send(q2, {[SHOWN_LEAF_HEADER]: a1}, variant)).response.status).toBe(409)
  const {response} = await send(a2, {[SHOWN_LEAF_HEADER]: a2})
  expect(response.status).toBe(200)
  await response.text()
})

test('[CF8] the same message again is answered with the turn that is there', async () => {
  const {ask, send, read, conversationId, a2} = await person()
  const id = randomUUID()
  const turn = {conversation_id: conversationId, parent_message_id: a2}
  const first = await (await ask(turn, {[REPEAT_HEADER]: id}, id)).response.text()
  const before = await read()
  expect(await (await ask(turn, {[REPEAT_HEADER]: id}, id)).response.text()).toBe(first)
  expect(await read()).toEqual(before)
  expect((await ask(turn, {}, id)).response.status).toBe(409)
  const fresh = await send(before.current_node, {[REPEAT_HEADER]: 'x'})
  expect(fresh.response.status).toBe(200)
  await fresh.response.text()
})

test('[CF8] the first message of a chat whose answer was lost makes no second chat', async () => {
  const {ask, read: _, ...caller} = await person()
  const id = randomUUID()
  const [one, two] = [await ask({}, {[REPEAT_HEADER]: id}, id), await ask({}, {[REPEAT_HEADER]: id}, id)]
  expect(await two.response.text()).toBe(await one.response.text())
  const {total} = (await (await caller.call('GET', '/backend-api/conversations')).json()) as {total: number}
  expect(total).toBe(2)
})
