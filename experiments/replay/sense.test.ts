import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {Step} from '../scenario/step.ts'
import {experiments} from '../scenarios/registry.ts'
import {anyScript} from './random-script.ts'
import {sensible, whyNonsense, type Script} from './sense.ts'

const A: Step = {do: 'open', tab: 'A', device: 'device-1', state: 'visible'}
const B: Step = {do: 'open', tab: 'B', device: 'device-2', state: 'visible'}
const sends = (tab: string): Step => ({do: 'send', tab, words: 3})
const of = (...steps: readonly Step[]): Script => ({steps, schedule: null})

test.each(experiments)(
  '[RP7] every scenario of $name makes sense, and nothing of it is left out',
  (experiment) => {
    for (const own of experiment.cells('full')) {
      const cell = {...own, experiment: experiment.name, seed: 's'}
      const steps = experiment.steps(cell)
      const schedule = steps.some((step) => step.do === 'faults') ? (experiment.schedule?.(cell) ?? []) : null
      expect([cell.conditions, whyNonsense({steps, schedule})]).toEqual([cell.conditions, null])
      expect(sensible({steps, schedule})).toEqual({steps, schedule})
    }
  },
)

test.each<[Script, string]>([
  [of(sends('A')), 'no step opens a tab'],
  [of(A, A), 'step 2 (open): A is opened already'],
  [of(A, sends('B')), 'step 2 (send): no step opens B'],
  [of(A, {do: 'read', tabs: ['A', 'B'], label: 'x'}), 'step 2 (read): no step opens B'],
  [of(A, {do: 'crash', tab: 'A'}, sends('A')), 'step 3 (send): A has no page then'],
  [of(A, {do: 'reopen', tab: 'A'}), 'step 2 (reopen): A is not closed'],
  [
    of(A, {do: 'watch', tabs: ['A'], window: 'return', upToMs: 9}),
    'step 2 (watch): no return window is open',
  ],
  [of(A, {do: 'quit-browser', device: 'device-2'}), 'step 2 (quit-browser): no step opens a tab on device-2'],
  [
    of(A, {do: 'start-browser', device: 'device-1'}),
    'step 2 (start-browser): the browser of device-1 has not ended',
  ],
  [
    of(A, {do: 'kill-browser', device: 'device-1'}, {do: 'reopen', tab: 'A'}),
    'step 3 (reopen): the browser of device-1 has ended',
  ],
  [of(A, {do: 'duplicate', tab: 'A', as: 'A'}), 'step 2 (duplicate): A is there already'],
  [of(A, {do: 'faults'}), 'step 2 (faults): there is no fault schedule'],
  [of(A, {do: 'heal'}), 'step 2 (heal): no faults are played before'],
  [{steps: [A], schedule: []}, 'there is a fault schedule, and no step plays it'],
  [
    {
      steps: [A, {do: 'faults'}],
      schedule: [{atMs: 0, healAtMs: null, owner: 'C', on: 'everything', fault: {name: 'rst'}}],
    },
    'fault 1 strikes C, which no step opens',
  ],
])('[RP7] of nonsense it is said what is wrong: %j', (script, why) => {
  expect(whyNonsense(script)).toBe(why)
})

test('[RP7] with a tab goes all that it did, and what was done to it', () => {
  const whole: Script = {
    steps: [
      A,
      {do: 'faults'},
      sends('A'),
      sends('B'),
      {do: 'heal'},
      {do: 'read', tabs: ['A', 'B'], label: 'x'},
    ],
    schedule: [{atMs: 0, healAtMs: null, owner: 'B', on: 'everything', fault: {name: 'rst'}}],
  }
  expect(sensible(whole)).toEqual({
    steps: [A, {do: 'faults'}, sends('A'), {do: 'heal'}, {do: 'read', tabs: ['A'], label: 'x'}],
    schedule: [],
  })
  expect(sensible({steps: whole.steps.slice(1), schedule: null})).toBeNull()
  expect(sensible({...of(A, B), schedule: []})).toEqual(of(A, B))
})

test('[RP7] what is left makes sense, whatever was written', () => {
  fc.assert(
    fc.property(anyScript, (script) => {
      const left = sensible(script)
      if (left === null) return
      expect(whyNonsense(left)).toBeNull()
      expect(sensible(left)).toEqual(left)
    }),
  )
})
