/** Exploration in a small size. Twenty cold seeds, and ten thousand interleavings that break nothing: explore.long.test.ts. */
import {expect, onTestFinished, test} from 'vitest'
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {parseHistory} from '../history/history-reader.ts'
import {playBatch, type BatchOrder} from './batch.ts'
import {startExploreStage} from './explore-stage.ts'
import type {Target} from './interleaving.ts'
import {playInterleaving} from './play-interleaving.ts'
import {soughtUnder} from './sought.ts'

const {signal} = new AbortController()
/** About two seconds of one core that nobody else uses. */
const FOUND_WITHIN_MS = 60_000

const targetOf = (platform: Platform, rule: Target['rule'], of: Partial<Target> = {}): Target => ({
  platform,
  rule,
  policy: rule === 'fork' ? 'observed' : 'content+resume',
  guards: [],
  ...of,
})

const orderOf = (target: Target, of: Partial<BatchOrder> = {}): BatchOrder => ({
  target,
  sought: soughtUnder(target),
  seed: 'suite',
  index: 0,
  size: 200,
  mostTabs: 2,
  path: null,
  ...of,
})

async function stageOfTest() {
  const stage = await startExploreStage()
  onTestFinished(() => stage.close())
  return stage
}

test(
  '[RP10] [RP15] under fork the silent fork is found, made small, and found again from its path',
  {timeout: FOUND_WITHIN_MS},
  async () => {
    const stage = await stageOfTest()
    const order = orderOf(targetOf('chatgpt', 'fork'))
    const {find, played, orders} = await playBatch(order, stage, () => {}, signal)
    if (find === null) throw new Error('nothing was found')
    expect(find).toMatchObject({principal: 'noSilentFork', foundAt: played})
    const {interleaving, path, history} = find
    expect(interleaving.tabCount).toBe(2)
    expect(interleaving.acts.map((act) => act.do)).toContain('send')
    expect(interleaving.acts.length).toBeLessThanOrEqual(5)
    expect(orders.length).toBeGreaterThan(played / 2)
    expect(parseHistory(history)).toMatchObject({ok: true})
    const again = await playBatch({...order, size: 1, path}, stage, () => {}, signal)
    expect(again.find?.interleaving.acts).toEqual(interleaving.acts)
  },
)

test.each(PLATFORMS)('[CF3] [RP14] on %s under reject nothing breaks that is promised', async (platform) => {
  const target = targetOf(platform, 'reject', {guards: ['if-match']})
  const order = orderOf(target, {size: 8})
  const {find, played} = await playBatch(order, await stageOfTest(), () => {}, signal)
  expect(find?.interleaving.acts ?? []).toEqual([])
  expect(played).toBe(8)
})

test('[RP14] an edit of what another tab has continued is found where pages do not say what they show', async () => {
  const stage = await stageOfTest()
  const stale = {...targetOf('chatgpt', 'reject'), seed: 's', tabCount: 2, pace: 'at-once'} as const
  const acts = [
    {do: 'hold', tab: 'B', what: 'to-client'},
    {do: 'send', tab: 'A'},
    {do: 'moment'},
    {do: 'edit', tab: 'B'},
  ] as const
  expect((await playInterleaving({...stale, acts}, stage)).broken).toContain('noStaleBranch')
  const guarded = {...stale, guards: ['if-match'] as const, acts}
  expect((await playInterleaving(guarded, stage)).broken).not.toContain('noStaleBranch')
})
