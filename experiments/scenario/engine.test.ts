import {expect, test} from 'vitest'
import type {FaultSchedule} from '../history/fault.ts'
import {whyNotIn} from './engine.ts'
import type {Step} from './step.ts'

const struckBy = (fault: FaultSchedule[number]['fault']): FaultSchedule => [
  {atMs: 0, healAtMs: 5, owner: '*', on: 'everything', fault},
]
const steps: Step[] = [
  {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
  {do: 'faults'},
  {do: 'write', count: 1, everyMs: 1},
  {do: 'heal'},
  {do: 'recover', tabs: ['A'], upToMs: 5},
  {do: 'read', tabs: ['A'], label: 'final'},
]

test('Firefox carries faults of the network and of the servers', () => {
  expect(whyNotIn('firefox', steps, struckBy({name: 'rst'}))).toBeNull()
  expect(whyNotIn('firefox', steps, struckBy({name: 'kill'}))).toBeNull()
})

test.each([
  [steps, struckBy({name: 'cdp-offline'}), 'WebDriver BiDi cannot tell one tab of Firefox to be offline'],
  [steps, struckBy({name: 'mcs-cut'}), 'Firefox has no MCS link'],
  [[{do: 'crash', tab: 'A'}], [], 'WebDriver BiDi has no way to crash a page of Firefox'],
  [
    [{do: 'hold', tab: 'A', state: 'bfcache'}],
    [],
    'WebDriver BiDi has no way to hold a tab of Firefox bfcache',
  ],
] as const)('what Firefox cannot carry is said in a sentence', (what, schedule, why) => {
  expect(whyNotIn('firefox', what, schedule)).toBe(why)
  expect(whyNotIn('chromium', what, schedule)).toBeNull()
})
