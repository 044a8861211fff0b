import {describe, expect, test} from 'vitest'
import {
  acks,
  accepts,
  asks,
  commits,
  drops,
  hears,
  historyOf,
  knows,
  opens,
  pushSent,
  shows,
  stores,
  wakes,
  windowCloses,
  windowOpens,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {clockProved} from './clock-proved.ts'
import {talliesOf} from './delivered-against-shown.ts'
import {pushDoubled, pushLost, pushReordered} from './push-heard.ts'
import {pushesOf} from './push-milestones.ts'
import {pushLegSamples, workerClockSamples} from './push-samples.ts'

const device = knows(1, 'device-1', '1')
const B = opens(10, 'B', {device: 'device-1'})
const whole = (at: number, pushId: string): Told[] => [
  asks(at, pushId, ['m1']),
  accepts(at + 1, pushId),
  stores(at + 1.5, pushId),
  pushSent(at + 2, pushId),
  acks(at + 5, pushId),
  wakes(at + 4, 'device-1', pushId),
]
const story = (...told: Told[]) => historyOf([device, B, ...told])

describe('the milestones of a push', () => {
  test('[LE1] are told by three books and two witnesses, on one clock', () => {
    const history = story(
      commits(99, 'm1'),
      ...whole(100, 'p'),
      hears(106, 'B', 'p', ['m1']),
      shows(108, 'B', 'm1'),
    )
    expect(pushesOf(history)).toMatchObject([
      {
        pushId: 'p',
        device: 'device-1',
        carries: 'content',
        messageIds: ['m1'],
        asked: {at: 100},
        accepted: {at: 101},
        stored: {at: 101.5},
        sent: [{at: 102}],
        acked: {at: 105},
        dropped: null,
        heardByWorker: [{at: 104, clockErrorMs: 0.2}],
        heardByTab: [{tab: 'B', at: 106}],
        shownByTab: [{tab: 'B', at: 108}],
      },
    ])
  })

  test('a tab of another device that heard a push of the same name heard its own', () => {
    const history = story(opens(11, 'C', {device: 'device-2'}), ...whole(100, 'p'), hears(106, 'C', 'p'))
    expect(pushesOf(history)[0]?.heardByTab).toEqual([])
  })

  test('each leg is a sample; the acknowledgement and the worker are counted from the same sending', () => {
    const samples = pushLegSamples(
      story(commits(99, 'm1'), ...whole(100, 'p'), hears(106, 'B', 'p', ['m1']), shows(108, 'B', 'm1')),
    )
    expect(samples.map(({about, valueMs}) => [about['leg'], valueMs])).toEqual([
      ['asked → accepted', 1],
      ['accepted → sent', 1],
      ['sent → acked', 3],
      ['sent → worker', 2],
      ['worker → heard', 2],
      ['heard → shown', 2],
    ])
  })

  test('[WI9] a worker whose clock is not known gives no leg, but is heard', () => {
    const history = story(
      accepts(99, 'p'),
      stores(100, 'p'),
      pushSent(101, 'p'),
      acks(105, 'p'),
      wakes(104, 'device-1', 'p', 1_000),
    )
    expect(pushLegSamples(history).map(({about}) => about['leg'])).toEqual([
      'accepted → sent',
      'sent → acked',
    ])
    expect(pushLost(history)).toMatchObject({verdict: 'valid'})
    expect(workerClockSamples(history)).toMatchObject([{valueMs: 1_000}])
  })
})

describe('[K8] lost', () => {
  test('what was stored and not dropped is heard', () => {
    expect(pushLost(story(...whole(100, 'p')))).toMatchObject({verdict: 'valid', details: {heard: 1}})
    expect(pushLost(story(stores(100, 'p'), drops(101, 'p')))).toMatchObject({verdict: 'valid'})
  })
  test('acknowledged by the browser and never heard by the worker', () => {
    expect(pushLost(story(stores(100, 'p'), acks(102, 'p')))).toEqual({
      verdict: 'invalid',
      because: [
        {
          rule: 'K8',
          tab: '',
          lines: [4, 5],
          note: 'p for device-1 was acknowledged, but its worker never heard it',
        },
      ],
      details: {stored: 1, acked: 1, heard: 0, dropped: 0, notified: 0},
    })
  })
  test('never acknowledged', () => {
    expect(pushLost(story(stores(100, 'p')))).toMatchObject({
      because: [{lines: [4], note: 'p for device-1 was never acknowledged'}],
    })
  })
})

describe('[K9] doubled', () => {
  test('one push for two devices is no double', () => {
    const both = [knows(1, 'device-2', '2'), stores(100, 'p', '2'), wakes(104, 'device-2', 'p')]
    expect(pushDoubled(story(...whole(100, 'p'), ...both))).toMatchObject({verdict: 'valid'})
  })
  test('heard twice by one worker', () => {
    expect(pushDoubled(story(...whole(100, 'p'), wakes(120, 'device-1', 'p')))).toMatchObject({
      verdict: 'invalid',
      because: [{rule: 'K9', note: 'p was heard 2 times on device-1'}],
    })
  })
})

describe('[K10] reordered', () => {
  test('in the order of storing', () => {
    expect(pushReordered(story(...whole(100, 'p'), ...whole(110, 'q')))).toMatchObject({verdict: 'valid'})
  })
  test('the second was heard first', () => {
    const swapped = [
      stores(100, 'p'),
      stores(101, 'q'),
      wakes(104, 'device-1', 'q'),
      wakes(105, 'device-1', 'p'),
    ]
    expect(pushReordered(story(...swapped))).toMatchObject({
      verdict: 'invalid',
      because: [{rule: 'K10', lines: [4, 5, 6, 7], note: 'q was stored after p and heard before it'}],
    })
  })
})

test('[K7] over push, delivered means acknowledged by the browser of the tab', () => {
  const pushed = (...told: Told[]) =>
    talliesOf(story(windowOpens(50), commits(99, 'm1'), ...told, windowCloses(500)))[0]
  expect(pushed(asks(100, 'p', ['m1']), stores(101, 'p'))).toMatchObject({tab: 'B', deliveredContent: 0})
  expect(pushed(...whole(100, 'p'))).toMatchObject({deliveredContent: 1, shownInMain: 0})
})

test('[K7] a push that was sent in the window counts, although its acknowledgement came after; one sent later does not', () => {
  const pushedAt = (at: number) =>
    talliesOf(story(windowOpens(50), commits(99, 'm1'), ...whole(at, 'p'), windowCloses(500)))[0]
  expect(pushedAt(497)).toMatchObject({deliveredContent: 1})
  expect(pushedAt(499)).toMatchObject({deliveredContent: 0})
})

test('[P2] no worker hears a push before it was sent, and no tab before its worker', () => {
  const early = story(stores(100, 'p'), pushSent(104, 'p'), wakes(101, 'device-1', 'p'))
  expect(clockProved(early)).toMatchObject({verdict: 'invalid', because: [{rule: 'P2', lines: [5, 6]}]})
  const tabFirst = story(...whole(100, 'p'), hears(101, 'B', 'p'))
  expect(clockProved(tabFirst)).toMatchObject({verdict: 'invalid', because: [{rule: 'P2', tab: 'B'}]})
  expect(clockProved(story(...whole(100, 'p'), hears(106, 'B', 'p')))).toMatchObject({verdict: 'valid'})
})
