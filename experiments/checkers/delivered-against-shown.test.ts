import {describe, expect, test} from 'vitest'
import {
  commits,
  delivers,
  historyOf,
  opens,
  shows,
  windowCloses,
  windowOpens,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {deliveredAgainstShown, talliesOf} from './delivered-against-shown.ts'

const cell = (...told: Told[]) =>
  historyOf([
    opens(1, 'B'),
    windowOpens(100),
    commits(110, 'm1'),
    commits(120, 'm2'),
    windowCloses(200),
    ...told,
  ])

describe('[K7] delivered against shown', () => {
  test('delivered and shown', () => {
    const history = cell(delivers(111, 'B', ['m1', 'm2']), shows(115, 'B', 'm1', 'm2'))
    expect(deliveredAgainstShown(history)).toMatchObject({
      verdict: 'valid',
      details: {'B deliveredContent': 2, 'B shownInMain': 2},
    })
  })

  test('neither delivered nor shown', () => {
    expect(deliveredAgainstShown(cell())).toMatchObject({verdict: 'valid', details: {'B expected': 2}})
  })

  test('a hint that is not followed is no delivery of content, but counted', () => {
    const history = cell(delivers(111, 'B', ['m1', 'm2'], 'hint'), delivers(150, 'B', ['m2'], 'completion'))
    expect(deliveredAgainstShown(history)).toMatchObject({verdict: 'valid'})
    expect(talliesOf(history)).toEqual([
      {
        tab: 'B',
        expected: 2,
        deliveredContent: 0,
        deliveredHint: 2,
        deliveredCompletion: 1,
        shownInMain: 0,
        shownOnReturn: null,
        shownAfterRefresh: null,
      },
    ])
  })

  test('all delivered, nothing shown', () => {
    expect(deliveredAgainstShown(cell(delivers(111, 'B', ['m1', 'm2'])))).toMatchObject({
      verdict: 'invalid',
      because: [{rule: 'K7', tab: 'B', lines: [7, 3, 6], note: 'delivered 2 of 2, shown 0 of 2'}],
    })
  })

  test('all delivered, one shown', () => {
    const history = cell(delivers(111, 'B', ['m1']), delivers(121, 'B', ['m2']), shows(115, 'B', 'm1'))
    expect(deliveredAgainstShown(history)).toMatchObject({
      because: [{note: 'delivered 2 of 2, shown 1 of 2'}],
    })
  })

  test('shown too late counts as not shown; delivered too late as not delivered', () => {
    const late = cell(delivers(111, 'B', ['m1', 'm2']), shows(210, 'B', 'm1', 'm2'))
    expect(deliveredAgainstShown(late)).toMatchObject({verdict: 'invalid'})
    expect(deliveredAgainstShown(cell(delivers(201, 'B', ['m1', 'm2'])))).toMatchObject({verdict: 'valid'})
  })
})
