import {describe, expect, test} from 'vitest'
import {
  appends,
  commits,
  historyOf,
  holds,
  opens,
  says,
  sends,
  shows,
  step,
  windowCloses,
  windowOpens,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {paintSamples, timeToFreshSamples, tokenLatencySamples} from './freshness-samples.ts'
import {staleness, stalenessSamples} from './staleness.ts'

const cell = (...told: Told[]) =>
  historyOf([
    opens(10, 'A'),
    opens(20, 'B'),
    holds(21, 'B', 'hidden'),
    windowOpens(100),
    sends(105, 'A', 'm1'),
    commits(110, 'm1'),
    windowCloses(200),
    ...told,
  ])

describe('[K5] staleness', () => {
  test('from the commit to the first time the whole message is there', () => {
    const history = cell(shows(113, 'B', ['m1', 4]), shows(117.5, 'B', 'm1'), shows(120, 'B', 'm1'))
    expect(stalenessSamples(history)).toEqual([
      {
        measure: 'staleness',
        tab: 'B',
        valueMs: 7.5,
        censored: false,
        about: {message: 'm1', role: 'user', state: 'hidden'},
      },
    ])
  })

  test('censored when the window closes first, even if it is shown later', () => {
    expect(stalenessSamples(cell(shows(300, 'B', 'm1')))).toMatchObject([{valueMs: 90, censored: true}])
  })

  test('a relay that is faster than the commit leaves nobody stale', () => {
    expect(stalenessSamples(cell(shows(108, 'B', 'm1')))).toMatchObject([{valueMs: 0, censored: false}])
  })

  test('every observing tab gives a sample, the sender none', () => {
    expect(stalenessSamples(cell(opens(30, 'C'), shows(112, 'A', 'm1'))).map(({tab}) => tab)).toEqual([
      'B',
      'C',
    ])
  })

  test('without a window there is nothing to measure', () => {
    expect(stalenessSamples(historyOf([opens(1, 'B'), commits(2, 'm1')]))).toEqual([])
    expect(staleness(historyOf([]))).toMatchObject({verdict: 'valid', details: {samples: 0}})
  })

  test('it counts and never condemns: what is not shown is for K1', () => {
    expect(staleness(cell())).toEqual({verdict: 'valid', details: {samples: 1, censored: 1}})
  })
})

describe('measures beside it', () => {
  const answer = [
    commits(160, 'm2', {parentId: 'm1', role: 'assistant'}),
    appends(120, 'm2', 3),
    appends(130, 'm2', 6),
    appends(140, 'm2', 10),
  ]

  test('token latency pairs each append with the first view that holds as much', () => {
    const history = cell(...answer, shows(124, 'B', ['m2', 4]), shows(145, 'B', ['m2', 10]))
    const ofB = tokenLatencySamples(history).filter(({tab}) => tab === 'B')
    expect(ofB.map(({valueMs}) => valueMs)).toEqual([4, 15, 5])
  })

  test('tokens that a tab never shows are censored; the sender is measured too and says so', () => {
    const history = cell(...answer, shows(121, 'A', 'm1', ['m2', 10]))
    const samples = tokenLatencySamples(history)
    expect(samples.filter(({censored}) => censored).map(({tab}) => tab)).toEqual(['B', 'B', 'B'])
    expect(samples.filter(({about}) => about['by'] === 'sender')).toHaveLength(3)
  })

  test('time to fresh runs from the return until all is there, and from the reload in the new page only', () => {
    const history = cell(
      step(300, 4, 'return', 'began'),
      windowOpens(300, 'return'),
      shows(340, 'B', 'm1'),
      windowCloses(350, 'return'),
      step(400, 5, 'refresh', 'began'),
      windowOpens(400, 'refresh'),
      shows(470, 'B', 'm1'),
      windowCloses(480, 'refresh'),
    )
    expect(timeToFreshSamples(history)).toMatchObject([
      {valueMs: 40, censored: false, about: {window: 'return'}},
      {valueMs: 70, censored: false, about: {window: 'refresh'}},
    ])
  })

  test('time to fresh is censored when the window ends first', () => {
    const history = cell(
      step(300, 4, 'return', 'began'),
      windowOpens(300, 'return'),
      windowCloses(350, 'return'),
    )
    expect(timeToFreshSamples(history)).toMatchObject([{valueMs: 50, censored: true}])
  })

  test('painting is measured within the page', () => {
    const painted = says(130, 'B', {kind: 'painted', shownAt: 130 - 500 - 6})
    expect(paintSamples(cell(painted))).toMatchObject([{measure: 'paint', valueMs: 6}])
  })
})
