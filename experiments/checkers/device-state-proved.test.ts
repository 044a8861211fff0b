import {describe, expect, test} from 'vitest'
import {
  commits,
  counts,
  forwards,
  historyOf,
  holds,
  knows,
  opens,
  sends,
  step,
  windowCloses,
  windowOpens,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {deviceStateProved} from './device-state-proved.ts'

const judged = (state: string, ...told: Told[]) =>
  deviceStateProved(historyOf(told, {cell: {conditions: {state}}}))

/** A and B on one device; A sends and is hidden at once, then the main window lasts from 1 s to 5 s. */
const hidden = (...more: Told[]) => [
  ...['A', 'B'].map((tab) => opens(10, tab, {device: 'device-1'})),
  holds(20, 'A', 'visible'),
  holds(20, 'B', 'hidden'),
  sends(900, 'A', 'm0'),
  step(900, 3, 'hold', 'began'),
  holds(950, 'A', 'hidden'),
  step(960, 3, 'hold', 'ended'),
  windowOpens(1_000),
  commits(2_000, 'm1', {role: 'assistant', parentId: 'm0'}),
  windowCloses(5_000),
  ...more,
]

describe('[P5] all hidden', () => {
  test('every tab of the device is held hidden through the main window', () => {
    expect(judged('all-hidden', ...hidden())).toEqual({verdict: 'valid', details: {tabs: 2}})
  })
  test('a tab that came to the front in between', () => {
    const back = [
      step(3_000, 4, 'return', 'began'),
      holds(3_050, 'A', 'visible'),
      step(3_060, 4, 'return', 'ended'),
    ]
    expect(judged('all-hidden', ...hidden(...back))).toMatchObject({
      verdict: 'invalid',
      because: [{rule: 'P5', tab: 'A', note: 'it was not hidden for the whole main window'}],
    })
  })
  test('where the platform pushes, the browser is asked, and knows no window more', () => {
    const asked = [knows(5, 'device-1', '1')]
    expect(judged('all-hidden', ...hidden(...asked))).toMatchObject({verdict: 'unknown'})
    const list = (windows: number) =>
      judged('all-hidden', ...hidden(...asked, counts(990, 'device-1', windows)))
    expect(list(2)).toMatchObject({verdict: 'valid'})
    expect(list(3)).toMatchObject({
      verdict: 'invalid',
      because: [{note: 'the browser knows 3 windows of the origin, not 2'}],
    })
  })
  test('a service worker that found a visible window says so', () => {
    expect(judged('all-hidden', ...hidden(forwards(2_000, 'device-1', 'p')))).toMatchObject({
      verdict: 'invalid',
      because: [{rule: 'P5', note: 'the service worker found a visible window'}],
    })
  })
})

/** B's page is closed before A, on another device, sends. */
const gone = (windows: number) => [
  knows(5, 'device-2', '2'),
  opens(10, 'A', {device: 'device-1'}),
  opens(10, 'B', {device: 'device-2'}),
  holds(20, 'A', 'visible'),
  step(500, 2, 'close', 'began'),
  holds(550, 'B', 'closed'),
  step(560, 2, 'close', 'ended'),
  counts(990, 'device-2', windows, 0),
  windowOpens(1_000),
  sends(1_001, 'A', 'm1'),
  commits(1_010, 'm1'),
  windowCloses(5_000),
]

describe('[P5] no page', () => {
  test('the page is closed and the browser knows no window of the origin', () => {
    expect(judged('no-page', ...gone(0))).toEqual({verdict: 'valid', details: {tabs: 1}})
  })
  test('a window is left', () => {
    expect(judged('no-page', ...gone(1))).toMatchObject({
      verdict: 'invalid',
      because: [{rule: 'P5', note: 'the browser knows 1 windows of the origin, not 0'}],
    })
  })
})

test('other conditions are about single tabs: nothing is claimed of a device', () => {
  expect(judged('visible')).toEqual({verdict: 'valid'})
})
