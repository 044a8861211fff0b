/** What else can become of a cell's tabs, its browser and its server, in a stock Chromium with the real page. */
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
  readsAll,
  recovers,
  serverView,
  validityOf,
  writes,
} from './cell-stage.ts'

inABrowser('[FA16] a tab that is told to be offline says so itself, and again when it is not', async () => {
  const steps = [...opens, {do: 'faults'}, writes, recovers, readsAll] as const
  const history = await play(steps, on({name: 'cdp-offline'}, 'B', 100))
  expect(validityOf(history)).toEqual(['valid'])
  expect(carriedOut(history)).toEqual(['page-offline', 'page-online'])
})

inABrowser(
  '[FA17] a server that never comes back: the cell ends at its deadline, and what was recorded stays',
  async () => {
    const steps: Step[] = [...opens, {do: 'faults'}, {...recovers, upToMs: 300}, readsAll]
    const history = await play(steps, on({name: 'kill'}, '*'))
    expect(validityOf(history)[0]).toBe('unknown')
    expect(history.footer.failure).toBeNull()
    expect([serverView(history).length, lastReadings(history).length]).toEqual([0, 2])
  },
)

inABrowser(
  'a copy of a tab has its session, and outlives its crash; the next cell meets neither',
  async () => {
    const steps: Step[] = [
      opens[0]!,
      {do: 'type', tab: 'A', words: 3},
      {do: 'duplicate', tab: 'A', as: 'C'},
      {do: 'crash', tab: 'A'},
      {do: 'begin'},
      writes,
      {...recovers, tabs: ['C']},
      {do: 'read', tabs: ['C'], label: 'final'},
    ]
    const history = await play(steps, null)
    expect(validityOf(history)).toEqual(['valid'])
    expect(lastReadings(history)).toEqual(serverView(history))
    const after = await play([...opens, {do: 'begin'}, writes, recovers, readsAll], null)
    expect(validityOf(after)).toEqual(['valid'])
  },
)

inABrowser(
  'a browser that is killed starts again with its profile, and the conversation is there',
  async () => {
    const steps: Step[] = [
      opens[0]!,
      {do: 'open', tab: 'B', device: 'device-2', state: 'visible'},
      {do: 'begin'},
      {do: 'kill-browser', device: 'device-2'},
      writes,
      {do: 'start-browser', device: 'device-2'},
      {do: 'reopen', tab: 'B'},
      recovers,
      readsAll,
    ]
    const history = await play(steps, null)
    expect(validityOf(history)).toEqual(['valid'])
    const [view] = serverView(history)
    expect(lastReadings(history)).toEqual([view, view])
  },
)

inABrowser('the worker that tabs share can be ended', async () => {
  const steps: Step[] = [...opens, {do: 'begin'}, {do: 'end-shared-worker', device: 'device-1'}]
  const history = await play(steps, null, {policy: 'shared-worker'})
  expect(history.footer.failure).toBeNull()
  expect(outcomeOf(history, 'end-shared-worker')).toMatchObject({outcome: 'ok', note: '1 ended'})
})
