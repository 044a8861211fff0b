import {stripVTControlCharacters} from 'node:util'
import {expect, test} from 'vitest'
import type {FinishedCell, Progress} from '../runner/run-options.ts'
import {cellLine, progressBlock, timeLeft} from './progress-words.ts'

const now: Progress = {
  phase: 'running',
  done: 12,
  total: 48,
  current: 'cross-tab-staleness content hidden #1',
  timeLeftMs: 41_200,
  counts: {valid: 11, invalid: 1, unknown: 0, surprises: 1},
}
const last: FinishedCell = {
  cellId: 'c1',
  label: 'cross-tab-staleness content hidden #1',
  validity: 'valid',
  outcome: 'as predicted',
  fixedCostMs: 210.4,
}

test('the block has a bar, the count, the time left, the cell and the verdicts', () => {
  expect(stripVTControlCharacters(progressBlock(now, 80)).split('\n')).toEqual([
    '███████░░░░░░░░░░░░░░░░░░░░░  12/48 cells  about 41 s left',
    'running: cross-tab-staleness content hidden #1',
    '11 valid · 1 invalid · 0 unknown · 1 surprise',
  ])
})

test('a long cell is cut to the width of the terminal', () => {
  const line = stripVTControlCharacters(progressBlock(now, 20)).split('\n')[1]
  expect(line).toBe('running: cross-tab…')
})

test('nothing to do and no estimate are shown as such', () => {
  const block = progressBlock({...now, done: 0, total: 0, timeLeftMs: null}, 80)
  expect(stripVTControlCharacters(block).split('\n')[0]).toBe(`${'░'.repeat(28)}  0/0 cells`)
})

test('elsewhere every finished cell is a line with its verdict and cost', () => {
  expect(cellLine(now, last)).toBe(
    '[12/48] valid, as predicted: cross-tab-staleness content hidden #1 (fixed cost 210 ms, about 41 s left)',
  )
})

test.each([
  [300, 'about 1 s'],
  [89_000, 'about 89 s'],
  [150_000, 'about 3 min'],
])('%i ms is %s', (ms, words) => {
  expect(timeLeft(ms)).toBe(words)
})
