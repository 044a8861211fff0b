/** A tab that was away: what it reads, waits for and says when its channel or its network is back. */
import {describe, expect, test} from 'vitest'
import type {Remedy} from '#protocol/policy.ts'
import {pass, until} from '../test-clock.ts'
import {json, testStream} from '../test-http.ts'
import {events, testConversation, testMessage} from './test-conversation.ts'
import {question, readyTab, reply, testTab} from './test-tab.ts'

const READ = 'GET /backend-api/conversation/c1'
const offline = () => Promise.reject(new TypeError('Failed to fetch'))
const half = testMessage('a1', 'Th', {parent: 'q1', role: 'assistant', status: 'in_progress'})
const countReads = (tab: {paths(): readonly string[]}) => tab.paths().filter((path) => path === READ).length
type Tab = Awaited<ReturnType<typeof readyTab>>

const upsert = (message: unknown) => ({
  type: 'conversation-updates',
  payload: {updates: [{type: 'upsert-turn-message', conversation_id: 'c1', message}]},
})

/** The socket breaks, and the next one opens after the observed wait; its subscribes are answered as asked. */
async function comesBack(tab: Tab, recovered = true): Promise<void> {
  tab.socket.drop(1012)
  await pass(tab.clock, 3_000)
  const again = tab.sockets.at(-1)!
  again.open()
  again.receive(
    again.sent[0]!.map(({id, command}) => ({
      id,
      reply:
        command.type === 'subscribe'
          ? {...command, recovered, last_offset: '5-0', catchups: []}
          : {type: 'connect'},
    })),
  )
}

describe('a tab that comes back in the middle of an answer of another tab', () => {
  const midway = async (remedies: readonly Remedy[]) => {
    const tab = await readyTab({remedies, routes: {[READ]: () => json(testConversation('c1', [question]))}})
    tab.route(`${READ}/stream_status`, () => json({status: 'IS_STREAMING'}))
    tab.socket.say('conversation-c1', upsert(half), '5-0')
    expect(tab.texts().at(-1)).toBe('Th (streaming)')
    tab.route(READ, () => json(testConversation('c1', [question, half])))
    return tab
  }

  test('[CO17] with resume, waits for its end beside the channel', async () => {
    const tab = await midway(['resume'])
    await comesBack(tab)
    await until(() => countReads(tab) === 2)
    expect(tab.texts().at(-1)).toBe('Th (streaming)')
    tab.route(READ, () =>
      json(
        testConversation('c1', [
          question,
          {...half, status: 'failed', content: {content_type: 'text', parts: ['T']}},
        ]),
      ),
    )
    await pass(tab.clock, 5_000)
    expect(tab.texts().at(-1)).toBe('T (failed)')
    await pass(tab.clock, 60_000)
    expect(countReads(tab)).toBe(3)
    tab.session.close()
  })

  test('[PO2] without it, is live only', async () => {
    const tab = await midway([])
    await comesBack(tab)
    await pass(tab.clock, 60_000)
    expect([countReads(tab), tab.texts().at(-1)]).toEqual([1, 'Th (streaming)'])
    tab.session.close()
  })

  test('[ST9] and cannot ask anybody: it says so, the answer is no longer said to be coming, and may come all the same', async () => {
    const tab = await midway(['resume'])
    tab.route(READ, offline)
    await comesBack(tab)
    await pass(tab.clock, 200_000)
    expect(tab.texts().at(-1)).toBe('Th (failed)')
    expect(tab.session.view()).toMatchObject({phase: 'ready', notice: expect.stringContaining('not be all')})
    tab.sockets.at(-1)!.say('conversation-c1', upsert(reply), '6-0')
    expect(tab.texts().at(-1)).toBe('That. (complete)')
    tab.session.close()
  })
})

describe('an answer of its own that a tab waits to ask for again', () => {
  test.each([
    [['resume', 'probe'], 2],
    [['resume'], 1],
  ] as const)('[CO20] %j: asked for %i times once the channel is back', async (remedies, asked) => {
    const tab = await readyTab({remedies})
    tab.route('POST /backend-api/f/conversation/resume', offline)
    const sent = tab.session.send('And then?')
    tab.stream.write(events.encoding, events.token('c1'))
    await until(() => tab.texts().at(-1) === 'And then? (complete)')
    const resumes = () => tab.paths().filter((path) => path.endsWith('/resume')).length
    tab.stream.cut()
    await pass(tab.clock, 300)
    expect(resumes()).toBe(1)
    tab.socket.drop()
    tab.wake('online')
    await until(() => tab.sockets.length === remedies.length)
    tab.sockets.at(-1)?.open()
    tab.sockets.at(-1)?.answer()
    await until(() => resumes() === asked)
    tab.session.close()
    await sent
  })
})

test('[CO21] a link that was found dead cuts the answer that came over the same network, and it is resumed', async () => {
  const tab = await readyTab({remedies: ['resume', 'probe']})
  const resumed = testStream()
  tab.route('POST /backend-api/f/conversation/resume', () => resumed.response)
  const sent = tab.session.send('And then?')
  const open = testMessage('a2', '', {parent: 'id-1', role: 'assistant', status: 'in_progress'})
  tab.stream.write(events.encoding, events.token('c1'), events.snapshot('c1', open), events.text('Ha'))
  await until(() => tab.texts().at(-1) === 'Ha (streaming)')
  tab.wake('online')
  await pass(tab.clock, 3_000)
  resumed.write(events.text('lf'), events.finished, events.complete('c1'), events.done)
  await sent
  expect(tab.asked.at(-1)).toMatchObject({path: '/backend-api/f/conversation/resume', body: {offset: 4}})
  expect(tab.texts().at(-1)).toBe('Half (complete)')
  tab.session.close()
})

describe('a read that failed', () => {
  test('[CO18] with resume, is repeated until it succeeds, and nothing is said any more then', async () => {
    const tab = await readyTab({remedies: ['resume']})
    tab.socket.say('conversation-c1', upsert(reply), '5-0')
    tab.route(READ, offline)
    await comesBack(tab, false)
    await until(() => tab.session.view().notice !== null)
    await pass(tab.clock, 8_000)
    expect(countReads(tab)).toBeGreaterThan(3)
    const more = testMessage('q2', 'More', {parent: 'a1'})
    tab.route(READ, () => json(testConversation('c1', [question, reply, more])))
    await pass(tab.clock, 16_000)
    expect(tab.texts().at(-1)).toBe('More (complete)')
    expect(tab.session.view().notice).toBeNull()
    const reads = countReads(tab)
    await pass(tab.clock, 60_000)
    expect(countReads(tab)).toBe(reads)
    tab.session.close()
  })

  test('[CO18] is not repeated for ever', async () => {
    const tab = await readyTab({remedies: ['resume']})
    tab.socket.say('conversation-c1', upsert(reply), '5-0')
    tab.route(READ, () => json({detail: 'busy'}, 503))
    await comesBack(tab, false)
    await pass(tab.clock, 1_000_000)
    expect(countReads(tab)).toBe(1 + 1 + 10)
    tab.session.close()
  })

  test('[CO15] [CO18] is repeated no sooner than the server asked for', async () => {
    const tab = await readyTab({remedies: ['resume']})
    tab.socket.say('conversation-c1', upsert(reply), '5-0')
    tab.route(READ, () => new Response('{"detail":"busy"}', {status: 503, headers: {'retry-after': '20'}}))
    await comesBack(tab, false)
    await pass(tab.clock, 19_000)
    expect(countReads(tab)).toBe(2)
    await pass(tab.clock, 2_000)
    expect(countReads(tab)).toBe(3)
    tab.session.close()
  })

  test('[PO2] without it, waits for the channel to be back, and joins what is being written then', async () => {
    const tab = testTab({routes: {[READ]: offline}})
    await tab.session.start()
    await tab.session.openConversation('c1')
    expect(tab.session.view()).toMatchObject({
      phase: 'loading',
      notice: expect.stringContaining('could not be loaded'),
    })
    await pass(tab.clock, 60_000)
    expect(countReads(tab)).toBe(1)
    tab.route(READ, () => json(testConversation('c1', [question, half])))
    tab.route(`${READ}/stream_status`, () => json({status: 'IS_STREAMING'}))
    tab.sockets[0]!.open()
    tab.sockets[0]!.answer()
    await until(() => tab.texts().at(-1) === 'Th (streaming)')
    await until(() => tab.clock.waits().includes(5_000))
    tab.route(READ, () => json(testConversation('c1', [question, reply])))
    await pass(tab.clock, 5_000)
    expect(tab.texts().at(-1)).toBe('That. (complete)')
    tab.session.close()
  })
})

describe('what the witness is told', () => {
  test('[CO19] how each connection ended, and the how many-th attempt it is', async () => {
    const tab = await readyTab()
    tab.route('GET /backend-api/celsius/ws/user', offline)
    await comesBack(tab)
    tab.clock.advance(1_500_000)
    tab.sockets[1]!.drop(4_003)
    await pass(tab.clock, 3_000)
    const told = tab.stamps.filter(({kind}) => kind === 'connection')
    expect(told).toEqual([
      {kind: 'connection', state: 'connecting', attempt: 1},
      {kind: 'connection', state: 'open'},
      {kind: 'connection', state: 'following'},
      {kind: 'connection', state: 'waiting', attempt: 1, why: 'closed', code: 1012},
      {kind: 'connection', state: 'connecting', attempt: 1, why: 'closed', code: 1012},
      {kind: 'connection', state: 'open'},
      {kind: 'connection', state: 'following'},
      {kind: 'connection', state: 'waiting', attempt: 1, why: 'closed', code: 4_003},
      {kind: 'connection', state: 'connecting', attempt: 1, why: 'closed', code: 4_003},
      {kind: 'connection', state: 'waiting', attempt: 2, why: 'no-address'},
    ])
    tab.session.close()
  })

  test('[PO10] what asking a link brought', async () => {
    const tab = await readyTab({remedies: ['probe']})
    tab.wake('resumed')
    expect(tab.socket.sent.at(-1)).toMatchObject([{command: {type: 'presence', state: 'foreground'}}])
    await pass(tab.clock, 2_600)
    expect(tab.stamps.filter(({kind}) => kind === 'probed')).toMatchObject([
      {because: 'resumed', outcome: 'dead', tookMs: expect.closeTo(2_500, 0)},
    ])
    expect(tab.stamps.findLast(({kind}) => kind === 'connection')).toMatchObject({
      state: 'connecting',
      why: 'probe',
      attempt: 1,
    })
    tab.session.close()
  })
})

test('[PO4] an adaptive tab reads at once when it is shown, and slackens while nothing changes', async () => {
  const tab = await readyTab({remedies: ['poll'], pollPace: 'adaptive'})
  await pass(tab.clock, 100_000)
  const before = countReads(tab)
  expect(before).toBeLessThan(16)
  tab.turnPage({foreground: false, visible: false})
  tab.turnPage({foreground: true, visible: true})
  await until(() => countReads(tab) === before + 1)
  tab.session.close()
})
