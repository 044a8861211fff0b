import {describe, expect, test} from 'vitest'
import {book, health, historyOf, holds, lifecycle, opens, says, step} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import type {Prediction} from '../scenario/experiment.ts'
import {exitCode} from './exit-code.ts'
import {judge} from './judge.ts'

const sound = [
  opens(10, 'A', {userId: 'u'}),
  lifecycle(11, 'A', 'loaded', 'visible'),
  holds(12, 'A', 'visible'),
  opens(20, 'B', {userId: 'v'}),
  lifecycle(21, 'B', 'loaded', 'visible'),
  holds(22, 'B', 'visible'),
  step(100, 2, 'send', 'began', {tab: 'A'}),
  says(105, 'A', {kind: 'acted', act: 'sent', messageId: 'm1', parentId: 'root'}),
  step(110, 2, 'send', 'ended', {tab: 'A'}),
]
const asks = (userId: string): Told =>
  book(120, {kind: 'asked', userId, tab: 'A', what: 'send', conversationId: 'c', status: 200, bytes: 9})

const cell = (hazard: string, ...told: readonly Told[]) =>
  historyOf([...sound, ...told, health(300)], {
    cell: {experiment: 'stale-read', conditions: {hazard, as: 'disease'}},
  })
const predict = (hazard: NonNullable<Prediction['hazard']>): Prediction => ({
  main: 'either',
  return: null,
  refresh: null,
  hazard,
  because: 'so it is',
})
const asOther = cell('sent as another account', asks('v'))
const asOneself = cell('sent as another account', asks('u'))

describe('[HZ1] the hazard of a cell', () => {
  test('that shows where it was to is as predicted', () => {
    const judged = judge(asOther, predict('shows'))
    expect(judged).toMatchObject({
      validity: 'valid',
      outcome: 'as predicted',
      hazard: {hazard: 'sent as another account', isShown: true, because: [{rule: 'HZ15', tab: 'A'}]},
    })
    expect(exitCode([judged])).toBe(0)
  })

  test('that shows under its cure is a violation, told with its lines', () => {
    const judged = judge(asOther, predict('absent'))
    expect(judged).toMatchObject({
      outcome: 'SURPRISE',
      isUnpredictedViolation: true,
      surprises: [
        expect.stringMatching(
          /^sent as another account: predicted absent, shown: HZ15 A: .*\(lines 2, 11\)$/,
        ),
      ],
    })
    expect(exitCode([judged])).toBe(1)
  })

  test('that does not show where it was to is a surprise, and nothing is wrong', () => {
    const judged = judge(asOneself, predict('shows'))
    expect(judged).toMatchObject({
      outcome: 'SURPRISE',
      isUnpredictedViolation: false,
      surprises: ['sent as another account: predicted shown, absent'],
    })
    expect(exitCode([judged])).toBe(0)
  })

  test('either is what it says', () => {
    expect(judge(asOther, predict('either')).outcome).toBe('as predicted')
    expect(judge(asOneself, predict('either')).outcome).toBe('as predicted')
  })

  test('that cannot be told makes the cell unknown, and says why', () => {
    const judged = judge(cell('sent into deleted', asks('u')), predict('shows'))
    expect(judged).toMatchObject({
      validity: 'unknown',
      whyNot: ['the hazard cannot be told: nothing was deleted'],
      hazard: null,
    })
  })

  test('a cell that names none has none', () => {
    const {hazard, whyNot} = judge(historyOf([...sound, health(300)]), predict('shows'))
    expect({hazard, whyNot}).toEqual({
      hazard: null,
      whyNot: ['the cell is about no hazard, and one was predicted'],
    })
  })
})
