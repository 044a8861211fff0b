/**
 * Remedies `leader` and `shared-worker` in a real browser with the real page and servers: who has the one socket, and what
 * becomes of the others when it crashes or is frozen. What takes longer is in shared-socket.long.test.ts.
 */
import {afterAll, afterEach, beforeAll, describe, expect, test} from 'vitest'
import {bringBack, holdState} from '../browser/tab-state.ts'
import {findBrowser} from '../setup/find-browser.js'
import {
  isFollower,
  openSocketStage,
  receivedOnce,
  reconnected,
  rolesOf,
  type SocketStage,
} from './shared-socket-stage.ts'

const browserPath = await findBrowser()
let stage: SocketStage

describe.skipIf(browserPath === null)('one socket for the tabs of a browser', () => {
  beforeAll(async () => {
    stage = await openSocketStage(browserPath ?? '')
  })
  afterEach(() => stage.closeTabs())
  afterAll(() => stage?.close())

  test('[LW1] [LW7] a follower shows what the leader’s socket brings; a crashed leader is followed at once', async () => {
    const {inWindow, write, connected, delivered, areFresh} = await stage.person('leader')
    const a = await inWindow('A')
    const b = await inWindow('B')
    const first = await write('over the socket of A')
    await areFresh([a, b])
    expect([rolesOf(a), rolesOf(b)]).toEqual([['leader'], ['follower']])
    expect(connected()).toEqual(['A'])
    expect(new Set(delivered())).toEqual(new Set(['A']))
    await receivedOnce(b, first)

    const again = reconnected(b, 'crashed leader')
    await a.tab.crash?.()
    const missed = await write('while nobody leads')
    expect(await again).toBeLessThan(2_500)
    await areFresh([b])
    expect(rolesOf(b)).toEqual(['follower', 'leader'])
    await receivedOnce(b, missed)
    expect(connected()).toEqual(['A', 'B'])
  })

  test('[LW8] a leader that is frozen gives up its lock in time, and follows when it wakes', async () => {
    const {behind, inWindow, write, connected, areFresh} = await stage.person('leader')
    const a = await behind('A')
    const b = await inWindow('B')
    const again = reconnected(b, 'frozen leader')
    await holdState(a.tab, 'frozen', a.cover)
    const missed = await write('while the former leader is frozen')
    expect(await again).toBeLessThan(2_500)
    await areFresh([b])
    await receivedOnce(b, missed)

    const follows = a.tab.sighting(isFollower, 10_000, 'A to follow')
    await bringBack(a.tab)
    await follows
    await write('after it woke')
    await areFresh([a, b])
    expect(connected()).toEqual(['A', 'B'])
  })

  test('[LW1] [LW20] [LW21] a worker holds the socket; one that is ended is opened again', async () => {
    const {inWindow, write, connected, areFresh} = await stage.person('shared-worker')
    const a = await inWindow('A')
    const b = await inWindow('B')
    const first = await write('over the socket of the worker')
    await areFresh([a, b])
    expect(connected()).toEqual(['worker-A'])
    expect([a, b].map(rolesOf)).toEqual([['worker-client'], ['worker-client']])
    for (const tab of [a, b]) await receivedOnce(tab, first)

    const again = Promise.all([a, b].map((tab) => reconnected(tab, 'ended worker')))
    await stage.endWorkers()
    const missed = await write('while there is no worker')
    expect(Math.max(...(await again))).toBeLessThan(2_500)
    await areFresh([a, b])
    for (const tab of [a, b]) await receivedOnce(tab, missed)
    expect(connected()).toHaveLength(2)
  })
})
