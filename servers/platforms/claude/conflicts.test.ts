/** Conflict rules on Claude.ai's wire: what is refused, how, what is moved, and who moves the leaf. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {ClaudeConversation} from '#protocol/claude/conversation.ts'
import {BRANCH_HEADER, SHOWN_LEAF_HEADER, type ConflictRule} from '#protocol/conflict.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {completionEventsOf, createCaller} from './caller.ts'

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
  const caller = createCaller(servers.claude.baseUrl, user)
  const {conversationId, messageIds} = await servers.control.createConversation(user.id, 2, 'claude')
  const [q1, a1, q2, a2] = messageIds as [string, string, string, string]
  const path = `/chat_conversations/${conversationId}`
  const read = () => caller.read<ClaudeConversation>(`${path}?tree=True&return_dangling_human_message=true`)
  const under = async (id: string) =>
    (await read()).chat_messages.filter((message) => message.parent_message_uuid === id).map(({uuid}) => uuid)
  const send = (parent_message_uuid: string, headers = {}) =>
    caller.ask(conversationId, {parent_message_uuid}, headers)
  return {...caller, userId: user.id, conversationId, path, q1, a1, q2, a2, read, under, send}
}

test('[CF1] who has no rule forks, as observed', async () => {
  const {send, a1, q2, under} = await person()
  const {response, humanId} = await send(a1)
  await response.text()
  expect(await under(a1)).toEqual([q2, humanId])
})

test('[CF3] [CF4] [LE8] under reject what is out of date is 409 with the current leaf, and nothing of it is stored', async () => {
  const {send, a1, a2, read, userId, conversationId} = await person('reject')
  const before = await read()
  const {response, humanId} = await send(a1)
  expect(response.status).toBe(409)
  expect(response.headers.get('x-should-retry')).toBe('false')
  expect(await response.json()).toMatchObject({
    type: 'error',
    error: {
      type: 'invalid_request_error',
      details: {error_code: 'conversation_changed', current_leaf_message_uuid: a2},
    },
  })
  expect(await read()).toEqual(before)
  expect(ledger.findLast(({kind}) => kind === 'refused')).toMatchObject({
    code: '409',
    userId,
    conversationId,
    promptId: humanId,
    parentId: a1,
    leafId: a2,
  })
})

test('[CF2] under reject edits say that they branch, and another answer is one by itself', async () => {
  const {send, call, path, a1, q2, under} = await person('reject')
  const edited = await send(a1, {[BRANCH_HEADER]: 'meant'})
  await edited.response.text()
  const again = await call('POST', `${path}/retry_completion`, {parent_message_uuid: q2})
  await again.text()
  expect([edited.response.status, again.status]).toEqual([200, 200])
  expect([(await under(a1)).length, (await under(q2)).length]).toEqual([2, 2])
})

test.each(['reject', 'rebase'] as const)(
  '[CF3] under %s nothing goes below an answer that is being written, nor beside it',
  async (rule) => {
    const {send, a2} = await person(rule, slow)
    const first = await send(a2)
    for (const parent of [a2, first.answerId]) {
      const {response} = await send(parent)
      expect(response.status).toBe(409)
      expect(await response.json()).toMatchObject({
        error: {details: {current_leaf_message_uuid: first.answerId}},
      })
    }
    await first.response.body?.cancel()
  },
)

test('[CF5] [CL12] under rebase it is attached to the end, and the parent that was named is said to be discarded', async () => {
  const {send, a1, a2, under} = await person('rebase')
  const {response, humanId} = await send(a1)
  const [start] = (await Array.fromAsync(completionEventsOf(response))).filter(
    ({type}) => type === 'message_start',
  )
  expect(start).toMatchObject({discarded_parent_message_uuid: a1})
  expect([await under(a2), await under(a1)]).toMatchObject([[humanId], {length: 1}])
})

test('[CF6] [CL30] a page does not move the leaf back where a stale send would look up to date', async () => {
  const put = {fork: 'a1', reject: 'a2', rebase: 'a2'} as const
  for (const rule of ['fork', 'reject', 'rebase'] as const) {
    const {call, path, read, ...ids} = await person(rule)
    const reply = await call('PUT', `${path}/current_leaf_message_uuid`, {current_leaf_message_uuid: ids.a1})
    expect(await reply.json()).toEqual({current_leaf_message_uuid: ids[put[rule]]})
    expect((await read()).current_leaf_message_uuid).toBe(ids[put[rule]])
  }
})

test('[CF4] [LE7] a conversation that was deleted is 404 under every rule, and the ledger tells of it', async () => {
  for (const rule of ['fork', 'reject', 'rebase'] as const) {
    const {call, path, send, a2, userId, conversationId} = await person(rule)
    await call('PUT', path, {name: 'Otherwise'})
    await call('DELETE', path)
    expect((await send(a2)).response.status).toBe(404)
    const told = ledger.filter(
      (event) => 'conversationId' in event && event.conversationId === conversationId,
    )
    expect(told.slice(-2)).toMatchObject([
      {kind: 'renamed', userId},
      {kind: 'deleted', userId},
    ])
  }
})

test('[LE7] a stop that was obeyed is in the ledger with its answer', async () => {
  const {call, path, send, a2, userId, conversationId} = await person(undefined, slow)
  const {response, answerId} = await send(a2)
  await call('POST', `${path}/stop_response`)
  await response.text()
  expect(ledger.findLast(({kind}) => kind === 'stopped')).toMatchObject({
    userId,
    conversationId,
    messageId: answerId,
  })
})

test('[CF10] what a page says it shows is held against the leaf, under fork and for another answer too', async () => {
  const {send, call, path, a1, a2, q2} = await person('fork')
  expect((await send(a1, {[SHOWN_LEAF_HEADER]: a1})).response.status).toBe(409)
  const stale = {[SHOWN_LEAF_HEADER]: a1}
  expect((await call('POST', `${path}/retry_completion`, {parent_message_uuid: q2}, stale)).status).toBe(409)
  const {response} = await send(a2, {[SHOWN_LEAF_HEADER]: a2})
  expect(response.status).toBe(200)
  await response.text()
})
