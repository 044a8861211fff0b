import {describe, expect, test} from 'vitest'
import {
  COMPLETION_CATEGORY,
  CONVERSATION_CHANGED_TYPE,
  MESSAGE_COMMITTED_TYPE,
  OPEN_CHAT_TYPE,
  SYNC_CATEGORY,
} from '#protocol/claude/push-data.ts'
import {until} from '../test-clock.ts'
import {json} from '../test-http.ts'
import {C1, channel, question, readyClaudeTab, refusal, reply, testClaudeTab} from './test-claude-tab.ts'
import {claudeConversation, claudeMessage, events, uuid, wholeAnswer} from './test-completion.ts'

const payload = (method: string, request: unknown) => JSON.stringify({method, request})
const ids = (conversation = 'c1') => ({conversation_uuid: uuid(conversation), message_uuid: uuid('a2')})
const completion = {
  title: 'T',
  body: 'B',
  notification_feature_category: COMPLETION_CATEGORY,
  payload: payload('OpenChat', {'@type': OPEN_CHAT_TYPE, ...ids(), is_temporary: false}),
}
const hint = (conversation = 'c1') => ({
  notification_feature_category: SYNC_CATEGORY,
  payload: payload('ConversationChanged', {'@type': CONVERSATION_CHANGED_TYPE, ...ids(conversation)}),
})
const content = (message: unknown, conversation = 'c1') => ({
  notification_feature_category: SYNC_CATEGORY,
  payload: payload('MessageCommitted', {
    '@type': MESSAGE_COMMITTED_TYPE,
    conversation_uuid: uuid(conversation),
    message,
  }),
})
const further = claudeMessage('q2', 'More?', {parent: 'a1'})
const idle = () => new Promise((resolve) => setImmediate(resolve))

describe('registering', () => {
  test('[CL60] [CC11] the token goes to the server, and only then the page says that it is registered', async () => {
    const tab = testClaudeTab()
    const answer = Promise.withResolvers<Response>()
    tab.route('POST /notification/channels', () => answer.promise)
    void tab.session.start()
    await until(() => tab.asked.some(({path}) => path === '/notification/channels'))
    expect(tab.asked.find(({path}) => path === '/notification/channels')?.body).toEqual({
      channel_type: 'FCM',
      client_app_name: 'claude-ai-web',
      client_platform: 'web_claude_ai',
      registration_token: 'fcm-token',
      os_push_permission_granted: true,
    })
    expect(tab.session.view().connection.name).toBe('connecting')
    answer.resolve(json(channel))
    await until(() => tab.session.view().connection.name === 'connected')
    expect(tab.session.view().connection).toEqual({name: 'connected', push: 'registered'})
    expect(tab.stamps).toContainEqual({kind: 'connection', state: 'registered'})
    tab.session.close()
  })

  test('[CC13] a conversation that was read before the browser could be reached is read once more', async () => {
    const tab = testClaudeTab({routes: {[`GET ${C1}`]: () => json(claudeConversation('c1', [question]))}})
    tab.route(`GET ${C1}/completion_status`, () =>
      json({is_pending: false, is_error: false, error_code: null, error_detail: null}),
    )
    const answer = Promise.withResolvers<Response>()
    tab.route('POST /notification/channels', () => answer.promise)
    await tab.session.start()
    await tab.session.openConversation(uuid('c1'))
    tab.route(`GET ${C1}`, () => json(claudeConversation('c1', [question, reply])))
    answer.resolve(json(channel))
    await until(() => tab.session.view().connection.name === 'connected')
    expect(tab.texts()).toEqual(['What? (complete)', 'That. (complete)'])
    expect(tab.reads().at(-1)?.query.get('consistency')).toBe('strong')
    tab.session.close()
  })

  test.each([
    ['the server has none', () => refusal(404, 'Not found'), undefined],
    [
      'permission denied',
      undefined,
      {ok: false, why: 'permission denied', mayAsk: false, isFinal: true} as const,
    ],
  ])('[CC12] no push is said in words: %s', async (why, config, token) => {
    const tab = testClaudeTab({
      ...(config && {routes: {'GET /api/tabwitness/push': config}}),
      ...(token && {token}),
    })
    await tab.session.start()
    await until(() => tab.session.view().connection.name === 'no push')
    expect(tab.session.view().connection).toEqual({name: 'no push', why, mayAsk: false})
    expect(tab.clock.waits()).toEqual([])
    tab.session.close()
  })

  test('[CC12] what fails for the moment is tried again after 2, 4, 8 s', async () => {
    const tab = testClaudeTab({
      routes: {'POST /notification/channels': () => refusal(503, 'busy', 'api_error')},
    })
    await tab.session.start()
    for (const [index, delayMs] of [2_000, 4_000, 8_000].entries()) {
      await until(() => tab.clock.waits().includes(delayMs))
      expect(tab.session.view().connection).toEqual({
        name: 'waiting',
        attempt: index + 2,
        retryAtMs: tab.clock.now() + delayMs,
      })
      if (index === 2) tab.route('POST /notification/channels', () => json(channel))
      tab.clock.advance(delayMs)
    }
    await until(() => tab.session.view().connection.name === 'connected')
    tab.session.close()
  })

  test('[CC12] a person who allows notifications later is registered then', async () => {
    const tab = testClaudeTab({token: {ok: false, why: 'not allowed yet', mayAsk: true, isFinal: false}})
    await tab.session.start()
    await until(() => tab.session.view().connection.name === 'no push')
    expect(tab.session.view().connection).toMatchObject({mayAsk: true})
    tab.allow()
    await until(() => tab.session.view().connection.name === 'connected')
    tab.session.close()
  })
})

describe('a push that the window hears', () => {
  test('[CC20] [CL67] of a completed answer makes nothing read anew, and is told to the witness', async () => {
    const {session, push, asked, stamps, texts} = await readyClaudeTab()
    const before = asked.length
    push(completion, 'push-9')
    await idle()
    expect(asked).toHaveLength(before)
    expect(texts()).toHaveLength(2)
    expect(session.view().connection).toEqual({name: 'connected', push: 'heard'})
    expect(stamps.at(-1)).toEqual({
      kind: 'received',
      via: 'fcm',
      topic: null,
      messageIds: [uuid('a2')],
      bytes: 100,
      pushId: 'push-9',
      at: 7,
    })
    session.close()
  })

  test('[CC21] [CP2] a hint makes the open conversation read anew, where nothing is behind, and many once more', async () => {
    const {session, push, reads} = await readyClaudeTab()
    for (let count = 0; count < 5; count += 1) push(hint())
    await until(() => reads().length === 3)
    await idle()
    expect(reads().map(({query}) => query.get('consistency'))).toEqual(['eventual', 'strong', 'strong'])
    session.close()
  })

  test('[CC21] a hint of a conversation that is not listed makes the list read anew', async () => {
    const {session, push, paths, reads} = await readyClaudeTab()
    const before = paths().length
    push(hint('c2'))
    await until(() => paths().length > before)
    expect(paths().slice(before)).toEqual(['GET /chat_conversations_v2'])
    expect(reads()).toHaveLength(1)
    session.close()
  })

  test('[CC22] [CP3] a message is shown in the task of its push, once, however often it comes', async () => {
    const {session, push, texts, reads, stamps} = await readyClaudeTab()
    push(content(further))
    push(content(further))
    expect(texts()).toEqual(['What? (complete)', 'That. (complete)', 'More? (complete)'])
    expect(stamps.filter(({kind}) => kind === 'applied')).toHaveLength(3)
    expect(reads()).toHaveLength(1)
    session.close()
  })

  test('[CC22] a message whose parent never came makes the tab read anew', async () => {
    const {session, push, texts, reads} = await readyClaudeTab()
    push(content(claudeMessage('a9', 'Late.', {parent: 'q9', sender: 'assistant'})))
    expect(texts()).toHaveLength(2)
    await until(() => reads().length === 2)
    session.close()
  })

  test('[CC22] what a tab hears of its own turn changes nothing', async () => {
    const tab = await readyClaudeTab()
    const sent = tab.session.send('More?')
    await until(() => tab.asked.at(-1)?.path.endsWith('/completion') ?? false)
    const {promptId, answerId} = tab.turnIds()
    tab.stream.write(events.start(answerId, promptId), events.block(0), events.text(0, 'Y'))
    await until(() => tab.texts().at(-1) === 'Y (streaming)')
    tab.push(content({...further, uuid: promptId}))
    tab.push(hint())
    expect(tab.texts().slice(-2)).toEqual(['More? (complete)', 'Y (streaming)'])
    expect(tab.reads()).toHaveLength(1)
    tab.stream.write(...wholeAnswer(answerId, promptId, 'Yes').slice(2))
    await sent
    expect(tab.texts()).toHaveLength(4)
    tab.session.close()
  })

  test('[CL66] that nobody can read is left alone', async () => {
    const {session, push, asked, stamps} = await readyClaudeTab()
    const before = asked.length
    push({payload: 'no json'})
    push({})
    await idle()
    expect(asked).toHaveLength(before)
    expect(stamps.at(-1)).toMatchObject({via: 'fcm', messageIds: []})
    session.close()
  })
})

describe('remedies', () => {
  test('[PO4] poll refetches at its pace, from a replica', async () => {
    const {session, clock, reads} = await readyClaudeTab({remedies: ['poll']})
    clock.advance(1_000)
    await until(() => reads().length === 2)
    expect(reads().at(-1)?.query.get('consistency')).toBe('eventual')
    session.close()
  })

  test('[PO5] focus refetches when the tab is shown, and asks whether an answer is being written', async () => {
    const {session, turnPage, reads, paths} = await readyClaudeTab({remedies: ['focus']})
    turnPage({foreground: false, visible: false})
    turnPage({foreground: true, visible: true})
    await until(() => paths().at(-1) === `GET ${C1}/completion_status` && reads().length === 2)
    session.close()
  })

  test('[PO6] relay passes question and answer on as they come', async () => {
    const a = await readyClaudeTab({remedies: ['relay']})
    const b = await readyClaudeTab({remedies: ['relay']})
    const sent = a.session.send('More?')
    await until(() => a.asked.at(-1)?.path.endsWith('/completion') ?? false)
    const {promptId, answerId} = a.turnIds()
    a.stream.write(events.start(answerId, promptId), events.block(0), events.text(0, 'Yes'))
    await until(() => b.texts().at(-1) === 'Yes (streaming)')
    a.stream.write(events.reason('end_turn'), events.end)
    await sent
    await until(() => b.texts().at(-1) === 'Yes (complete)')
    expect(b.texts().at(-2)).toBe('More? (complete)')
    expect(b.reads()).toHaveLength(1)
    a.session.close()
    b.session.close()
  })
})
