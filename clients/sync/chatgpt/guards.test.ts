import {expect, test} from 'vitest'
import {BRANCH_HEADER, REPEAT_HEADER, SHOWN_LEAF_HEADER} from '#protocol/conflict.ts'
import {pass, until} from '../test-clock.ts'
import {json} from '../test-http.ts'
import {testConversation, testMessage} from './test-conversation.ts'
import {question, readyTab, reply} from './test-tab.ts'

const SEND = 'POST /backend-api/f/conversation'
const READ = 'GET /backend-api/conversation/c1'
const turnComplete = {type: 'conversation-turn-complete', payload: {conversation_id: 'c1'}, metadata: null}
const told = [{type: 'message', topic_id: 'conversations', payload: turnComplete}]
const theirs = testMessage('q9', 'Theirs', {parent: 'a1'})
const changed = () => json(testConversation('c1', [question, reply, theirs]))
const refusal = () =>
  json({detail: {message: 'It has gone on', code: 'conversation_changed', current_node: 'q9'}}, 409)

const sends = ({asked}: Awaited<ReturnType<typeof readyTab>>) =>
  asked.filter(({method, path}) => `${method} ${path}` === SEND)

test('[CF2] [CF10] a tab without guards says nothing of ours but that an edit is meant as one', async () => {
  using tab = await readyTab()
  void tab.session.send('Mine')
  await until(() => sends(tab).length === 1)
  const {headers} = sends(tab)[0]!
  expect([BRANCH_HEADER, SHOWN_LEAF_HEADER, REPEAT_HEADER].map((name) => headers.get(name))).toEqual([
    null,
    null,
    null,
  ])
  using editing = await readyTab()
  void editing.session.edit('q1', 'Otherwise?')
  await until(() => sends(editing).length === 1)
  expect(sends(editing)[0]?.headers.get(BRANCH_HEADER)).not.toBeNull()
})

test('[CF10] with if-match every send names the last message that the tab knows', async () => {
  using tab = await readyTab({sendGuards: ['if-match']})
  void tab.session.edit('q1', 'Otherwise?')
  await until(() => sends(tab).length === 1)
  expect(sends(tab)[0]?.headers.get(SHOWN_LEAF_HEADER)).toBe('a1')
})

test('[CF14] what is refused is withdrawn, said in one sentence, and not called an answer that was cut', async () => {
  using tab = await readyTab({routes: {[SEND]: refusal}})
  await tab.session.send('Mine')
  expect(tab.texts()).toEqual(['What? (complete)', 'That. (complete)'])
  const {conflict, notice, phase} = tab.session.view()
  expect(conflict).toEqual({text: 'Mine', currentLeafId: 'q9', why: 'refused'})
  expect(notice).toMatch(/^This conversation changed in another tab\./)
  expect(phase).toBe('ready')
  expect(tab.stamps).toContainEqual({kind: 'notice', text: notice})
  expect(sends(tab)).toHaveLength(1)
})

test('[CF14] opening another conversation, and sending something else, drop what waited', async () => {
  using tab = await readyTab({routes: {[SEND]: refusal}})
  await tab.session.send('Mine')
  tab.session.newConversation()
  expect(tab.session.view().conflict).toBeNull()
  await tab.session.openConversation('c1')
  await tab.session.send('Mine')
  await tab.session.send('Something else')
  expect(tab.session.view().conflict?.text).toBe('Something else')
})

test("[CF13] with warn-first the end of another tab's turn keeps a message back until something was read", async () => {
  using tab = await readyTab({sendGuards: ['warn-first']})
  tab.socket.receive(told)
  await tab.session.send('Mine')
  expect(tab.session.view().conflict).toEqual({text: 'Mine', currentLeafId: 'a1', why: 'warned'})
  expect(sends(tab)).toEqual([])
  tab.route(READ, changed)
  await tab.session.showChanges()
  expect(tab.texts().at(-1)).toBe('Theirs (complete)')
  expect(tab.session.view()).toMatchObject({conflict: null, notice: null})
  void tab.session.send('Mine')
  await until(() => sends(tab).length === 1)
  expect(sends(tab)[0]?.body).toMatchObject({parent_message_id: 'q9'})
})

test('[CF13] without the guard what was heard changes nothing (observed)', async () => {
  using tab = await readyTab()
  tab.socket.receive(told)
  void tab.session.send('Mine')
  await until(() => sends(tab).length === 1)
  expect(sends(tab)[0]?.body).toMatchObject({parent_message_id: 'a1'})
})

test('[CF12] with refetch-first a message goes after what the tab did not show', async () => {
  using tab = await readyTab({sendGuards: ['refetch-first']})
  tab.route(READ, changed)
  void tab.session.send('Mine')
  await until(() => sends(tab).length === 1)
  expect(sends(tab)[0]?.body).toMatchObject({parent_message_id: 'q9'})
})

test('[CF12] where it cannot be read nothing is sent, and the reason is said', async () => {
  using tab = await readyTab({sendGuards: ['refetch-first']})
  tab.route(READ, () => json({detail: 'Too much'}, 503))
  await tab.session.send('Mine')
  expect(sends(tab)).toEqual([])
  expect(tab.session.view()).toMatchObject({notice: 'Too much', conflict: null})
})

test('[CF12] [CF13] with both guards a change that was just read is asked about', async () => {
  using tab = await readyTab({sendGuards: ['refetch-first', 'warn-first']})
  tab.route(READ, changed)
  await tab.session.send('Mine')
  expect(tab.session.view().conflict).toMatchObject({why: 'warned', currentLeafId: 'q9'})
  expect(sends(tab)).toEqual([])
})

test('[CF11] with idempotent a POST that had no answer goes out again under its id, twice at most', async () => {
  using tab = await readyTab({
    sendGuards: ['idempotent'],
    routes: {[SEND]: () => Promise.reject(new Error())},
  })
  void tab.session.send('Mine')
  await until(() => sends(tab).length === 1)
  for (const times of [2, 3]) {
    await pass(tab.clock, 2_000)
    await until(() => sends(tab).length === times)
  }
  await pass(tab.clock, 4_000)
  await until(() => tab.paths().filter((path) => path === READ).length > 1)
  const ids = sends(tab).map(({headers}) => headers.get(REPEAT_HEADER))
  expect(new Set(ids).size).toBe(1)
  expect(sends(tab).map(({body}) => (body as {messages: {id: string}[]}).messages[0]?.id)).toEqual(ids)
})

test('[CF15] a tab whose message was put elsewhere says so, and reads what stands before it', async () => {
  using tab = await readyTab()
  void tab.session.send('Mine')
  await until(() => sends(tab).length === 1)
  const {id} = (sends(tab)[0]!.body as {messages: [{id: string}]}).messages[0]
  const mine = testMessage(id, 'Mine', {parent: 'q9'})
  tab.route(READ, () => json(testConversation('c1', [question, reply, theirs, mine])))
  const said = {type: 'input_message', input_message: mine, conversation_id: 'c1'}
  tab.stream.write(`data: ${JSON.stringify(said)}\n\n`)
  await until(() => tab.texts().length === 4)
  expect(tab.texts().slice(2)).toEqual(['Theirs (complete)', 'Mine (complete)'])
  expect(tab.session.view().notice).toMatch(/^This conversation changed in another tab\./)
})
