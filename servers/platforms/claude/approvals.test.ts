/** Tools that wait for the person's word, over HTTP and push. */
import {afterAll, beforeAll, expect, test} from 'vitest'
import type {CompletionEvent} from '#protocol/claude/completion-event.ts'
import {claudeConversation} from '#protocol/claude/conversation.ts'
import {readClaudePush} from '#protocol/claude/push-data.ts'
import {decodeValue} from '#protocol/decode.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {startTestTriggers, type TestPerson, type TestTriggers} from '../../test-triggers.ts'
import {completionEventsOf} from './caller.ts'

let servers: TestTriggers
beforeAll(async () => {
  servers = await startTestTriggers('approvals')
})
afterAll(() => servers.close())

/** Nothing is written before the tool has asked. */
const slow = {
  ...defaultModelSettings,
  firstTokenDelayMs: [500, 500],
  tokensPerSecond: [9_999, 9_999],
} as const

const give = (person: TestPerson, conversationId: string, approvalId: string, body: object = {}) =>
  person.claudeCaller.call('POST', `/chat_conversations/${conversationId}/tool_approval`, {
    tabwitness_approval_id: approvalId,
    approved: true,
    ...body,
  })

test('[TG12] an answer says that a tool waits, waits with it, and goes on to its end once that is approved', async () => {
  const person = await servers.person({model: slow})
  const {conversationId, answerId, response} = await person.claudeCaller.askAnew()
  const asked = await Promise.all(
    [1, 2].map(() => servers.control.askApproval(person.user.id, conversationId)),
  )
  const [first, second] = asked.map(({approvalId}) => approvalId)
  const seen: CompletionEvent[] = []
  const reading = (async () => {
    for await (const event of completionEventsOf(response)) seen.push(event)
  })()
  const read = async () =>
    decodeValue(claudeConversation, await person.claudeCaller.read(`/chat_conversations/${conversationId}`))
  expect((await read()).tabwitness_approval_uuids).toEqual([first, second])
  expect((await give(person, conversationId, first!)).status).toBe(200)
  await expect.poll(() => seen.at(-1)).toEqual({type: 'tool_approval', tabwitness_approval_id: second})
  expect((await give(person, conversationId, second!)).status).toBe(200)
  await reading
  expect(seen.at(-1)!.type).toBe('message_stop')
  expect((await read()).tabwitness_approval_uuids).toBeUndefined()
  expect((await give(person, conversationId, second!)).status).toBe(404)
  expect(person.kinds().filter((kind) => kind.startsWith('approval'))).toEqual([
    'approval asked',
    'approval asked',
    'approval given',
    'approval given',
  ])
  expect((await read()).current_leaf_message_uuid).toBe(answerId)
})

test('[TG12] it is pushed in the category of tools, whatever the preferences and in every carriage', async () => {
  for (const carriage of ['observed', 'content'] as const) {
    const person = await servers.person({carriage})
    const {conversationId, messageIds} = await person.seeded('claude')
    const pushes = await person.register()
    await person.claudeCaller.call('PATCH', '/notification/preferences', {
      preferences: {feature_preference: {completion: {enable_push: false}}},
    })
    const {approvalId} = await servers.control.askApproval(person.user.id, conversationId)
    await expect.poll(() => pushes().length).toBe(1)
    const [data] = pushes()
    expect(data!['notification_feature_category']).toBe('tool_notification')
    expect(readClaudePush(data)).toMatchObject({
      kind: 'approval',
      conversationId,
      messageId: messageIds.at(-1),
      approvalId,
    })
    expect((await give(person, conversationId, approvalId)).status).toBe(200)
  }
})

test('[TG12] a stopped answer waits for nothing any more', async () => {
  const person = await servers.person({model: slow})
  const {conversationId, response} = await person.claudeCaller.askAnew()
  const {approvalId} = await servers.control.askApproval(person.user.id, conversationId)
  await person.claudeCaller.call('POST', `/chat_conversations/${conversationId}/stop_response`)
  const events = await Array.fromAsync(completionEventsOf(response))
  expect(events.map(({type}) => type)).toContain('tool_approval')
  expect((await give(person, conversationId, approvalId)).status).toBe(404)
})

test('[TG12] what waits elsewhere, for others, or for no yes is refused', async () => {
  const [ada, bob] = [await servers.person(), await servers.person()]
  const {conversationId} = await ada.seeded('claude')
  const other = (await ada.seeded('claude')).conversationId
  const {approvalId} = await servers.control.askApproval(ada.user.id, conversationId)
  const asked = [
    give(ada, other, approvalId),
    give(bob, conversationId, approvalId),
    give(ada, conversationId, crypto.randomUUID()),
    give(ada, conversationId, approvalId, {approved: false}),
    give(ada, conversationId, 'this one'),
  ]
  expect((await Promise.all(asked)).map(({status}) => status)).toEqual([404, 404, 404, 400, 400])
  await expect(servers.control.askApproval(bob.user.id, conversationId)).rejects.toThrow(TypeError)
})

test('[TG12] on ChatGPT it is in the ledger, and nobody is told', async () => {
  const person = await servers.person({carriage: 'content'})
  const {conversationId} = await person.seeded('chatgpt')
  const tab = await person.follow()
  await servers.control.askApproval(person.user.id, conversationId)
  await servers.control.commitMessage(person.user.id, conversationId, 'later')
  await servers.control.sendFromElsewhere(person.user.id, conversationId, 'hi')
  const [message] = await tab.until(1)
  expect(message!.payload.type).toBe('conversation-turn-complete')
  expect(person.kinds()[2]).toBe('approval asked')
  tab.close()
})
