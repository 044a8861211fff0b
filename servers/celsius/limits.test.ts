import {connect as connectTcp} from 'node:net'
import {once} from 'node:events'
import {describe, expect, test} from 'vitest'
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import {conversationTopic, CONVERSATIONS} from '#protocol/topics.ts'
import {answer, commits, person, startTestChannel} from './test-channel.ts'

const C1 = conversationTopic('c1')
const connect = {type: 'connect', presence: {type: 'presence', state: 'foreground'}}
const first = (command: object) => JSON.stringify([{id: 1, command}])

describe('bad input', () => {
  test.each([
    ['what is not JSON', '[{"id"', CLOSE_CODES.badFrame, 'not-json'],
    ['an object', '{"id":1}', CLOSE_CODES.badFrame, 'bad-shape'],
    ['an unknown command', first({type: 'analytics'}), CLOSE_CODES.badFrame, 'bad-shape'],
    ['an unknown field', first({...connect, token: 'secret'}), CLOSE_CODES.badFrame, 'bad-shape'],
    [
      'an offset of a wrong form',
      first({type: 'subscribe', topic_id: 'x', offset: '1'}),
      CLOSE_CODES.badFrame,
      'bad-shape',
    ],
    [
      'a topic with a slash',
      first({type: 'subscribe', topic_id: 'bob/x'}),
      CLOSE_CODES.badFrame,
      'bad-shape',
    ],
    ['id 0', JSON.stringify([{id: 0, command: connect}]), CLOSE_CODES.badFrame, 'bad-shape'],
    [
      'a command before connect',
      first({type: 'presence', state: 'foreground'}),
      CLOSE_CODES.badFrame,
      'not-connected',
    ],
    [
      'an id twice',
      JSON.stringify([
        {id: 2, command: connect},
        {id: 2, command: {type: 'presence', state: 'background'}},
      ]),
      CLOSE_CODES.badFrame,
      'out-of-order',
    ],
    [
      'connecting twice',
      JSON.stringify([
        {id: 1, command: connect},
        {id: 2, command: connect},
      ]),
      CLOSE_CODES.badFrame,
      'out-of-order',
    ],
    ['binary data', Buffer.from(first(connect)), CLOSE_CODES.unsupportedData, 'binary'],
    ['too much at once', ' '.repeat(64 * 1024 + 1), CLOSE_CODES.tooLarge, 'too-large'],
  ])(
    '[CE9] [CE21] %s closes its own socket, with a code and no contents in the ledger',
    async (_name, frame, code, word) => {
      await using channel = await startTestChannel()
      const good = await channel.connected('ada', 'A')
      await good.subscribe(C1)
      const bad = await channel.open('ada', 'B')
      bad.socket.send(frame)
      expect(await bad.closed).toBe(code)
      const [refused] = await channel.recorded('refused')
      expect(refused).toEqual({kind: 'refused', at: expect.any(Number), where: 'celsius', code: word})
      expect(await channel.recorded('disconnected')).toMatchObject([{tab: 'B', code}])
      // [CE22]
      await channel.announce(commits('ada', 'm1'))
      await good.messageCount(1)
    },
  )

  test('[CE9] broken WebSocket frames close with the codes of RFC 6455', async () => {
    await using channel = await startTestChannel()
    const frames: readonly [readonly number[], number][] = [
      [[0x83, 0x80, 0, 0, 0, 0], CLOSE_CODES.protocolError],
      [[0x81, 0x01, 0x20], CLOSE_CODES.protocolError],
      [[0x81, 0x81, 0, 0, 0, 0, 0xff], CLOSE_CODES.invalidText],
    ]
    for (const [bytes, code] of frames) {
      const tab = await channel.open('ada')
      tab.line.write(Buffer.from(bytes))
      expect(await tab.closed).toBe(code)
    }
    const closed = await channel.recorded('disconnected', 3)
    expect(closed.map(({code}) => code)).toEqual(frames.map(([, code]) => code))
    const refused = await channel.recorded('refused', 3)
    expect(refused.map(({code}) => code)).toEqual(['broken-frame', 'broken-frame', 'not-utf8'])
  })

  test('[CE5] an empty frame does nothing, also before connect', async () => {
    await using channel = await startTestChannel()
    const tab = await channel.open('ada')
    tab.socket.send('[]')
    expect(await tab.connect()).toEqual({type: 'connect'})
  })

  test('[CE26] following too much closes the socket', async () => {
    await using channel = await startTestChannel({settings: {maxTopicsPerSocket: 2}})
    const tab = await channel.connected('ada')
    for (const topic of ['a', 'b', 'b']) await tab.subscribe(topic)
    tab.send({type: 'subscribe', topic_id: 'c'})
    expect(await tab.closed).toBe(CLOSE_CODES.subscriptionCap)
  })
})

describe('keeping sockets', () => {
  test('[CE18] an empty array keeps the line alive', async () => {
    await using channel = await startTestChannel({settings: {keepAliveMs: 5}})
    const tab = await channel.connected('ada')
    await tab.until(() => tab.frames.filter((frame) => frame === '[]')[1])
  })

  test('[CE27] every pong is written down', async () => {
    await using channel = await startTestChannel({settings: {pingMs: 5}})
    await channel.connected('ada', 'B')
    expect(await channel.recorded('ponged', 2)).toMatchObject([{tab: 'B', userId: 'ada'}, {}])
  })

  test('[CE24] one socket too many closes the oldest', async () => {
    await using channel = await startTestChannel({settings: {maxSocketsPerUser: 2}})
    const oldest = await channel.connected('ada')
    const other = await channel.connected('bob')
    await channel.connected('ada')
    const newest = await channel.connected('ada')
    expect(await oldest.closed).toBe(CLOSE_CODES.connectionCap)
    expect(channel.celsius.connectionCount()).toBe(3)
    await newest.subscribe(C1)
    await other.subscribe(C1)
  })

  test('[CE24] a cap of one lets the newest in', async () => {
    await using channel = await startTestChannel({settings: {maxSocketsPerUser: 1}})
    const oldest = await channel.connected('ada')
    const newest = await channel.connected('ada')
    expect(await oldest.closed).toBe(CLOSE_CODES.connectionCap)
    await newest.subscribe(C1)
    expect(channel.celsius.connectionCount()).toBe(1)
    channel.celsius.disconnectUser('ada')
    expect(await newest.closed).toBe(CLOSE_CODES.disconnected)
  })

  test('[CE23] a tab that does not read is cut off, and the others read on', async () => {
    await using channel = await startTestChannel({settings: {maxQueuedBytes: 100_000}})
    const reader = await channel.connected('ada', 'A')
    await reader.subscribe(C1)
    const sleeper = await channel.connected('ada', 'B')
    await sleeper.subscribe(C1)
    sleeper.socket.pause()
    const text = 'x'.repeat(300_000)
    const event = {type: 'message-committed', userId: 'ada', conversationId: 'c1'} as const
    let announced = 0
    while (!channel.ledger.some(({kind}) => kind === 'disconnected') && announced < 200) {
      await channel.announce({...event, message: answer(`m${announced}`, text)})
      announced += 1
      await reader.messageCount(announced)
    }
    expect(await channel.recorded('disconnected')).toMatchObject([{tab: 'B', code: CLOSE_CODES.slowConsumer}])
    expect(channel.celsius.connectionCount()).toBe(1)
  })

  test('[CE25] draining closes everybody and lets nobody in', async () => {
    await using channel = await startTestChannel()
    const tabs = await Promise.all(['a', 'b', 'c', 'd'].map((tab) => channel.connected('ada', tab)))
    const drained = channel.celsius.drain(40)
    expect(await channel.statusOf(channel.urlOf('ada'))).toBe(503)
    await drained
    expect(await Promise.all(tabs.map(({closed}) => closed))).toEqual(tabs.map(() => CLOSE_CODES.restarting))
    expect(channel.celsius.connectionCount()).toBe(0)
  })

  test('[CE25] a drain that is ended lets everybody in, and whoever was not closed yet stays', async () => {
    await using channel = await startTestChannel()
    const one = await channel.connected('ada', 'A')
    const other = await channel.connected('ada', 'B')
    const drained = channel.celsius.drain(60_000)
    expect(await one.closed).toBe(CLOSE_CODES.restarting)
    channel.celsius.endDrain()
    await drained
    expect(await channel.statusOf(channel.urlOf('ada'))).toBe(101)
    expect(await other.subscribe(C1)).toMatchObject({type: 'subscribe'})
  })

  test('[CE42] under overload everybody is closed at once and told when to come back', async () => {
    await using channel = await startTestChannel()
    const tab = await channel.connected('ada')
    channel.strain.retryAfterS = 7
    channel.celsius.disconnectAll('overloaded')
    expect(await tab.closed).toBe(CLOSE_CODES.overloaded)
    expect(await channel.refusalOf(channel.urlOf('ada'))).toEqual({status: 503, retryAfter: '7'})
    expect(await channel.recorded('refused')).toMatchObject([{code: 'overloaded'}])
    channel.strain.retryAfterS = null
    expect(await channel.statusOf(channel.urlOf('ada'))).toBe(101)
  })

  test('[CE48] a slow server’s frames are late, replies too, and in order', async () => {
    await using channel = await startTestChannel()
    const tab = await channel.connected('ada')
    await tab.subscribe(C1)
    channel.strain.slowMs = 25
    const before = performance.now()
    await channel.announce(commits('ada', 'm1'))
    const reply = tab.replyTo(tab.send({type: 'presence', state: 'background'}))
    channel.strain.slowMs = 0
    await channel.announce(commits('ada', 'm2'))
    await reply
    await tab.messageCount(2)
    expect(performance.now() - before).toBeGreaterThanOrEqual(25)
    expect(tab.messages().map(({offset}) => offset)).toEqual(
      tab
        .messages()
        .map(({offset}) => offset)
        .toSorted(),
    )
  })

  test('[LE3] a tab that vanishes is written down, and what is announced then reaches nobody', async () => {
    await using channel = await startTestChannel()
    const tab = await channel.connected('ada', 'B')
    await tab.subscribe(C1)
    tab.socket.terminate()
    expect(await channel.recorded('disconnected')).toMatchObject([{tab: 'B', code: 1006}])
    await channel.announce(commits('ada', 'm1'))
    expect(channel.ledger.some(({kind}) => kind === 'delivered')).toBe(false)
  })

  test('[CE4] a client that hangs up during a refusal harms nobody', async () => {
    await using channel = await startTestChannel()
    const {hostname, port} = new URL(channel.base)
    const raw = connectTcp(Number(port), hostname)
    raw.write('GET /p3/ws/user/x__y HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n')
    await once(raw, 'connect')
    raw.resetAndDestroy()
    await channel.connected('ada')
  })
})

describe('the channel delay', () => {
  test('[CE40] messages are held back by exactly the delay, in order; 0 adds no turn of the loop', async () => {
    const users = [person('ada', 'content', 20), person('bob', 'content', 0)]
    await using channel = await startTestChannel({users})
    for (const id of ['ada', 'bob']) {
      const tab = await channel.connected(id)
      await tab.subscribe(C1)
      const before = performance.now()
      const announced = ['m1', 'm2', 'm3'].map((messageId) => channel.announce(commits(id, messageId)))
      const deliveredNow = channel.ledger.filter(({kind}) => kind === 'delivered').length
      expect(deliveredNow).toBe(id === 'bob' ? 6 : 0)
      await Promise.all(announced)
      await tab.messageCount(3)
      if (id === 'ada') expect(performance.now() - before).toBeGreaterThanOrEqual(20)
      expect(tab.messages().map(({offset}) => offset)).toEqual(
        tab
          .messages()
          .map(({offset}) => offset)
          .toSorted(),
      )
    }
    expect(await channel.recorded('delivered', 6)).toHaveLength(6)
  })

  test('[CE40] a reply does not overtake messages that were held back', async () => {
    await using channel = await startTestChannel({users: [person('ada', 'hint', 10)]})
    const tab = await channel.connected('ada')
    await tab.subscribe(CONVERSATIONS)
    await channel.announce(commits('ada', 'm1'))
    await tab.replyTo(tab.send({type: 'presence', state: 'background'}))
    expect(tab.messages()).toHaveLength(1)
  })
})
