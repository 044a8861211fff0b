/** A frozen tab with green heartbeats: its socket answers pings and runs no code of the page. On real sockets. */
import {expect, test} from 'vitest'
import {CLOSE_CODES} from '#protocol/close-codes.ts'
import type {PolicyName} from '#protocol/policy.ts'
import {testWorld} from '../virtual/test-world.ts'

const BOUND_MS = 250
const PING_MS = 20
const upTo = {timeout: 5_000, interval: 10}

async function frozenTab(policy: PolicyName) {
  const world = await testWorld(policy, {channel: {pingMs: PING_MS, positionBoundMs: BOUND_MS}})
  const b = await world.tab('B', await world.network())
  await b.shows(await world.commit('seen'))
  b.life.freeze()
  const from = world.of('ponged', 'B').length
  const missed = await world.commit('handed to it and never taken')
  const pongs = () => world.of('ponged', 'B').length - from
  return {...world, b, missed, pongs}
}

test('[CE44] [VT4] it is found by the position that it does not name, within the bound, while its pongs go on', async () => {
  const {b, missed, pongs, of, served} = await frozenTab('content+resume+position')
  await expect.poll(() => of('found-stale', 'B'), upTo).toHaveLength(1)
  expect(of('found-stale', 'B')).toMatchObject([{behind: 1}])
  const [found] = of('found-stale', 'B')
  expect(found?.kind === 'found-stale' && found.forMs).toBeLessThan(BOUND_MS * 4)
  expect(pongs()).toBeGreaterThan(2)
  expect(of('disconnected', 'B')).toMatchObject([{code: CLOSE_CODES.stalePosition}])

  b.life.thaw()
  await b.shows(missed)
  expect(b.shown()).toEqual(await served())
  expect(b.doubled()).toBe(false)
})

test('[VT4] it is not found by its pongs: the server hands it message after message for as long as it likes', async () => {
  const {b, pongs, of, commit} = await frozenTab('content+resume')
  // Many times the bound of the position check.
  await expect.poll(pongs, upTo).toBeGreaterThan((BOUND_MS * 2) / PING_MS)
  const last = await commit('another')
  const handed = () =>
    of('delivered', 'B').flatMap((event) => ('messageIds' in event ? event.messageIds : []))
  await expect.poll(handed, upTo).toContain(last)
  expect([of('disconnected', 'B'), of('found-stale', 'B')]).toEqual([[], []])
  expect(b.session.view().messages).toHaveLength(3)

  b.life.thaw()
  await b.shows(last)
})
