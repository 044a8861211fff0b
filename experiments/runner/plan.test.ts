import {expect, test} from 'vitest'
import {experiments} from '../scenarios/registry.ts'
import {plan} from './plan.ts'

const everything = {
  suite: 'quick',
  seed: 's',
  platforms: null,
  policies: null,
  states: null,
  repetitions: null,
  windowMs: null,
  modelSpeed: null,
} as const

const ids = (choice: Partial<typeof everything> & object) =>
  plan(experiments, {...everything, ...choice}).map(({id}) => id)

test('[HI2] the same seed plans the same cells in the same order', () => {
  expect(ids({})).toEqual(ids({}))
})

test('[HI2] another seed plans other cells', () => {
  expect(new Set(ids({seed: 'other' as 's'})).intersection(new Set(ids({}))).size).toBe(0)
})

test('[HI2] no two cells of a run have the same id', () => {
  expect(new Set(ids({})).size).toBe(ids({}).length)
})

test('the order is not that of the policies', () => {
  const policies = plan(experiments, everything).map(({spec}) => spec.policy)
  expect(policies).not.toEqual(policies.toSorted())
})

test('chosen policies and states leave only their cells', () => {
  const only = {platforms: ['chatgpt'], policies: ['observed'], states: ['frozen']}
  const cells = plan(experiments, {...everything, ...only})
  expect(cells.map(({spec}) => [spec.policy, spec.conditions['state']])).toEqual([['observed', 'frozen']])
})

test('a window is overridden only where an experiment has one', () => {
  const cells = plan(experiments, {...everything, windowMs: 1_234})
  const windows = cells.map(({spec}) => spec.conditions['windowMs'])
  expect(new Set(windows)).toEqual(new Set([undefined, 1_234]))
})

test('repetitions replace what the suite says', () => {
  const only = {platforms: ['chatgpt'], policies: ['observed'], states: ['hidden']}
  const cells = plan(experiments, {...everything, ...only, repetitions: 3})
  expect(cells.map(({spec}) => spec.repetition).toSorted()).toEqual([1, 2, 3])
})
