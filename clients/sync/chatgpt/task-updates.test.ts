import {describe, expect, test} from 'vitest'
import {MESSAGES_FEATURE} from '#protocol/turn-event.ts'
import {json} from '../test-http.ts'
import {until} from '../test-clock.ts'
import {events, testConversation, testMessage} from './test-conversation.ts'
import {question, readyTab, reply} from './test-tab.ts'

const update = (update_type: string, update_content?: object, conversation_id = 'c1') => ({
  type: 'conversation-update',
  payload: {conversation_id, update_type, ...(update_content && {update_content})},
})
const begun = testMessage('a2', 'Half', {parent: 'a1', role: 'assistant', status: 'in_progress'})
const done = testMessage('a2', 'Half and half', {parent: 'a1', role: 'assistant'})
const idle = () => new Promise((resolve) => setImmediate(resolve))

async function taskTab() {
  const tab = await readyTab()
  const reads = () => tab.paths().filter((path) => path.endsWith('/conversation/c1')).length
  return {...tab, reads}
}

describe('a background task', () => {
  test('[TG5] its message is put in place of the one that the tab has, and nothing is read', async () => {
    const {session, socket, texts, reads, route} = await taskTab()
    route('GET /backend-api/conversation/c1', () => json(testConversation('c1', [question, reply, begun])))
    await session.refetch()
    const before = reads()
    const further = {...begun, content: {content_type: 'text', parts: ['Half and']}}
    socket.say('conversations', update('async-task-update-message', {message: further}))
    expect(texts().at(-1)).toBe('Half and (streaming)')
    socket.say('conversations', update('async-task-completed', {message: done}))
    expect(texts().at(-1)).toBe('Half and half (complete)')
    await idle()
    expect(reads()).toBe(before)
    session.close()
  })

  test.each(['async-task-update-message', 'async-task-completed'])(
    '[TG5] of a message that the tab does not have, %s makes it read the conversation',
    async (type) => {
      const {session, socket, texts, reads, route} = await taskTab()
      const before = reads()
      route('GET /backend-api/conversation/c1', () => json(testConversation('c1', [question, reply, done])))
      socket.say('conversations', update(type, {message: begun}))
      expect(texts()).toHaveLength(2)
      await until(() => texts().length === 3)
      expect([reads() - before, texts().at(-1)]).toEqual([1, 'Half and half (complete)'])
      session.close()
    },
  )

  test('[TG5] what was inserted is read, a corrected status too; beginnings and statuses are not', async () => {
    const {session, socket, reads} = await taskTab()
    const readsAfter = async (...said: readonly object[]) => {
      const before = reads()
      for (const payload of said) socket.say('conversations', payload)
      await idle()
      await until(() => session.view().phase === 'ready')
      return reads() - before
    }
    const status = (conversation_async_status: number, more = {}) =>
      update('set-conversation-async-status', {conversation_async_status, ...more})
    expect(await readsAfter(update('async-task-start'), status(3), status(4))).toBe(0)
    expect(await readsAfter(update('async-task-insert-message', {message: done}))).toBe(1)
    expect(await readsAfter(status(4, {is_async_correction: true}))).toBe(1)
    const elsewhere = ['async-task-completed', 'async-task-insert-message'].map((type) =>
      update(type, {message: done}, 'c2'),
    )
    expect(await readsAfter(...elsewhere)).toBe(0)
    session.close()
  })
})

describe('a limit', () => {
  const metadata = (limits_progress: object[]) =>
    `data: ${JSON.stringify({type: 'conversation_detail_metadata', banner_info: null, limits_progress})}\n\n`
  const answer = testMessage('a2', 'Yes.', {parent: 'id-1', role: 'assistant'})

  async function noticeAfter(limits: object[]) {
    const {session, stream, paths} = await readyTab()
    const sent = session.send('And then?')
    await until(() => paths().at(-1) === 'POST /backend-api/f/conversation')
    const whole = [events.encoding, events.token('c1'), events.snapshot('c1', answer), events.complete('c1')]
    stream.write(...whole, metadata(limits), events.done)
    stream.end()
    await sent
    const {notice} = session.view()
    session.close()
    return notice
  }

  test('[TG13] that is used up with this answer is told', async () => {
    const research = {feature_name: 'deep_research', remaining: 0, reset_after: null}
    const messages = {feature_name: MESSAGES_FEATURE, remaining: 0, reset_after: '2026-11-21T13:00:00Z'}
    expect(await noticeAfter([research, {...messages, remaining: 3}])).toBeNull()
    expect(await noticeAfter([research, messages])).toMatch(/^Your limit of messages is used up\./)
  })

  test('[TG13] that a send ran into is told in the words of the server, and the message is failed', async () => {
    const detail = {message: 'You have used up your messages for now.', code: 'c', clears_in: 60}
    const routes = {'POST /backend-api/f/conversation': () => json({detail}, 429)}
    const {session, texts} = await readyTab({routes})
    await session.send('And then?')
    expect([session.view().notice, texts().at(-1)]).toEqual([detail.message, 'And then? (failed)'])
    session.close()
  })
})
