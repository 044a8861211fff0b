import {describe, expect, test} from 'vitest'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import {until} from '../test-clock.ts'
import {json, testStream} from '../test-http.ts'
import {C1, question, readyClaudeTab, refusal, reply, testClaudeTab} from './test-claude-tab.ts'
import {claudeConversation, claudeMessage, events, uuid, wholeAnswer} from './test-completion.ts'

const COMPLETION = `POST ${C1}/completion`

async function asking(text = 'And then?', setup: Parameters<typeof readyClaudeTab>[0] = {}) {
  const tab = await readyClaudeTab(setup)
  const sent = tab.session.send(text)
  await until(() => tab.asked.at(-1)?.path.endsWith('/completion') ?? false)
  return {...tab, sent, ...tab.turnIds()}
}

describe('opening', () => {
  test('[CC1] [CL20] a conversation is read from a replica, flat, and shown along its current path', async () => {
    const {session, reads, texts, asked} = await readyClaudeTab()
    expect(texts()).toEqual(['What? (complete)', 'That. (complete)'])
    expect(session.view()).toMatchObject({phase: 'ready', title: 'about c1', conversationId: uuid('c1')})
    expect(Object.fromEntries(reads()[0]!.query)).toEqual({
      tree: 'True',
      rendering_mode: 'messages',
      render_all_tools: 'true',
      consistency: 'eventual',
      return_dangling_human_message: 'true',
    })
    expect(asked[0]!.headers.get('anthropic-client-platform')).toBe('web_claude_ai')
    session.close()
  })

  test('[CL52] a conversation that is not there is missing', async () => {
    const {session} = await readyClaudeTab()
    await session.openConversation(uuid('nowhere'))
    expect(session.view()).toMatchObject({phase: 'missing'})
    session.close()
  })

  test('[CC6] an answer that is being written is waited for, and then read where nothing is behind', async () => {
    const tab = testClaudeTab()
    const dangling = claudeConversation('c1', [claudeMessage('q1', 'What?')])
    tab.route(`GET ${C1}`, () => json(dangling))
    const held = Promise.withResolvers<Response>()
    tab.route(`GET ${C1}/completion_status`, ({query}) =>
      query.get('poll') === 'true' ? held.promise : json(pending),
    )
    const opening = tab.session.openConversation(uuid('c1'))
    await until(() => tab.session.view().phase === 'answering')
    await until(() => tab.asked.at(-1)?.query.get('poll') === 'true')
    tab.route(`GET ${C1}`, () => json(claudeConversation('c1', [claudeMessage('q1', 'What?'), reply])))
    held.resolve(json({...pending, is_pending: false}))
    await opening
    expect(tab.texts()).toEqual(['What? (complete)', 'That. (complete)'])
    expect(tab.reads().map(({query}) => query.get('consistency'))).toEqual(['eventual', 'strong'])
    expect(tab.session.view().phase).toBe('ready')
    tab.session.close()
  })
})

const pending = {is_pending: true, is_error: false, error_code: null, error_detail: null}

describe('sending', () => {
  test('[CL10] [CC3] one POST names both ids and the leaf as parent; the ids never change', async () => {
    const {session, asked, stream, sent, texts, promptId, answerId} = await asking()
    expect(texts().at(-1)).toBe('And then? (sending)')
    expect(asked.at(-1)?.body).toEqual({
      prompt: 'And then?',
      model: 'scripted',
      parent_message_uuid: uuid('a1'),
      rendering_mode: 'messages',
      turn_message_uuids: {human_message_uuid: promptId, assistant_message_uuid: answerId},
    })
    stream.write(events.start(answerId, promptId), events.block(0), events.ping, events.text(0, 'Hel'))
    await until(() => texts().at(-1) === 'Hel (streaming)')
    expect(texts().at(-2)).toBe('And then? (complete)')
    stream.write(events.text(0, 'lo'), events.reason('end_turn'), events.limit('within_limit'), events.end)
    await sent
    expect(session.view().messages.slice(-2)).toMatchObject([
      {id: promptId, text: 'And then?', status: 'complete', parentId: uuid('a1')},
      {id: answerId, text: 'Hello', status: 'complete', parentId: promptId},
    ])
    expect(session.view()).toMatchObject({phase: 'ready', notice: null})
    session.close()
  })

  test('[CC7] after the answer tree and list are read anew and the leaf is moved', async () => {
    const {session, stream, sent, paths, reads, asked, promptId, answerId, seen} = await asking()
    const before = paths().length
    stream.write(...wholeAnswer(answerId, promptId, 'Hello'))
    await sent
    await until(() => paths().length >= before + 3)
    expect(paths().slice(before)).toEqual([
      `GET ${C1}`,
      'GET /chat_conversations_v2',
      `PUT ${C1}/current_leaf_message_uuid`,
    ])
    expect(reads().at(-1)?.query.get('consistency')).toBe('strong')
    expect(asked.at(-1)?.body).toEqual({current_leaf_message_uuid: answerId})
    expect(seen).toEqual([answerId])
    session.close()
  })

  test('[CL3] [CC7] a new chat is made by its first completion, and gets a title after it', async () => {
    const tab = testClaudeTab()
    const stream = testStream()
    const conversationId = uuid('id2')
    const path = `/chat_conversations/${conversationId}`
    tab.route(`POST ${path}/completion`, () => stream.response)
    tab.route(`POST ${path}/title`, () => json({title: 'Hello there'}, 202))
    await tab.session.start()
    const sent = tab.session.send('Hello')
    await until(() => tab.asked.at(-1)?.path === `${path}/completion`)
    expect(tab.asked.at(-1)?.body).toMatchObject({
      parent_message_uuid: ROOT_MESSAGE_UUID,
      create_conversation_params: {is_temporary: false},
    })
    expect(tab.session.view().conversationId).toBeNull()
    const {promptId, answerId} = tab.turnIds()
    stream.write(events.ready, ...wholeAnswer(answerId, promptId, 'Hi'))
    await sent
    expect(tab.session.view().conversationId).toBe(conversationId)
    await until(() => tab.session.view().title === 'Hello there')
    expect(tab.asked.find(({path: asked}) => asked.endsWith('/title'))?.body).toEqual({
      message_content: 'Hello',
      recent_titles: [],
    })
    tab.session.close()
  })

  test('[CC4] thinking is shown apart from the answer', async () => {
    const {session, stream, sent, promptId, answerId} = await asking('Think', {model: 'claude-thinking'})
    stream.write(
      events.start(answerId, promptId),
      events.thinking(0),
      events.summary(0, 'Weighing it.'),
      events.stopped(0),
      events.block(1),
      events.text(1, 'Yes.'),
      events.reason('end_turn'),
      events.end,
    )
    await sent
    expect(session.view().messages.at(-1)).toMatchObject({text: 'Yes.', thinking: 'Weighing it.\n'})
    session.close()
  })

  test('[CL50] a refused message is shown as failed, with the words of the server', async () => {
    const {session, texts, route} = await readyClaudeTab()
    route(COMPLETION, () => refusal(429, 'Slow down', 'rate_limit_error'))
    await session.send('And then?')
    expect(texts().at(-1)).toBe('And then? (failed)')
    expect(session.view().notice).toBe('Slow down')
    session.close()
  })

  test('[CC4] an error in the stream ends it and is said', async () => {
    const {session, stream, sent, texts, promptId, answerId} = await asking()
    stream.write(
      events.start(answerId, promptId),
      events.block(0),
      events.text(0, 'Hal'),
      events.error('Overloaded'),
    )
    await sent
    expect(texts().at(-1)).toBe('Hal (failed)')
    expect(session.view().notice).toBe('Overloaded')
    session.close()
  })

  test('[CL13] another answer is asked for by a retry that names the prompt', async () => {
    const tab = await readyClaudeTab()
    const retried = testStream()
    tab.route(`POST ${C1}/retry_completion`, () => retried.response)
    const done = tab.session.regenerate(uuid('a1'))
    await until(() => tab.asked.at(-1)?.path.endsWith('/retry_completion') ?? false)
    const body = tab.asked.at(-1)!.body as {turn_message_uuids: {assistant_message_uuid: string}}
    expect(body).toMatchObject({parent_message_uuid: uuid('q1')})
    expect(body).not.toHaveProperty('prompt')
    const answerId = body.turn_message_uuids.assistant_message_uuid
    const other = {...claudeMessage('w', 'Or this.', {parent: 'q1', sender: 'assistant'}), uuid: answerId}
    tab.route(`GET ${C1}`, () => json(claudeConversation('c1', [question, reply, other])))
    retried.write(...wholeAnswer(answerId, uuid('q1'), 'Or this.'))
    await done
    expect(tab.texts()).toEqual(['What? (complete)', 'Or this. (complete)'])
    expect(tab.session.view().messages[1]?.branch).toMatchObject({index: 2})
    tab.session.close()
  })

  test('[CL11] an edited message goes beside the old one, under its parent', async () => {
    const tab = await readyClaudeTab()
    const done = tab.session.edit(uuid('q1'), 'How?')
    await until(() => tab.asked.at(-1)?.path.endsWith('/completion') ?? false)
    expect(tab.asked.at(-1)?.body).toMatchObject({prompt: 'How?', parent_message_uuid: ROOT_MESSAGE_UUID})
    const {promptId, answerId} = tab.turnIds()
    tab.stream.write(...wholeAnswer(answerId, promptId, 'So.'))
    await done
    expect(tab.texts()).toEqual(['How? (complete)', 'So. (complete)'])
    tab.session.close()
  })

  test('[CL43] a stopped answer keeps what was written and says so', async () => {
    const tab = await asking()
    const {session, stream, sent, texts, route, paths, promptId, answerId} = tab
    route(`POST ${C1}/stop_response`, () => json({}))
    stream.write(events.start(answerId, promptId), events.block(0), events.text(0, 'Hel'))
    await until(() => texts().at(-1) === 'Hel (streaming)')
    await session.stop()
    expect(paths().at(-1)).toBe(`POST ${C1}/stop_response`)
    stream.write(events.reason('user_canceled'), events.end)
    await sent
    expect(texts().at(-1)).toBe('Hel (stopped)')
    expect(tab.notices).toEqual([])
    session.close()
  })

  test('[CC9] an answer that ends in a hidden tab is told by a notification, not marked as seen', async () => {
    const {session, stream, sent, turnPage, notices, seen, promptId, answerId} = await asking()
    turnPage({foreground: false, visible: false})
    stream.write(...wholeAnswer(answerId, promptId, 'Hello'))
    await sent
    expect(notices).toEqual([
      {conversationId: uuid('c1'), messageId: answerId, title: 'about c1', body: 'The answer is complete.'},
    ])
    expect(seen).toEqual([])
    session.close()
  })
})
