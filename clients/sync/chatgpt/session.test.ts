import {describe, expect, test} from 'vitest'
import {until} from '../test-clock.ts'
import {events, testMessage} from './test-conversation.ts'
import {json, testStream} from '../test-http.ts'
import {readyTab, testTab} from './test-tab.ts'

const open = testMessage('a2', '', {parent: 'id-1', role: 'assistant', status: 'in_progress'})

const messageUpdate = (message: unknown, conversationId = 'c1') => ({
  type: 'conversation-updates',
  payload: {updates: [{type: 'upsert-turn-message', conversation_id: conversationId, message}]},
})
const refetchHint = {
  type: 'conversation-update',
  payload: {conversation_id: 'c1', update_type: 'refetch-conversation'},
}
const turnComplete = {type: 'conversation-turn-complete', payload: {conversation_id: 'c1'}, metadata: null}
const countReads = (paths: readonly string[]) =>
  paths.filter((path) => path.endsWith('/conversation/c1')).length

describe('opening', () => {
  test('[CE5] [CE7] connect, conversations and app_notifications go out as one frame; connected is who hears', async () => {
    const tab = testTab()
    await tab.session.start()
    await until(() => tab.sockets.length === 1)
    tab.sockets[0]!.open()
    expect(tab.sockets[0]!.sent).toEqual([
      [
        {id: 1, command: {type: 'connect', presence: {type: 'presence', state: 'foreground'}}},
        {id: 2, command: {type: 'subscribe', topic_id: 'conversations'}},
        {id: 3, command: {type: 'subscribe', topic_id: 'app_notifications'}},
      ],
    ])
    expect(tab.session.view().connection.name).toBe('connecting')
    tab.sockets[0]!.answer()
    expect(tab.session.view().connection).toEqual({name: 'connected'})
    tab.session.close()
  })

  test('[TU20] a conversation is shown along its current path, and its topic followed', async () => {
    const {session, socket, texts} = await readyTab()
    expect(texts()).toEqual(['What? (complete)', 'That. (complete)'])
    expect(session.view()).toMatchObject({phase: 'ready', title: 'about c1', conversationId: 'c1'})
    expect(socket.sent.at(-1)).toEqual([{id: 4, command: {type: 'subscribe', topic_id: 'conversation-c1'}}])
    session.close()
  })

  test.each([
    ['once more when its topic begins after what was read', '1001-0', 2],
    ['no more when nothing came after what was read', '1000-0', 1],
  ])('[CO9] a conversation is read %s', async (_, lastOffset, reads) => {
    const {session, socket, paths} = await readyTab()
    session.newConversation()
    const before = countReads(paths())
    await session.openConversation('c1')
    const subscribe = socket.sent.flat().findLast(({command}) => command.type === 'subscribe')
    const reply = {type: 'subscribe', topic_id: 'conversation-c1', recovered: false, last_offset: lastOffset}
    socket.receive([{id: subscribe?.id, type: 'reply', reply}])
    await until(() => session.view().phase === 'ready')
    expect(countReads(paths()) - before).toBe(reads)
    session.close()
  })

  test('[ER2] a conversation that is not there is missing', async () => {
    const {session} = await readyTab()
    await session.openConversation('nowhere')
    expect(session.view()).toMatchObject({phase: 'missing'})
    await session.send('hello?')
    expect(session.view().notice).toContain('does not exist')
    session.close()
  })
})

describe('sending', () => {
  test('[TU1] [TU3] the POST comes after sentinel and prepare, with their tokens and the leaf as parent', async () => {
    const {session, stream, asked, paths, texts} = await readyTab()
    const sent = session.send('And then?')
    expect(texts().at(-1)).toBe('And then? (sending)')
    await until(() => paths().at(-1) === 'POST /backend-api/f/conversation')
    expect(paths().slice(-4)).toEqual([
      'POST /backend-api/sentinel/chat-requirements/prepare',
      'POST /backend-api/sentinel/chat-requirements/finalize',
      'POST /backend-api/f/conversation/prepare',
      'POST /backend-api/f/conversation',
    ])
    expect(asked.at(-1)?.body).toMatchObject({parent_message_id: 'a1', conversation_id: 'c1', action: 'next'})
    expect(asked.at(-1)?.headers.get('x-conduit-token')).toBe('c')
    stream.write(
      events.encoding,
      events.token('c1'),
      events.snapshot('c1', open),
      events.text('Hel'),
      events.text('lo'),
    )
    await until(() => texts().at(-1) === 'Hello (streaming)')
    stream.write(events.finished, events.complete('c1'), events.done)
    await sent
    expect(texts().slice(-2)).toEqual(['And then? (complete)', 'Hello (complete)'])
    expect(session.view().phase).toBe('ready')
    session.close()
  })

  test('[TU13] an answer that ends without its end, and cannot be asked for again, is said to be cut', async () => {
    const {session, stream, texts, route} = await readyTab()
    route('GET /backend-api/conversation/c1/stream_status', () => json({status: 'FAILURE'}))
    const sent = session.send('And then?')
    stream.write(events.encoding, events.snapshot('c1', open), events.text('Half an ans'))
    stream.end()
    await sent
    expect(texts().at(-1)).toBe('Half an ans (failed)')
    expect(session.view().notice).toContain('cut off')
    session.close()
  })

  test('[RS1] [RS2] a cut answer is resumed with its token from the event after the last', async () => {
    const {session, stream, asked, texts, clock, route} = await readyTab()
    const resumed = testStream()
    route('POST /backend-api/f/conversation/resume', () => resumed.response)
    const sent = session.send('And then?')
    stream.write(events.encoding, events.token('c1'), events.snapshot('c1', open), events.text('Hel'))
    await until(() => texts().at(-1) === 'Hel (streaming)')
    stream.cut()
    await until(() => clock.waits().includes(225))
    clock.advance(225)
    resumed.write(events.text('lo'), events.finished, events.complete('c1'), events.done)
    await sent
    expect(asked.at(-1)).toMatchObject({path: '/backend-api/f/conversation/resume', body: {offset: 4}})
    expect(asked.at(-1)?.headers.get('x-conduit-token')).toBe('t1')
    expect(texts().at(-1)).toBe('Hello (complete)')
    session.close()
  })

  test('[ER1] a refused message is shown as failed, and is gone when the next one is sent', async () => {
    const {session, asked, texts, route} = await readyTab()
    route('POST /backend-api/f/conversation', () =>
      json({detail: {message: 'Too many requests', code: 'x'}}, 429),
    )
    await session.send('And then?')
    expect(texts().at(-1)).toBe('And then? (failed)')
    expect(session.view().notice).toBe('Too many requests')
    await session.send('Once more?')
    expect(asked.at(-1)?.body).toMatchObject({parent_message_id: 'a1'})
    expect(texts().slice(-2)).toEqual(['That. (complete)', 'Once more? (failed)'])
    session.close()
  })

  test('[TU2] a token the server does not know any more is asked for anew by the next try', async () => {
    const {session, stream, paths, texts, route} = await readyTab()
    route('POST /backend-api/f/conversation', () => json({detail: 'Unusual activity'}, 403))
    await session.send('And then?')
    route('POST /backend-api/f/conversation', () => stream.response)
    void session.send('Once more?')
    stream.write(events.encoding, events.token('c1'))
    await until(() => texts().at(-1) === 'Once more? (complete)')
    expect(paths().filter((path) => path.endsWith('/finalize'))).toHaveLength(2)
    session.close()
  })

  test('[TU14] leaving a conversation lets its answer go on without changing what is shown', async () => {
    const {session, stream, texts, storage} = await readyTab()
    const sent = session.send('And then?')
    stream.write(events.encoding, events.token('c1'), events.snapshot('c1', open))
    await until(() => texts().at(-1) === ' (streaming)')
    session.newConversation()
    await sent
    expect(session.view()).toMatchObject({conversationId: null, messages: [], phase: 'ready'})
    expect(storage.get('tabwitness-resume-c1')).toContain('t1')
    session.close()
  })

  test('[ST5] a stopped answer keeps what was written and says so', async () => {
    const {session, stream, texts, paths, route} = await readyTab()
    route('POST /backend-api/stop_conversation', () => json({status: 'ok', last_message_id: null}))
    const sent = session.send('And then?')
    stream.write(events.encoding, events.token('c1'), events.snapshot('c1', open), events.text('Hel'))
    await until(() => texts().at(-1) === 'Hel (streaming)')
    await session.stop()
    stream.end()
    await sent
    expect(texts().at(-1)).toBe('Hel (stopped)')
    expect(paths().at(-1)).toBe('POST /backend-api/stop_conversation')
    session.close()
  })
})

describe('what the channel says', () => {
  test('[CE30] a completed turn does not make the open conversation refetched', async () => {
    const {session, socket, paths} = await readyTab()
    const before = paths().length
    socket.say('conversations', turnComplete)
    await new Promise((resolve) => setImmediate(resolve))
    expect(paths()).toHaveLength(before)
    session.close()
  })

  test('[CE32] [CA2] a hint refetches, and many hints refetch once more at most', async () => {
    const {session, socket, paths} = await readyTab()
    for (let hint = 0; hint < 5; hint += 1) socket.say('conversations', refetchHint)
    await until(() => countReads(paths()) === 3)
    await new Promise((resolve) => setImmediate(resolve))
    expect(countReads(paths())).toBe(3)
    session.close()
  })

  test('[CE32] a hint while the own answer comes in is followed once, after it', async () => {
    const {session, socket, paths, stream, texts} = await readyTab()
    const sent = session.send('And then?')
    stream.write(events.encoding, events.token('c1'), events.snapshot('c1', open), events.text('Yes'))
    await until(() => texts().at(-1) === 'Yes (streaming)')
    socket.say('conversations', refetchHint)
    socket.say('conversations', refetchHint)
    expect(countReads(paths())).toBe(1)
    stream.write(events.finished, events.complete('c1'), events.done)
    await sent
    await until(() => countReads(paths()) === 2)
    session.close()
  })

  test('[CE33] [CA3] a message of another tab is shown in the task of its frame', async () => {
    const {session, socket, texts, stamps} = await readyTab()
    let told = 0
    session.subscribe(() => (told += 1))
    socket.say('conversation-c1', messageUpdate(testMessage('q2', 'More?', {parent: 'a1'})))
    expect(texts().at(-1)).toBe('More? (complete)')
    expect(told).toBe(1)
    expect(stamps.slice(-2)).toMatchObject([
      {kind: 'applied', messageId: 'q2', chars: 5},
      {kind: 'received', via: 'celsius', topic: 'conversation-c1', messageIds: ['q2']},
    ])
    session.close()
  })

  test('[CE33] what concerns a conversation that is not open is ignored', async () => {
    const {session, socket, texts} = await readyTab()
    socket.say('conversation-c1', messageUpdate(testMessage('q2', 'More?', {parent: 'a1'}), 'c2'))
    expect(texts()).toHaveLength(2)
    session.close()
  })

  test('[CE33] a message whose parent never came makes the tab refetch', async () => {
    const {session, socket, paths, texts} = await readyTab()
    socket.say('conversation-c1', messageUpdate(testMessage('q9', 'More?', {parent: 'unheard-of'})))
    await until(() => countReads(paths()) === 2)
    expect(texts()).toHaveLength(2)
    session.close()
  })

  test('[CE19] frames that cannot be read are dropped and the socket stays', async () => {
    const {session, socket} = await readyTab()
    for (const frame of ['no json', '[]', '7', '{"type":"conversation-turn-handoff-control"}', '[null]']) {
      socket.receive(frame)
    }
    expect(session.view().connection).toEqual({name: 'connected'})
    session.close()
  })
})
