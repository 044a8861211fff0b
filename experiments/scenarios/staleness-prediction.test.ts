import {expect, test} from 'vitest'
import type {CellSpec} from '../history/history-event.ts'
import {predictStaleness} from './staleness-prediction.ts'

const predicted = (platform: string, policy: string, state: string, place = 'same-browser', more = {}) => {
  const conditions = {state, place, ...more}
  const cell: CellSpec = {
    experiment: 'cross-tab-staleness',
    platform,
    policy,
    conditions,
    seed: 's',
    repetition: 1,
  }
  const {main, return: back} = predictStaleness(cell)
  return [main, back]
}

test('a hidden tab hears what is pushed as long as another window of its browser is visible', () => {
  expect(predicted('claude', 'content', 'hidden')).toEqual(['shows', 'shows'])
  expect(predicted('claude', 'content', 'all-hidden')).toEqual(['nothing', 'nothing'])
  expect(predicted('claude', 'content', 'all-hidden', 'other-device')).toEqual(['nothing', 'nothing'])
})

test('what is posted to a frozen tab waits for it; what was sent to its socket does not', () => {
  expect(predicted('claude', 'content', 'frozen')).toEqual(['nothing', 'shows'])
  expect(predicted('claude', 'content', 'frozen', 'other-device')).toEqual(['nothing', 'nothing'])
  expect(predicted('chatgpt', 'content', 'frozen')).toEqual(['nothing', 'nothing'])
})

test('a socket reaches hidden tabs wherever they are', () => {
  expect(predicted('chatgpt', 'content', 'all-hidden')).toEqual(['shows', 'shows'])
  expect(predicted('chatgpt', 'content', 'all-hidden', 'other-device')).toEqual(['shows', 'shows'])
})

test('a completion notice updates no tab, on either platform', () => {
  expect(predicted('claude', 'observed', 'visible')).toEqual(['nothing', null])
  expect(predicted('chatgpt', 'observed', 'visible')).toEqual(['nothing', null])
})

test('a page that is opened is right, whatever was pushed before', () => {
  expect(predicted('claude', 'observed', 'no-page', 'other-device')).toEqual(['nothing', 'shows'])
  expect(predicted('chatgpt', 'content', 'no-page', 'other-device')).toEqual(['nothing', 'shows'])
})

test('a poll does not ask who is visible', () => {
  expect(predicted('claude', 'poll', 'all-hidden')).toEqual(['shows', 'shows'])
})

test('what the delivery model drops is shown by nobody', () => {
  expect(predicted('claude', 'content', 'visible', 'same-browser', {delivery: 'dropped'})).toEqual([
    'nothing',
    null,
  ])
})
