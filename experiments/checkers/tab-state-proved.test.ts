import {describe, expect, test} from 'vitest'
import {
  historyOf,
  holds,
  lifecycle,
  opens,
  rivalSees,
  says,
  shows,
  step,
  ticks,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import type {TabState} from '../history/history-event.ts'
import {tabStateProved} from './tab-state-proved.ts'

/** B is brought into the state from 1 s to 2 s and stays there until another step begins at 20 s. */
const held = (state: TabState, visibility: 'visible' | 'hidden', ...told: Told[]) =>
  tabStateProved(
    historyOf([
      step(1_000, 0, 'open', 'began'),
      opens(1_200, 'B'),
      lifecycle(1_300, 'B', 'visibilitychange', visibility),
      holds(1_900, 'B', state),
      step(2_000, 0, 'open', 'ended'),
      step(20_000, 1, 'return', 'began'),
      ...told,
      lifecycle(20_100, 'B', 'visibilitychange', 'visible'),
      holds(20_200, 'B', 'visible'),
      step(20_300, 1, 'return', 'ended'),
    ]),
  )

const everySecond = (count: number, from = 2_000, to = 20_000) =>
  Array.from({length: (to - from) / 1_000}, (_, i) =>
    ticks(from + i * 1_000, from + (i + 1) * 1_000, 'B', count),
  )

describe('[P1] visible', () => {
  test('the page says so and its interval ticks', () => {
    expect(held('visible', 'visible', ...everySecond(20))).toEqual({verdict: 'valid', details: {holds: 1}})
  })
  test('a single report over the whole window will do', () => {
    expect(held('visible', 'visible', ticks(1_950, 19_900, 'B', 350))).toMatchObject({verdict: 'valid'})
  })
  test('the page says hidden', () => {
    expect(held('visible', 'hidden')).toEqual({
      verdict: 'invalid',
      because: [{rule: 'P1', tab: 'B', lines: [5, 4], note: 'held visible, but the page says hidden'}],
    })
  })
  test('it went hidden in between', () => {
    const told = [
      lifecycle(9_000, 'B', 'visibilitychange', 'hidden'),
      lifecycle(9_100, 'B', 'focus', 'visible'),
    ]
    expect(held('visible', 'visible', ...told)).toMatchObject({verdict: 'invalid'})
  })
  test('its interval is throttled', () => {
    expect(held('visible', 'visible', ...everySecond(1))).toMatchObject({
      because: [{note: 'held visible, but its interval ticked 1.0 times a second'}],
    })
  })
  test('without a tick nothing is proved', () => {
    expect(held('visible', 'visible')).toMatchObject({verdict: 'unknown'})
  })
})

describe('[P1] hidden', () => {
  test('hidden, one tick a second', () => {
    expect(held('hidden', 'hidden', ...everySecond(1))).toMatchObject({verdict: 'valid'})
  })
  test('the change to visible belongs to the step that brings it back', () => {
    expect(held('hidden', 'hidden', ...everySecond(1, 2_000, 18_000))).toMatchObject({verdict: 'valid'})
  })
  test('an unthrottled interval', () => {
    expect(held('hidden', 'hidden', ...everySecond(20))).toMatchObject({verdict: 'invalid'})
  })
  test('emulated focus: the page says visible', () => {
    expect(held('hidden', 'visible', ...everySecond(20))).toMatchObject({
      because: [{note: 'held hidden, but the page says visible'}],
    })
  })
  test('ticks from before the hold do not count against it', () => {
    expect(held('hidden', 'hidden', ticks(1_000, 1_900, 'B', 18), ...everySecond(1))).toMatchObject({
      verdict: 'valid',
    })
  })
})

describe('[P1] throttled', () => {
  test('one tick in the whole span', () => {
    expect(held('throttled', 'hidden', ticks(1_950, 19_900, 'B', 1))).toMatchObject({verdict: 'valid'})
  })
  test('a page that reports nothing at all may as well be dead', () => {
    expect(held('throttled', 'hidden')).toMatchObject({verdict: 'unknown'})
  })
  test('one tick a second is only hidden', () => {
    expect(held('throttled', 'hidden', ...everySecond(1))).toMatchObject({
      because: [{note: 'held throttled, but its interval ticked 3 times in 5 s'}],
    })
  })
  test('visible', () => {
    expect(held('throttled', 'visible')).toMatchObject({verdict: 'invalid'})
  })
  test('a short hold cannot be told from hidden', () => {
    const short = historyOf([
      opens(0, 'B'),
      lifecycle(1, 'B', 'loaded', 'hidden'),
      holds(1_000, 'B', 'throttled'),
      ticks(1_000, 4_000, 'B', 1),
    ])
    expect(tabStateProved(short)).toEqual({
      verdict: 'unknown',
      why: 'B, held throttled: 5 s are needed to tell it from a hidden tab',
    })
  })
})

describe('[P1] frozen', () => {
  const freeze = lifecycle(1_500, 'B', 'freeze', 'hidden')
  test('it heard the freeze and was silent until the resume', () => {
    expect(held('frozen', 'hidden', freeze, lifecycle(20_050, 'B', 'resume', 'hidden'))).toMatchObject({
      verdict: 'valid',
    })
  })
  test('a report that began before the freeze, and an empty one after it, say nothing against it', () => {
    const reports = [ticks(1_000, 1_950, 'B', 9), ticks(1_950, 19_000, 'B', 0)]
    expect(held('frozen', 'hidden', freeze, ...reports)).toMatchObject({verdict: 'valid'})
  })
  test('it heard no freeze', () => {
    expect(held('frozen', 'hidden')).toMatchObject({
      because: [{note: 'held frozen, but the page heard no freeze'}],
    })
  })
  test('it went on ticking', () => {
    expect(held('frozen', 'hidden', freeze, ...everySecond(1))).toMatchObject({
      because: [{note: 'held frozen, but its timers went on'}],
    })
  })
  test('what it shows all the same is a finding and no refutation', () => {
    expect(held('frozen', 'hidden', freeze, shows(5_000, 'B', 'm1'))).toMatchObject({verdict: 'valid'})
  })
  test('it resumed by itself', () => {
    expect(held('frozen', 'hidden', freeze, lifecycle(9_000, 'B', 'resume', 'hidden'))).toMatchObject({
      because: [{note: 'held frozen, but the page resumed'}],
    })
  })
})

test('[P1] a tab of which no state was claimed is unknown', () => {
  expect(tabStateProved(historyOf([opens(0, 'B')]))).toEqual({
    verdict: 'unknown',
    why: 'B: no state was claimed for it',
  })
})

test("[P1] a rival's tab is held until its last sighting, not until it closes", () => {
  const history = historyOf([
    step(0, 0, 'rival', 'began'),
    opens(1, 'R1'),
    lifecycle(1, 'R1', 'loaded', 'visible'),
    holds(2, 'R1', 'visible'),
    rivalSees(900, 'R1', 'beacon-1'),
    lifecycle(950, 'R1', 'visibilitychange', 'hidden'),
    step(1_000, 0, 'rival', 'ended'),
  ])
  expect(tabStateProved(history)).toMatchObject({verdict: 'valid'})
})

test('[P1] what the page never said is unknown, not proved', () => {
  const mute = historyOf([
    opens(0, 'B'),
    holds(1, 'B', 'visible'),
    says(500, 'B', {kind: 'connection', state: 'x'}),
  ])
  expect(tabStateProved(mute)).toMatchObject({verdict: 'unknown'})
})

describe('[P1] closed', () => {
  const closed = (...told: Told[]) =>
    tabStateProved(
      historyOf([
        opens(1_000, 'B'),
        step(2_000, 0, 'close', 'began'),
        holds(2_100, 'B', 'closed'),
        step(2_200, 0, 'close', 'ended'),
        ...told,
        step(20_000, 1, 'reopen', 'began'),
        lifecycle(20_100, 'B', 'loaded', 'visible'),
        holds(20_200, 'B', 'visible'),
        step(20_300, 1, 'reopen', 'ended'),
      ]),
    )

  test('nothing is heard of it until it is opened again', () => {
    expect(closed()).toMatchObject({verdict: 'valid'})
  })
  test('a page that still speaks is not closed', () => {
    expect(closed(shows(9_000, 'B', 'm1'))).toEqual({
      verdict: 'invalid',
      because: [{rule: 'P1', tab: 'B', lines: [4, 6], note: 'held closed, but the page was heard'}],
    })
  })
})
