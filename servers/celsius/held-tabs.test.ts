import {describe, expect, test} from 'vitest'
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import {conversationTopic} from '#protocol/topics.ts'
import {commits, person, startTestChannel, type TestTab} from './test-channel.ts'

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

  test('[CE43] [LE6] says with each how far behind it is', async () => {
    await using channel = await startTestChannel()
    const tab = await held(channel)
    for (const id of ['m1', 'm2', 'm3']) await channel.announce(commits('ada', id))
    const messages = await tab.messageCount(3)
    for (const {offset} of messages) await position(tab, {offset: offset!})
    const acknowledged = await channel.recorded('acknowledged', 4)
    expect(acknowledged.map(({behind}) => behind)).toEqual([0, 2, 1, 0])
    expect(acknowledged[1]).toMatchObject({userId: 'ada', tab: 'B', topic: C1})
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
    await using channel = await startTestChannel({
      users: [person('ada', 'content', 0, {positionBoundMs: 20})],
    })
    const ghost = await channel.connected('ada', 'B')
    await ghost.subscribe(C1)
    channel.users.set('ada', person('ada', 'content', 0, {positionBoundMs: 60_000}))
    const present = await held(channel)
    await channel.announce(commits('ada', 'm1'))
    await present.messageCount(1)
    await takeLast(present)
    // From here on the ghost is held to what it was handed.
    await position(ghost, BEGUN)
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
