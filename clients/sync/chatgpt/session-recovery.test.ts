import {describe, expect, test} from 'vitest'
import type {Message} from '#protocol/conversation.ts'
import {until} from '../test-clock.ts'
import {events, testConversation, testMessage} from './test-conversation.ts'
import {json, testStream} from '../test-http.ts'
import {question, readyTab, reply} from './test-tab.ts'

const open = testMessage('a2', '', {parent: 'id-1', role: 'assistant', status: 'in_progress'})
const item = (turn: string, index: number, encoded: string) => ({
  type: 'conversation-turn-stream',
  payload: {
    type: 'stream-item',
    conversation_id: 'c1',
    turn_id: turn,
    encoded_item: encoded,
    stream_item_id: `${turn}-${index}`,
    parent_stream_item_id: index === 0 ? null : `${turn}-${index - 1}`,
    server_timestamp_ms: 1,
  },
})
const answerItems = (snapshot: Message) => [
  events.encoding,
  events.snapshot('c1', snapshot),
  events.text('Hel'),
  events.text('lo'),
  events.finished,
  events.complete('c1'),
]
const TURN = 'conversation-turn-t1'
type Tab = Awaited<ReturnType<typeof readyTab>>
const reads = (tab: Tab) => tab.paths().filter((path) => path === 'GET /backend-api/conversation/c1').length

describe('a handed-off answer', () => {
  async function handedOff() {
    const tab = await readyTab()
    const resumed = testStream()
    tab.route('POST /backend-api/f/conversation/resume', () => resumed.response)
    const sent = tab.session.send('Think')
    tab.stream.write(events.encoding, events.token('c1'), events.handoff('c1', 't1'), events.done)
    await until(() => JSON.stringify(tab.socket.sent.at(-1)).includes(TURN))
    return {...tab, resumed, sent}
  }

  test('[TU11] [CE13] is followed on its topic from the beginning, and no longer than it lasts', async () => {
    const {socket, sent, texts, session} = await handedOff()
    expect(socket.sent.at(-1)).toMatchObject([{command: {type: 'subscribe', topic_id: TURN, offset: '0'}}])
    for (const [index, encoded] of answerItems(open).entries())
      socket.say(TURN, item('t1', index, encoded), `${index + 1}-0`)
    await sent
    expect(texts().slice(-2)).toEqual(['Think (complete)', 'Hello (complete)'])
    expect(socket.sent.at(-1)).toMatchObject([{command: {type: 'unsubscribe', topic_id: TURN}}])
    session.close()
  })

  test.each([
    ['nothing comes for five seconds', (tab: Tab) => tab.clock.advance(5_000)],
    ['an item is missing', ({socket}: Tab) => socket.say(TURN, item('t1', 3, events.text('x')))],
    [
      'the channel may have missed something',
      ({socket}: Tab) =>
        socket.receive([{id: 5, reply: {type: 'subscribe', topic_id: TURN, recovered: false}}]),
    ],
  ])('[CO7] [CO6] [CE35] falls back to HTTP from the beginning when %s', async (_, happen) => {
    const tab = await handedOff()
    happen(tab)
    await until(() => tab.paths().at(-1) === 'POST /backend-api/f/conversation/resume')
    expect(tab.asked.at(-1)?.body).toEqual({conversation_id: 'c1', offset: 0})
    tab.resumed.write(...answerItems(open), events.done)
    await tab.sent
    expect(tab.texts().at(-1)).toBe('Hello (complete)')
    tab.session.close()
  })

  test('[CO7] heartbeats keep the tab waiting', async () => {
    const tab = await handedOff()
    const heartbeat = {type: 'heartbeat', turn_id: 't1', conversation_id: 'c1', server_timestamp_ms: 1}
    for (let beat = 0; beat < 4; beat += 1) {
      tab.clock.advance(4_000)
      tab.socket.say(TURN, {type: 'conversation-turn-stream', payload: heartbeat})
    }
    expect(tab.paths().at(-1)).toBe('POST /backend-api/f/conversation')
    tab.session.close()
  })
})

describe('an answer of another tab', () => {
  const others = testMessage('a9', '', {parent: 'a1', role: 'assistant', status: 'in_progress'})

  test('[CA3] grows as its items come, and each item is told once', async () => {
    const {socket, texts, session} = await readyTab()
    const [encoding, snapshot, ...rest] = answerItems(others).map((encoded, index) =>
      item('t9', index, encoded),
    )
    socket.say('conversation-c1', encoding)
    socket.say('conversation-c1', snapshot)
    const grown = rest.slice(0, 2).map((part) => {
      socket.say('conversation-c1', part)
      socket.say('conversation-c1', part)
      return texts().at(-1)
    })
    expect(grown).toEqual(['Hel (streaming)', 'Hello (streaming)'])
    socket.say('conversation-c1', rest[2])
    expect(texts().at(-1)).toBe('Hello (complete)')
    session.close()
  })

  test('[CE35] that lacks its beginning makes the tab refetch, then and at its end', async () => {
    const tab = await readyTab()
    for (const index of [4, 5, 6]) tab.socket.say('conversation-c1', item('t9', index, events.text('x')))
    await until(() => reads(tab) === 2)
    const done = {type: 'done', turn_id: 't9', conversation_id: 'c1'}
    tab.socket.say('conversation-c1', {type: 'conversation-turn-stream', payload: done})
    await until(() => reads(tab) === 3)
    tab.session.close()
  })
})

describe('after a reload', () => {
  const half = testMessage('a1', 'Th', {parent: 'q1', role: 'assistant', status: 'in_progress'})

  test('[RS4] an answer that still runs is resumed from its beginning with the token of this browser', async () => {
    const resumed = testStream()
    const tab = readyTab({
      storage: new Map([['tabwitness-resume-c1', '999999:t7']]),
      routes: {
        'GET /backend-api/conversation/c1': () => json(testConversation('c1', [question, half])),
        'POST /backend-api/f/conversation/resume': () => resumed.response,
      },
    })
    resumed.write(
      events.encoding,
      events.snapshot('c1', {...half, content: reply.content}),
      events.finished,
      events.complete('c1'),
      events.done,
    )
    const {asked, texts, storage, session} = await tab
    expect(asked.at(-1)?.body).toEqual({conversation_id: 'c1', offset: 0})
    expect(asked.at(-1)?.headers.get('x-conduit-token')).toBe('t7')
    expect(texts().at(-1)).toBe('That. (complete)')
    expect(storage.size).toBe(0)
    session.close()
  })

  test('[ST2] without a token the tab polls every five seconds until the answer has ended', async () => {
    const tab = await readyTab()
    tab.storage.set('tabwitness-resume-c1', 'nonsense')
    tab.route('GET /backend-api/conversation/c1', () => json(testConversation('c1', [question, half])))
    tab.route('GET /backend-api/conversation/c1/stream_status', () => json({status: 'IS_STREAMING'}))
    const opening = tab.session.openConversation('c1')
    await until(() => tab.clock.waits().includes(5_000))
    expect(tab.session.view().phase).toBe('answering')
    tab.route('GET /backend-api/conversation/c1', () => json(testConversation('c1', [question, reply])))
    tab.clock.advance(5_000)
    await opening
    expect(tab.texts().at(-1)).toBe('That. (complete)')
    tab.session.close()
  })
})

describe('a socket that breaks', () => {
  const upsert = (id: string) => ({
    type: 'conversation-updates',
    payload: {
      updates: [
        {type: 'upsert-turn-message', conversation_id: 'c1', message: testMessage(id, id, {parent: 'a1'})},
      ],
    },
  })

  async function broken(remedies: readonly 'resume'[]) {
    const tab = await readyTab({remedies})
    tab.socket.say('conversation-c1', upsert('q2'), '5-0')
    tab.socket.drop()
    tab.clock.advance(3_000)
    await until(() => tab.sockets.length === 2)
    const again = tab.sockets[1]!
    again.open()
    return {...tab, again}
  }

  test('[PO3] with resume, the topic is asked for from where the tab was, and what it missed is shown', async () => {
    const {again, texts, session} = await broken(['resume'])
    expect(again.sent[0]?.at(-1)?.command).toEqual({
      type: 'subscribe',
      topic_id: 'conversation-c1',
      offset: '5-0',
    })
    const catchups = [{type: 'message', topic_id: 'conversation-c1', offset: '6-0', payload: upsert('q3')}]
    again.receive([
      {
        id: 4,
        reply: {
          type: 'subscribe',
          topic_id: 'conversation-c1',
          recovered: true,
          last_offset: '6-0',
          catchups,
        },
      },
    ])
    expect(texts().at(-1)).toBe('q3 (complete)')
    session.close()
  })

  test('[CO6] with resume, a tab whose place is gone refetches', async () => {
    const tab = await broken(['resume'])
    tab.again.receive([{id: 4, reply: {type: 'subscribe', topic_id: 'conversation-c1', recovered: false}}])
    await until(() => reads(tab) === 2)
    tab.session.close()
  })

  test('[PO2] without it, the topic is live only and nothing is refetched', async () => {
    const tab = await broken([])
    expect(tab.again.sent[0]?.at(-1)?.command).toEqual({type: 'subscribe', topic_id: 'conversation-c1'})
    tab.again.answer()
    expect(tab.session.view().connection.name).toBe('connected')
    expect(reads(tab)).toBe(1)
    tab.session.close()
  })

  test('[CO8] the page can say when the next attempt is due', async () => {
    const {session, socket, clock} = await readyTab()
    socket.drop()
    expect(session.view().connection).toEqual({name: 'waiting', attempt: 1, retryAtMs: clock.now() + 3_000})
    session.close()
    expect(session.view().connection).toEqual({name: 'stopped', why: 'this page is closed'})
  })
})
