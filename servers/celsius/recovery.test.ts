/** What a log has to get right for tabs that come back: three ways in which well-known recovery has failed elsewhere. */
import {expect, test} from 'vitest'
import {conversationTopic} from '#protocol/topics.ts'
import {commits, startTestChannel, type TestTab} from './test-channel.ts'

const C1 = conversationTopic('c1')
const idOf = (message: object) => /"id":"([^"]+)"/.exec(JSON.stringify(message))?.[1]

/** Subscribes where the tab was; what was caught up, and where it is now. */
async function comeBack(tab: TestTab, from: {offset?: string; epoch?: string} = {}) {
  const reply = await tab.subscribe(C1, from)
  if (reply.type !== 'subscribe') throw new TypeError('no subscribe reply')
  const {recovered, last_offset, epoch, catchups} = reply
  if (last_offset === null || epoch === null) throw new TypeError('a tab has nowhere to resume from')
  return {recovered, ids: catchups.map(idOf), at: {offset: last_offset, epoch}}
}

test('[CE29] [LO3] a tab that was there before anything was ever said gets the first word it missed', async () => {
  await using channel = await startTestChannel()
  const before = await channel.connected('ada', 'B')
  const {at} = await comeBack(before)
  before.socket.terminate()
  await channel.recorded('disconnected')
  await channel.announce(commits('ada', 'm1'))
  const after = await channel.connected('ada', 'B')
  expect(await comeBack(after, at)).toMatchObject({recovered: true, ids: ['m1']})
})

test('[CE24] a tab that is back before its dead link was noticed has everything once', async () => {
  await using channel = await startTestChannel()
  const ghost = await channel.connected('ada', 'B')
  const {at} = await comeBack(ghost)
  // Nothing of the old link moves any more, and nobody has told the server.
  ghost.line.pause()
  await channel.announce(commits('ada', 'm1'))
  const tab = await channel.connected('ada', 'B')
  const back = await comeBack(tab, at)
  expect(back).toMatchObject({recovered: true, ids: ['m1']})
  for (const id of ['m2', 'm3']) await channel.announce(commits('ada', id))
  await tab.messageCount(2)
  expect(tab.messages().map(idOf)).toEqual(['m2', 'm3'])
  ghost.line.destroy()
  await channel.recorded('disconnected')
  await channel.announce(commits('ada', 'm4'))
  expect((await tab.messageCount(3)).map(idOf)).toEqual(['m2', 'm3', 'm4'])
})

test('[CE14] a tab that loses its link again recovers again, from where it was by then', async () => {
  await using channel = await startTestChannel()
  let {at} = await comeBack(await channel.connected('ada', 'B'))
  for (const round of [1, 2, 3]) {
    const missed = [`m${round}a`, `m${round}b`]
    for (const id of missed) await channel.announce(commits('ada', id))
    const tab = await channel.connected('ada', 'B')
    const back = await comeBack(tab, at)
    expect(back).toMatchObject({recovered: true, ids: missed})
    await channel.announce(commits('ada', `m${round}live`))
    const [live] = await tab.messageCount(1)
    expect(idOf(live!)).toBe(`m${round}live`)
    at = {...back.at, offset: live!.offset!}
    tab.socket.terminate()
    await channel.recorded('disconnected', round)
  }
})
