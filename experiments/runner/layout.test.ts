import {expect, test} from 'vitest'
import type {TabState} from '../history/history-event.ts'
import type {Step} from '../scenario/step.ts'
import {layout, type OpenStep} from './layout.ts'

const open = (tab: string, state: TabState, device = 'device-1'): OpenStep => ({
  do: 'open',
  tab,
  device,
  state,
})

const told = (...steps: Step[]) =>
  layout(steps).map(({device, front, behind, hasCover}) => [
    device,
    ...(front === null ? [] : [front.tab]),
    ...behind.map(({tab}) => tab),
    ...(hasCover ? ['cover'] : []),
  ])

test('two visible tabs of a device stand in two windows', () => {
  expect(told(open('A', 'visible'), open('B', 'visible'))).toEqual([
    ['device-1', 'A'],
    ['device-1', 'B'],
  ])
})

test('a hidden tab stands behind the visible one of its device', () => {
  expect(told(open('A', 'visible'), open('B', 'frozen'))).toEqual([['device-1', 'A', 'B']])
})

test('a hidden tab that is alone on its device stands behind a cover', () => {
  expect(told(open('A', 'visible'), open('B', 'hidden', 'device-2'))).toEqual([
    ['device-1', 'A'],
    ['device-2', 'B', 'cover'],
  ])
})

test('a visible tab that is hidden later has a cover that can come before it', () => {
  expect(
    told(open('A', 'visible'), open('B', 'hidden'), open('C', 'visible'), {
      do: 'hold',
      tab: 'A',
      state: 'hidden',
    }),
  ).toEqual([
    ['device-1', 'A', 'B', 'cover'],
    ['device-1', 'C'],
  ])
})

test('a visible tab that is closed or discarded later has one, too; one that leaves its page or crashes has none', () => {
  const open3 = [open('A', 'visible'), open('B', 'visible'), open('C', 'visible'), open('D', 'visible')]
  expect(
    told(
      ...open3,
      {do: 'close', tab: 'A'},
      {do: 'hold', tab: 'B', state: 'discarded'},
      {do: 'hold', tab: 'C', state: 'bfcache'},
      {do: 'crash', tab: 'D'},
    ),
  ).toEqual([
    ['device-1', 'A', 'cover'],
    ['device-1', 'B', 'cover'],
    ['device-1', 'C'],
    ['device-1', 'D'],
  ])
})
