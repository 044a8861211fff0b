/** The triggers from end to end: over HTTP, a socket and the sender of pushes, on both platforms. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import {CARRIAGES} from '#protocol/carriage.ts'
import {claudeConversation, type ClaudeConversation} from '#protocol/claude/conversation.ts'
import {readClaudePush} from '#protocol/claude/push-data.ts'
import {conversationRead, messageText, type ConversationRead} from '#protocol/conversation.ts'
import {decodeValue} from '#protocol/decode.ts'
import {startTestTriggers, type TestPerson, type TestTriggers} from './test-triggers.ts'

let servers: TestTriggers
beforeAll(async () => {
  servers = await startTestTriggers('tasks')
})
afterAll(() => servers.close())

const readAt = async ({caller}: TestPerson, id: string): Promise<ConversationRead> =>
  decodeValue(conversationRead, await caller.read(`/backend-api/conversation/${id}`))
const readClaude = async ({claudeCaller}: TestPerson, id: string): Promise<ClaudeConversation> =>
  decodeValue(claudeConversation, await claudeCaller.read(`/chat_conversations/${id}?tree=True`))
const typeOf = (payload: {type: string; payload?: unknown}) => {
  const {payload: inner} = payload as {payload?: {update_type?: string}}
  return inner?.update_type ?? payload.type
}

test('[TG2] [TG3] [TG7] a background task on ChatGPT: each step on the channel, in the conversation and in the ledger', async () => {
  const {control} = servers
  const person = await servers.person()
  const {conversationId} = await person.seeded('chatgpt')
  const tab = await person.follow()
  const {taskId} = await control.startTask(person.user.id, conversationId)
  await tab.until(2)
  const begun = await readAt(person, conversationId)
  const answer = begun.mapping[begun.current_node]!.message!
  expect([begun.async_status, answer.status, messageText(answer)]).toEqual([3, 'in_progress', ''])
  expect(await person.caller.read(`/backend-api/conversation/${conversationId}/stream_status`)).toEqual({
    status: 'IS_STREAMING',
  })

  await control.progressTask(taskId)
  await tab.until(3)
  await control.completeTask(taskId)
  const messages = await tab.until(5)
  expect(messages.map(({topic_id}) => topic_id)).toEqual(Array(5).fill('conversations'))
  expect(messages.map(({payload}) => typeOf(payload))).toEqual([
    'async-task-start',
    'set-conversation-async-status',
    'async-task-update-message',
    'async-task-completed',
    'set-conversation-async-status',
  ])
  const told = messages.flatMap(({payload}) =>
    payload.type === 'conversation-update' && payload.payload.update_content?.message
      ? [payload.payload.update_content.message]
      : [],
  )
  expect(told.map(({id, status}) => [id, status])).toEqual([
    [answer.id, 'in_progress'],
    [answer.id, 'finished_successfully'],
  ])
  expect(messageText(told[1]!)).toContain(messageText(told[0]!))

  const done = await readAt(person, conversationId)
  expect([done.async_status, done.current_node]).toEqual([4, answer.id])
  expect(done.mapping[answer.id]!.message).toEqual(told[1])
  const path = `/backend-api/conversation/${conversationId}/async-status`
  expect((await person.caller.call('POST', path, {status: 'read'})).status).toBe(422)
  expect((await person.caller.call('POST', path, {status: null})).status).toBe(200)
  expect((await readAt(person, conversationId)).async_status).toBe(null)
  expect(
    (await person.caller.call('POST', path.replace(conversationId, 'none'), {status: null})).status,
  ).toBe(404)
  expect(person.kinds().slice(2)).toEqual([
    'background started',
    'appended',
    'background progressed',
    'appended',
    'committed',
    'background completed',
  ])
  tab.close()
})

test('[TG7] stop_conversation stops a task, too, and what was written stays', async () => {
  const person = await servers.person()
  const {conversationId} = await person.seeded('chatgpt')
  const {taskId} = await servers.control.startTask(person.user.id, conversationId)
  await servers.control.progressTask(taskId)
  const body = {conversation_id: conversationId, exclude_async_types: []}
  await person.caller.call('POST', '/backend-api/stop_conversation', body)
  const read = await readAt(person, conversationId)
  expect([read.async_status, read.mapping[read.current_node]!.message!.status]).toEqual([4, 'interrupted'])
  expect(person.kinds().at(-1)).toBe('background stopped')
  await expect(servers.control.completeTask(taskId)).rejects.toThrow(TypeError)
})

test('[TG4] [TG8] [TG9] a scheduled task on ChatGPT writes when the clock gets there, and is told of then', async () => {
  const {control} = servers
  const person = await servers.person()
  const {conversationId, messageIds} = await person.seeded('chatgpt')
  const tab = await person.follow()
  await control.scheduleTask(person.user.id, conversationId, 3_600_000)
  await control.turnClock(3_599_000)
  expect(Object.keys((await readAt(person, conversationId)).mapping)).toHaveLength(3)
  await control.turnClock(1_000)
  const [message] = await tab.until(1)
  const read = await readAt(person, conversationId)
  const answer = read.mapping[read.current_node]!
  expect(message).toMatchObject({
    topic_id: 'conversations',
    payload: {
      type: 'conversation-update',
      payload: {update_type: 'async-task-insert-message', update_content: {message: {id: answer.id}}},
    },
  })
  expect(read.mapping[answer.parent!]!.parent).toBe(messageIds.at(-1))
  expect(person.kinds().slice(2)).toEqual([
    'scheduled planned',
    'scheduled started',
    'committed',
    'committed',
    'scheduled completed',
  ])
  tab.close()
})

test('[TG6] [TG11] a research task on Claude.ai is in what is read; only its result is pushed', async () => {
  const {control} = servers
  const person = await servers.person()
  const {conversationId} = await person.seeded('claude')
  const pushes = await person.register()
  const {taskId} = await control.startTask(person.user.id, conversationId)
  await control.progressTask(taskId)
  const running = await readClaude(person, conversationId)
  expect([running.tabwitness_task_uuids, running.chat_messages.length]).toEqual([[taskId], 2])
  await control.completeTask(taskId)
  const done = await readClaude(person, conversationId)
  expect(done.tabwitness_task_uuids).toBeUndefined()
  const result = done.chat_messages.at(-1)!
  expect([result.sender, result.uuid]).toEqual(['assistant', done.current_leaf_message_uuid])
  await expect
    .poll(() => pushes().map(readClaudePush))
    .toMatchObject([{kind: 'completion', conversationId, messageId: result.uuid}])
})

test('[TG11] a research task is stopped by its id, leaves no result, and nothing is pushed', async () => {
  const {control} = servers
  const person = await servers.person()
  const {conversationId} = await person.seeded('claude')
  const pushes = await person.register()
  const {taskId} = await control.startTask(person.user.id, conversationId)
  const stop = (id: string) =>
    person.claudeCaller.call('POST', `/chat_conversations/${conversationId}/task/${id}/stop`)
  expect((await stop(crypto.randomUUID())).status).toBe(404)
  expect((await stop(taskId)).status).toBe(200)
  expect((await stop(taskId)).status).toBe(404)
  expect((await readClaude(person, conversationId)).chat_messages).toHaveLength(2)
  await servers.control.commitMessage(person.user.id, conversationId, 'later')
  expect([person.kinds().includes('background stopped'), pushes()]).toEqual([true, []])
})

test('[TG6] [TG9] a scheduled task on Claude.ai is pushed as any answer is, by carriage', async () => {
  const kinds = await Promise.all(
    CARRIAGES.map(async (carriage) => {
      const person = await servers.person({carriage})
      const {conversationId} = await person.seeded('claude')
      const pushes = await person.register()
      await servers.control.scheduleTask(person.user.id, conversationId, 0)
      await servers.control.turnClock(0)
      const count = carriage === 'observed' ? 1 : 3
      await expect.poll(() => pushes().length).toBe(count)
      return pushes().map((data) => readClaudePush(data)?.kind)
    }),
  )
  expect(kinds).toEqual([
    ['completion'],
    ['hint', 'hint', 'completion'],
    ['content', 'content', 'completion'],
  ])
})

test('[TG10] another client’s message is a turn like any other, on both platforms', async () => {
  const {control} = servers
  const person = await servers.person()
  const ofChatgpt = (await person.seeded('chatgpt')).conversationId
  const ofClaude = (await person.seeded('claude')).conversationId
  const tab = await person.follow()
  const pushes = await person.register()
  const {promptId} = await control.sendFromElsewhere(person.user.id, ofChatgpt, 'Hello from my phone')
  const [message] = await tab.until(1)
  expect(message!.payload.type).toBe('conversation-turn-complete')
  const read = await readAt(person, ofChatgpt)
  expect(read.mapping[read.current_node]!.parent).toBe(promptId)
  expect(messageText(read.mapping[promptId]!.message!)).toBe('Hello from my phone')

  const claude = await control.sendFromElsewhere(person.user.id, ofClaude, 'Hello again')
  const {chat_messages} = await readClaude(person, ofClaude)
  expect(chat_messages.map(({uuid}) => uuid)).toContain(claude.promptId)
  expect(chat_messages.at(-1)).toMatchObject({sender: 'assistant', parent_message_uuid: claude.promptId})
  await expect
    .poll(() => pushes().map(readClaudePush))
    .toMatchObject([{kind: 'completion', messageId: chat_messages.at(-1)!.uuid}])
  tab.close()
})

test('[TG15] a first answer on ChatGPT tells the title to all tabs; a title that is asked for on Claude.ai to nobody', async () => {
  const person = await servers.person({carriage: 'content'})
  const tab = await person.follow()
  const {response} = await person.caller.ask()
  const {title, conversation_id} = JSON.parse(
    /\{"type":"title_generation".*\}/.exec(await response.text())![0],
  ) as {
    title: string
    conversation_id: string
  }
  const told = (await tab.until(3)).map(({payload}) => payload)
  expect(told.map(({type}) => type)).toEqual([
    'conversation-created',
    'conversation-history-update',
    'conversation-turn-complete',
  ])
  expect(told[1]).toMatchObject({payload: {conversation_id, title}})
  tab.close()

  const pushes = await person.register()
  const asked = await person.claudeCaller.askAnew()
  await asked.response.text()
  await expect.poll(() => pushes().length).toBe(3)
  const path = `/chat_conversations/${asked.conversationId}/title`
  const titled = await person.claudeCaller.call('POST', path, {message_content: 'What is new?'})
  expect(titled.status).toBe(202)
  await servers.control.commitMessage(person.user.id, asked.conversationId, 'later')
  await expect.poll(() => pushes().length).toBe(4)
  expect(pushes().map((data) => readClaudePush(data)?.kind)).toEqual([
    'content',
    'content',
    'completion',
    'content',
  ])
})

test('[TG2] [TG10] what nobody has is refused, as a mistake of the caller’s', async () => {
  const {control} = servers
  const person = await servers.person()
  const {conversationId} = await person.seeded('chatgpt')
  const other = await servers.person()
  const refused = [
    control.startTask(person.user.id, 'none'),
    control.startTask('nobody', conversationId),
    control.startTask(other.user.id, conversationId),
    control.progressTask('none'),
    control.scheduleTask(person.user.id, conversationId, -1),
    control.scheduleTask(other.user.id, conversationId, 1),
    control.turnClock(-1),
    control.sendFromElsewhere(other.user.id, conversationId, 'hi'),
  ]
  for (const one of refused) await expect(one).rejects.toThrow(TypeError)
})
