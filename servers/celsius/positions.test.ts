import {describe, expect, test} from 'vitest'
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import {conversationTopic} from '#protocol/topics.ts'
import {answer, commits, person, startTestChannel, type TestTab} from './test-channel.ts'

const C1 = conversationTopic('c1')
const settings = {positionBoundMs: 40, pingMs: 5}
const BEGUN = {offset: '0'}

/** A tab that follows the conversation and says how far it is. */
async function held(channel: Awaited<ReturnType<typeof startTestChannel>>, name = 'B') {
  const tab = await channel.connected('ada', name)
  await tab.subscribe(C1)
  expect(await position(tab, BEGUN)).toEqual({type: 'position'})
  return tab
}
const position = (tab: TestTab, at: {offset: string; epoch?: string}, topic_id = C1) =>
  tab.replyTo(tab.send({type: 'position', topic_id, ...at}))
const takeLast = (tab: TestTab) => position(tab, {offset: tab.messages().at(-1)!.offset!})
const kindsOf = (channel: {ledger: readonly {kind: string}[]}, kind: string) =>
  channel.ledger.filter((event) => event.kind === kind)

describe('a tab that sends positions', () => {
  test('[CE44] is found when it does not take what it was handed, though its pings are answered', async () => {
    await using channel = await startTestChannel({settings})
    const tab = await held(channel)
    for (const id of ['m1', 'm2']) await channel.announce(commits('ada', id))
    const handedAt = (await channel.recorded('delivered'))[0]!.at
    expect(await tab.closed).toBe(CLOSE_CODES.stalePosition)
    const [found] = await channel.recorded('found-stale')
    expect(found).toMatchObject({userId: 'ada', tab: 'B', topic: C1, behind: 2})
    expect(found!.forMs).toBeGreaterThanOrEqual(40)
    expect(found!.at - handedAt).toBeLessThan(1_000)
    expect((await channel.recorded('ponged')).some(({at}) => at > handedAt)).toBe(true)
  })

  test('[CE43] [LE6] is let be while it takes everything in time', async () => {
    await using channel = await startTestChannel({settings})
    const tab = await held(channel)
    for (const count of [1, 2, 3]) {
      await channel.announce(commits('ada', `m${count}`))
      await tab.messageCount(count)
      await takeLast(tab)
    }
    const pongsBefore = kindsOf(channel, 'ponged').length
    // Twelve more pings: longer than the bound.
    await channel.recorded('ponged', pongsBefore + 12)
    expect(kindsOf(channel, 'disconnected')).toEqual([])
    const acknowledged = await channel.recorded('acknowledged', 4)
    expect(acknowledged.map(({behind}) => behind)).toEqual([0, 0, 0, 0])
    expect(acknowledged[1]).toMatchObject({userId: 'ada', tab: 'B', topic: C1})
  })

  test('[CE43] [LE6] an old position says how far behind it is, and does not save the tab', async () => {
    await using channel = await startTestChannel({settings})
    const tab = await held(channel)
    for (const id of ['m1', 'm2', 'm3']) await channel.announce(commits('ada', id))
    const [first] = await tab.messageCount(3)
    await position(tab, {offset: first!.offset!})
    expect((await channel.recorded('acknowledged', 2))[1]).toMatchObject({behind: 2})
    expect(await tab.closed).toBe(CLOSE_CODES.stalePosition)
    expect(await channel.recorded('found-stale')).toMatchObject([{behind: 2}])
  })

  test('[CE44] what was handed over before its first position counts from then on', async () => {
    await using channel = await startTestChannel({settings})
    const tab = await channel.connected('ada', 'B')
    await tab.subscribe(C1)
    for (const id of ['m1', 'm2']) await channel.announce(commits('ada', id))
    const [first] = await tab.messageCount(2)
    await position(tab, {offset: first!.offset!})
    expect(await tab.closed).toBe(CLOSE_CODES.stalePosition)
    expect(await channel.recorded('found-stale')).toMatchObject([{behind: 1}])
  })

  test('[CE47] the bound is the person’s own, where they have one', async () => {
    const users = [person('ada', 'content', 0, {positionBoundMs: 5})]
    await using channel = await startTestChannel({users, settings: {...settings, positionBoundMs: 60_000}})
    const tab = await held(channel)
    await channel.announce(commits('ada', 'm1'))
    expect(await tab.closed).toBe(CLOSE_CODES.stalePosition)
  })

  test('[CE46] a socket that its tab has left is closed, and the tab is not called stale', async () => {
    await using channel = await startTestChannel({settings})
    const ghost = await held(channel)
    const present = await held(channel)
    await channel.announce(commits('ada', 'm1'))
    await present.messageCount(1)
    await takeLast(present)
    expect(await ghost.closed).toBe(CLOSE_CODES.stalePosition)
    expect(kindsOf(channel, 'found-stale')).toEqual([])
    await channel.announce(commits('ada', 'm2'))
    await present.messageCount(2)
  })
})

describe('who is not held', () => {
  /** Nobody is closed although a message went out longer ago than the bound: as many pings say that the time is over. */
  async function nobodyIsFound(channel: Awaited<ReturnType<typeof startTestChannel>>) {
    await channel.announce(commits('ada', 'm1'))
    await channel.recorded('ponged', kindsOf(channel, 'ponged').length + 12)
    expect(kindsOf(channel, 'found-stale')).toEqual([])
    expect(kindsOf(channel, 'disconnected')).toEqual([])
  }

  test('[CE44] a tab that sends no position', async () => {
    await using channel = await startTestChannel({settings})
    const tab = await channel.connected('ada')
    await tab.subscribe(C1)
    await nobodyIsFound(channel)
  })

  test('[CE44] a position of another epoch, or of a topic that is not followed', async () => {
    await using channel = await startTestChannel({settings})
    const tab = await channel.connected('ada')
    await tab.subscribe(C1)
    await position(tab, {...BEGUN, epoch: 'another'})
    await position(tab, BEGUN, conversationTopic('c2'))
    await nobodyIsFound(channel)
    expect(kindsOf(channel, 'acknowledged')).toEqual([])
  })

  test('[CE44] a topic that was left, or is followed anew', async () => {
    await using channel = await startTestChannel({settings})
    const tab = await held(channel)
    await tab.replyTo(tab.send({type: 'unsubscribe', topic_id: C1}))
    await tab.subscribe(C1)
    await nobodyIsFound(channel)
  })
})

test('[CE45] a tab that reads slowly is not called stale for what still waits in the server', async () => {
  const slow = {positionBoundMs: 250, pingMs: 10, maxQueuedBytes: 64 * 1024 * 1024}
  await using channel = await startTestChannel({settings: slow})
  const tab = await held(channel)
  const event = {type: 'message-committed', userId: 'ada', conversationId: 'c1'} as const
  const announce = (id: string, text: string) => channel.announce({...event, message: answer(id, text)})
  // The first one is taken at once. Then the tab stops reading, and the system's buffers are filled.
  await announce('m0', 'x')
  await tab.messageCount(1)
  await takeLast(tab)
  tab.socket.pause()
  await announce('m1', 'x'.repeat(16 * 1024 * 1024))
  const [, handed] = await channel.recorded('delivered', 2)
  // The pings of another tab say that the bound is over: this one reads none.
  await channel.connected('bob', 'C')
  await channel.recorded('ponged', kindsOf(channel, 'ponged').length + 30)
  expect(kindsOf(channel, 'found-stale')).toEqual([])
  tab.socket.resume()
  await tab.messageCount(2)
  await takeLast(tab)
  expect((await channel.recorded('acknowledged', 3)).at(-1)!.at - handed!.at).toBeGreaterThan(250)
  expect(kindsOf(channel, 'disconnected')).toEqual([])
})
