/** What a person changes about a whole conversation, over HTTP. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startServers, type RunningServers} from '../../start.ts'
import {createCaller, type Caller} from './caller.ts'

const slow = {...defaultModelSettings, firstTokenDelayMs: [0, 0], tokensPerSecond: [1, 1]} as const
const ledger: LedgerEvent[] = []
let servers: RunningServers
let caller: Caller
let userId: string

beforeAll(async () => {
  servers = await startServers(
    {
      port: 0,
      seed: 's',
      store: null,
      pageFolder: null,
      carriage: 'observed',
      model: {...defaultModelSettings, instant: true},
      userCount: 0,
    },
    (event) => ledger.push(event),
  )
  const user = await servers.control.createUser({})
  userId = user.id
  caller = createCaller(servers.chatgpt.baseUrl, user.bearer)
})
afterAll(() => servers.close())

const newConversation = async (of = userId) =>
  (await servers.control.createConversation(of, 1)).conversationId
const path = (id: string) => `/backend-api/conversation/${id}`
const readOf = (id: string) => caller.read<{model: string | null; current_node: string}>(path(id))
const began = (id: string) =>
  ledger.flatMap((event) => (event.kind === 'turn-began' && event.conversationId === id ? [event.model] : []))

async function askIn(id: string, turn: Record<string, unknown> = {}): Promise<void> {
  const {current_node} = await readOf(id)
  const {response} = await caller.ask({conversation_id: id, parent_message_id: current_node, ...turn})
  await response.text()
}

test('[CF16] [LE9] a chosen model is read, and answers what names none; a request that names one is answered by it', async () => {
  const id = await newConversation()
  expect((await readOf(id)).model).toBeNull()
  expect((await caller.call('PATCH', path(id), {model: 'scripted-large'})).status).toBe(200)
  expect((await readOf(id)).model).toBe('scripted-large')
  await askIn(id)
  await askIn(id, {model: 'scripted'})
  expect(began(id)).toEqual(['scripted-large', 'scripted'])
  expect((await readOf(id)).model).toBe('scripted-large')
  expect(ledger).toContainEqual(
    expect.objectContaining({kind: 'model-chosen', conversationId: id, model: 'scripted-large'}),
  )
})

test.each([{model: 'nobody-knows-it'}, {model: ''}, {model: null}])(
  '[CF16] [ER1] %o is refused and changes nothing',
  async (change) => {
    const id = await newConversation()
    expect((await caller.call('PATCH', path(id), change)).status).toBe(422)
    expect((await readOf(id)).model).toBeNull()
  },
)

test('[TU26] what is being answered in a conversation that is deleted is stopped', async () => {
  const user = await servers.control.createUser({model: slow})
  const own = createCaller(servers.chatgpt.baseUrl, user.bearer)
  const {response} = await own.ask()
  await expect
    .poll(() => ledger.find((event) => event.kind === 'appended' && event.userId === user.id))
    .toBeDefined()
  const {conversationId} = ledger.find(
    (event) => event.kind === 'committed' && event.userId === user.id,
  ) as Extract<LedgerEvent, {kind: 'committed'}>
  expect((await own.call('PATCH', path(conversationId), {is_visible: false})).status).toBe(200)
  await response.text()
  expect(ledger).toContainEqual(expect.objectContaining({kind: 'stopped', conversationId}))
  expect((await own.call('GET', path(conversationId))).status).toBe(404)
})
