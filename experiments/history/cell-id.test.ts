import {expect, test} from 'vitest'
import {cellId} from './cell-id.ts'
import type {CellSpec} from './history-event.ts'

const cell: CellSpec = {
  experiment: 'cross-tab-staleness',
  platform: 'chatgpt',
  policy: 'observed',
  conditions: {state: 'hidden', tabs: 3},
  seed: 's',
  repetition: 1,
}

test('[HI2] the id of a cell is twelve hex digits', () => {
  expect(cellId(cell)).toMatch(/^[0-9a-f]{12}$/)
})

test('[HI2] the order in which conditions were written down does not change the id', () => {
  const {repetition, ...rest} = cell
  expect(cellId({repetition, ...rest, conditions: {tabs: 3, state: 'hidden'}})).toBe(cellId(cell))
})

test.each([{seed: 't'}, {repetition: 2}, {policy: 'hint'}, {conditions: {state: 'hidden', tabs: 4}}])(
  '[HI2] another %o is another cell',
  (change) => {
    expect(cellId({...cell, ...change})).not.toBe(cellId(cell))
  },
)
