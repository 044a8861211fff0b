/** Cells under faults as they are played: a stock Chromium, the real page and servers, the proxy between them. */
import {readdirSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {expect} from 'vitest'
import type {Step} from '../scenario/step.ts'
import {
  carriedOut,
  inABrowser,
  lastReadings,
  on,
  opens,
  outcomeOf,
  play,
  playToItsEnd,
  readsAll,
  recovers,
  serverView,
  validityOf,
  writes,
} from './cell-stage.ts'

inABrowser(
  '[FA20] a tab behind a blackhole has everything once it has healed, and another one all the time',
  async () => {
    const steps = [...opens, {do: 'faults'}, writes, {do: 'heal'}, recovers, readsAll] as const
    const history = await play(steps, on({name: 'blackhole'}, 'B'))
    expect(validityOf(history)).toEqual(['valid'])
    expect(outcomeOf(history, 'recover')).toMatchObject({outcome: 'ok'})
    const [view] = serverView(history)
    expect(lastReadings(history)).toEqual([view, view])
    const struck = history.events.flatMap((event) =>
      event.kind === 'fault' && event.event.kind === 'fault-bit' ? [event.event.owner] : [],
    )
    expect(new Set(struck)).toEqual(new Set(['B']))
  },
)

inABrowser(
  '[FA17] a server killed in the middle of an answer comes back, and the tabs show what it has left',
  async () => {
    const steps: Step[] = [
      ...opens,
      {do: 'send', tab: 'A', words: 4},
      {do: 'await-answer', tab: 'A', chars: 10, upToMs: 5_000},
      {do: 'faults'},
      {do: 'heal'},
      recovers,
      readsAll,
    ]
    const history = await play(steps, on({name: 'kill'}, '*'), {
      conditions: {tokens: 200, tokensPerSecond: 50},
    })
    expect(validityOf(history)).toEqual(['valid'])
    expect(carriedOut(history)).toEqual(['server-ended', 'server-started'])
    const [view] = serverView(history)
    expect(lastReadings(history)).toEqual([view, view])
  },
)

inABrowser(
  '[P1] kept for the way back, discarded, crashed: each tab comes back, and proves what it was',
  async () => {
    const away: Step[] = (['bfcache', 'discarded', 'crashed'] as const).flatMap((state) => [
      {do: 'hold', tab: 'B', state},
      writes,
      {do: 'return', tab: 'B'},
    ])
    const history = await play([...opens, {do: 'begin'}, ...away, recovers, readsAll], null)
    expect(validityOf(history)).toEqual(['valid'])
    const [view] = serverView(history)
    expect(lastReadings(history)).toEqual([view, view])
  },
)

inABrowser(
  'whoever ends a run in the middle of a fault ends its server, its proxy and its folder',
  async () => {
    const isOurs = (name: string) => name.startsWith(`tabwitness-${process.pid}-own`)
    const folders = () => readdirSync(tmpdir()).filter(isOurs)
    const listening = () => process.getActiveResourcesInfo().filter((what) => what === 'TCPServerWrap').length
    const ending = new AbortController()
    const steps: Step[] = [...opens, {do: 'faults'}, {...recovers, upToMs: 60_000}]
    const schedule = [...on({name: 'blackhole'}, 'B'), ...on({name: 'slow', ms: 5}, '*')]
    const before = listening()
    const played = playToItsEnd(steps, schedule, {signal: ending.signal})
    await expect.poll(() => [folders().length, listening()], {timeout: 10_000}).toEqual([1, before + 1])
    ending.abort(new Error('enough'))
    expect(await played).toBe(false)
    expect([folders(), listening()]).toEqual([[], before])
  },
)
