import {describe, expect, test} from 'vitest'
import {
  commits,
  historyOf,
  opens,
  reads,
  sends,
  shows,
  step,
  windowCloses,
  windowOpens,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {lost} from './lost.ts'

/** A sends m1, committed at 110, while B watches from 100 to 200. */
const main = (...told: Told[]) => [
  opens(10, 'A'),
  opens(20, 'B'),
  windowOpens(100),
  sends(105, 'A', 'm1'),
  commits(110, 'm1'),
  windowCloses(200),
  ...told,
]
const COMMIT_LINE = 6

describe('[K1] lost', () => {
  test('an empty history has nothing to lose', () => {
    expect(lost(historyOf([]))).toEqual({verdict: 'valid', details: {expected: 0, shownInMain: 0}})
  })

  test('shown in the window', () => {
    expect(lost(historyOf(main(shows(115, 'B', 'm1'))))).toEqual({
      verdict: 'valid',
      details: {expected: 1, shownInMain: 1},
    })
  })

  test('the sender need not be shown its own message', () => {
    expect(lost(historyOf(main(shows(115, 'B', 'm1'), shows(101, 'A', 'm1'))))).toMatchObject({
      details: {expected: 1},
    })
  })

  test("another person's tab need not show it", () => {
    const told = main(shows(115, 'B', 'm1'), opens(30, 'C', {userId: 'somebody else'}))
    expect(lost(historyOf(told))).toMatchObject({verdict: 'valid'})
  })

  test('a message committed before the window is not its business', () => {
    expect(lost(historyOf(main(commits(50, 'm0'), shows(115, 'B', 'm1'))))).toMatchObject({verdict: 'valid'})
  })

  test('never shown', () => {
    expect(lost(historyOf(main()))).toEqual({
      verdict: 'invalid',
      because: [
        {rule: 'K1', tab: 'B', lines: [COMMIT_LINE, 4, 7], note: 'm1 was not shown in the main window'},
      ],
      details: {expected: 1, shownInMain: 0},
    })
  })

  test('a part of the text is not the message', () => {
    expect(lost(historyOf(main(shows(115, 'B', ['m1', 9]))))).toMatchObject({verdict: 'invalid'})
  })

  test('shown after the window, then on return: lost in the window only', () => {
    const told = main(windowOpens(300, 'return'), shows(310, 'B', 'm1'), windowCloses(400, 'return'))
    expect(lost(historyOf(told))).toMatchObject({
      because: [{note: 'm1 was not shown in the main window'}],
      details: {shownInMain: 0, shownOnReturn: 1},
    })
  })

  test('neither on return nor after a refresh', () => {
    const told = main(
      windowOpens(300, 'return'),
      windowCloses(400, 'return'),
      step(500, 5, 'refresh', 'began'),
      windowOpens(501, 'refresh'),
      windowCloses(600, 'refresh'),
    )
    expect(lost(historyOf(told))).toMatchObject({
      because: [{note: 'm1 was not shown in the main window, nor on return, nor after a refresh'}],
    })
  })

  test('what was there and is not after the refresh is lost in the refresh', () => {
    const told = main(
      shows(115, 'B', 'm1'),
      windowOpens(499, 'refresh'),
      step(500, 5, 'refresh', 'began'),
      reads(550, 'B', 'after-refresh'),
      windowCloses(600, 'refresh'),
    )
    expect(lost(historyOf(told))).toMatchObject({because: [{note: 'm1 was not shown after a refresh'}]})
  })
})
