import {describe, expect, test} from 'vitest'
import {conversationTopic, CONVERSATIONS, turnTopic} from '#protocol/topics.ts'
import {commits, completes, person, startTestChannel} from './test-channel.ts'

const C1 = conversationTopic('c1')
const idsOf = (messages: readonly {payload: object}[]) =>
  messages.map(({payload}) => /"id":"([^"]+)"/.exec(JSON.stringify(payload))?.[1])

describe('following', () => {
  test('[CE17] commands of one frame are answered in one frame, in order', async () => {
    await using channel = await startTestChannel({users: [person('ada', 'observed')]})
    const tab = await channel.open('ada')
    const topics = ['calpico-chatgpt', CONVERSATIONS, 'app_notifications']
    const presence = {type: 'presence', state: 'foreground'}
    const subscribes = topics.map((topic_id) => ({type: 'subscribe', topic_id}))
    await tab.replyTo(tab.send({type: 'connect', presence}, ...subscribes))
    expect(tab.frames).toHaveLength(1)
    // [CE29] the length that was measured at the real server
    expect(tab.frames[0]).toHaveLength(371)
    expect(JSON.parse(tab.frames[0]!)).toMatchObject([1, 2, 3, 4].map((id) => ({id, type: 'reply'})))
  })

  test('[CE29] otherwise a subscribe without offset is told where it begins', async () => {
    await using channel = await startTestChannel()
    const tab = await channel.connected('ada')
    const {epoch, offset} = await channel.log.append(`ada/${C1}`, '{}')
    expect(await tab.subscribe(C1)).toMatchObject({
      recovered: false,
      last_offset: offset,
      epoch,
      catchups: [],
    })
  })

  test('[CE13] live only without offset, everything from "0"', async () => {
    await using channel = await startTestChannel()
    await channel.announce(commits('ada', 'm1'))
    const late = await channel.connected('ada', 'late')
    const whole = await channel.connected('ada', 'whole')
    await late.subscribe(C1)
    const reply = await whole.subscribe(C1, {offset: '0'})
    expect(reply).toMatchObject({recovered: true, catchups: [{topic_id: C1}]})
    await channel.announce(commits('ada', 'm2'))
    expect(idsOf(await late.messageCount(1))).toEqual(['m2'])
    expect(idsOf(await whole.messageCount(1))).toEqual(['m2'])
  })

  test('[CE14] a tab that comes back with its offset gets what it missed, once and in order', async () => {
    await using channel = await startTestChannel()
    const before = await channel.connected('ada', 'B')
    await before.subscribe(C1)
    await channel.announce(commits('ada', 'm1'))
    const [seen] = await before.messageCount(1)
    before.socket.terminate()
    await channel.recorded('disconnected')
    await channel.announce(commits('ada', 'm2'))
    await channel.announce(commits('ada', 'm3'))

    const after = await channel.connected('ada', 'B')
    const reply = await after.subscribe(C1, {offset: seen!.offset!})
    await channel.announce(commits('ada', 'm4'))
    await after.messageCount(1)
    if (reply.type !== 'subscribe') throw new TypeError('no subscribe reply')
    expect(idsOf(reply.catchups)).toEqual(['m2', 'm3'])
    expect(reply.last_offset).toBe(reply.catchups.at(-1)?.offset)
    expect(idsOf(after.messages())).toEqual(['m4'])
    const delivered = await channel.recorded('delivered', 4)
    expect(delivered.map(({catchup, messageIds, carries}) => [catchup, ...messageIds, carries])).toEqual([
      [false, 'm1', 'content'],
      [true, 'm2', 'content'],
      [true, 'm3', 'content'],
      [false, 'm4', 'content'],
    ])
  })

  test('[CE15] what was trimmed is not recovered', async () => {
    await using channel = await startTestChannel({log: {retention: {maxEntries: 2, maxAgeMs: 60_000}}})
    const {offset} = await channel.log.append(`ada/${C1}`, '{}')
    for (const id of ['m1', 'm2', 'm3']) await channel.announce(commits('ada', id))
    const tab = await channel.connected('ada')
    const reply = await tab.subscribe(C1, {offset})
    expect(reply).toMatchObject({recovered: false, catchups: []})
    await channel.announce(commits('ada', 'm4'))
    expect(idsOf(await tab.messageCount(1))).toEqual(['m4'])
  })

  test('[CE16] another life of the log is not recovered, and the new one is named', async () => {
    await using channel = await startTestChannel()
    await channel.announce(commits('ada', 'm1'))
    const {epoch, offset} = await channel.log.head(`ada/${C1}`)
    const tab = await channel.connected('ada')
    expect(await tab.subscribe(C1, {offset, epoch: 'another'})).toMatchObject({recovered: false, epoch})
    expect(await tab.subscribe(C1, {offset, epoch})).toMatchObject({recovered: true, epoch, catchups: []})
  })

  test('[CE17] what is announced while the log is read comes after the reply, once', async () => {
    await using channel = await startTestChannel()
    const tab = await channel.connected('ada')
    const ids = Array.from({length: 40}, (_, index) => `m${index}`)
    const reply = tab.subscribe(C1, {offset: '0'})
    for (const id of ids) {
      await channel.announce(commits('ada', id))
      if (id === 'm10') await reply
    }
    const answered = await reply
    if (answered.type !== 'subscribe') throw new TypeError('no subscribe reply')
    await tab.until(() => (answered.catchups.length + tab.messages().length >= ids.length ? true : undefined))
    expect(idsOf([...answered.catchups, ...tab.messages()])).toEqual(ids)
  })

  test('[CE28] unsubscribed is silent', async () => {
    await using channel = await startTestChannel()
    const tab = await channel.connected('ada')
    await tab.subscribe(C1)
    expect(await tab.replyTo(tab.send({type: 'unsubscribe', topic_id: C1}))).toEqual({type: 'unsubscribe'})
    await tab.subscribe(conversationTopic('c2'))
    await channel.announce(commits('ada', 'm1'))
    await channel.announce(commits('ada', 'm2', 'c2'))
    expect(idsOf(await tab.messageCount(1))).toEqual(['m2'])
  })
})

describe('who hears what', () => {
  test('[CE11] two tabs of a person hear the same, another person nothing', async () => {
    await using channel = await startTestChannel()
    const tabs = await Promise.all([channel.connected('ada', 'A'), channel.connected('ada', 'B')])
    const stranger = await channel.connected('bob', 'C')
    for (const tab of [...tabs, stranger]) await tab.subscribe(C1)
    await channel.announce(commits('ada', 'm1'))
    await channel.announce(commits('bob', 'm2'))
    for (const tab of tabs) expect(idsOf(await tab.messageCount(1))).toEqual(['m1'])
    expect(idsOf(await stranger.messageCount(1))).toEqual(['m2'])
  })

  test('[CE30] under `observed` a finished answer is 180 characters without offset, as was measured', async () => {
    await using channel = await startTestChannel({users: [person('ada', 'observed')]})
    const tab = await channel.connected('ada')
    await tab.subscribe(CONVERSATIONS)
    const conversationId = '0f9c2d1e-6b7a-4c3d-8e9f-001122334455'
    await channel.announce(commits('ada', 'm1', conversationId))
    await channel.announce(completes('ada', 'm2', conversationId))
    await tab.messageCount(1)
    expect(tab.frames.at(-1)).toHaveLength(180)
    expect(tab.messages()).toHaveLength(1)
    const [delivered] = await channel.recorded('delivered')
    expect(delivered).toMatchObject({carries: 'completion', messageIds: ['m2'], conversationId, bytes: 180})
  })

  test('[TU11] a handed-off turn streams on its own topic under every carriage', async () => {
    await using channel = await startTestChannel({users: [person('ada', 'observed')]})
    const tab = await channel.connected('ada')
    const of = {userId: 'ada', conversationId: 'c1', turnId: 't1', handoff: true} as const
    const item = {...of, type: 'turn-item', messageId: 'm2', encodedItem: 'data: {}\n\n', chars: 0} as const
    await channel.announce({...item, itemId: 'i1', parentItemId: null})
    await tab.subscribe(turnTopic('t1'), {offset: '0'})
    await channel.announce({...item, itemId: 'i2', parentItemId: 'i1'})
    const [live] = await tab.messageCount(1)
    expect(live).toMatchObject({
      offset: expect.stringMatching(/^\d+-\d+$/),
      payload: {payload: {type: 'stream-item', stream_item_id: 'i2', parent_stream_item_id: 'i1'}},
    })
    expect((await channel.recorded('delivered', 2)).map(({catchup}) => catchup)).toEqual([true, false])
  })

  test('[CE36] heartbeats come while a handed-off turn runs', async () => {
    await using channel = await startTestChannel({settings: {heartbeatMs: 5}})
    const tab = await channel.connected('ada')
    await tab.subscribe(turnTopic('turn-of-m1'))
    const of = {userId: 'ada', conversationId: 'c1', turnId: 'turn-of-m1', handoff: true} as const
    const end = completes('ada', 'm1')
    if (end.type !== 'turn-completed') throw new TypeError('not an end')
    await channel.announce({...of, type: 'turn-started', message: end.message})
    await tab.messageCount(2)
    await channel.announce({...end, handoff: true})
    const last = await tab.until(() =>
      tab.messages().find(({payload}) => JSON.stringify(payload).includes('"done"')),
    )
    expect(tab.messages().slice(0, -1)).toMatchObject([{payload: {payload: {type: 'heartbeat'}}}, {}])
    expect(last.topic_id).toBe(turnTopic('turn-of-m1'))
  })
})
