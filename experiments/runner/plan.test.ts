import {expect, test} from 'vitest'
import {experiments} from '../scenarios/registry.ts'
import {notCarried, plan} from './plan.ts'

const everything = {
  suite: 'quick',
  seed: 's',
  browsers: ['chromium'],
  platforms: null,
  policies: null,
  states: null,
  deliveries: null,
  hazards: null,
  repetitions: null,
  windowMs: null,
  modelSpeed: null,
  schedule: null,
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
  const only = {platforms: ['chatgpt'], policies: ['poll'], states: ['frozen']}
  const cells = plan(experiments, {...everything, ...only})
  expect(cells.map(({spec}) => [spec.policy, spec.conditions['state']])).toEqual([['poll', 'frozen']])
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

test('another engine has cells of its own beside those of Chromium, which stay what they are', () => {
  const both = plan(experiments, {...everything, browsers: ['chromium', 'firefox']})
  const firefox = both.filter(({spec}) => spec.conditions['browser'] === 'firefox')
  expect(new Set(both.map(({id}) => id)).size).toBe(both.length)
  const chromium = both.filter((cell) => !firefox.includes(cell)).map(({id}) => id)
  expect(chromium.toSorted()).toEqual(ids({}).toSorted())
  expect(firefox.length).toBeGreaterThan(0)
})

test('Firefox gets the cells that it can carry, and of the others it is said why not', () => {
  const choice = {...everything, suite: 'full', browsers: ['firefox']} as const
  const carried = plan(experiments, choice)
  const states = carried.map(({spec}) => spec.conditions['state'])
  expect(new Set(states).difference(new Set([undefined, 'visible', 'hidden', 'all-hidden']))).toEqual(
    new Set(),
  )
  expect(new Set(carried.map(({spec}) => spec.platform))).toEqual(new Set(['chatgpt', 'claude']))
  const left = notCarried(experiments, choice)
  expect(carried.length + left.length).toBe(plan(experiments, {...choice, browsers: ['chromium']}).length)
  expect(new Set(left.map(({why}) => why))).toContain(
    'WebDriver BiDi has no way to hold a tab of Firefox frozen',
  )
})

test('[HI2] pushes are delivered as was asked for; what has no pushes stays as it is', () => {
  const only = {policies: ['content'], states: ['visible'], experiments: ['cross-tab-staleness']}
  const delivered = (deliveries: readonly string[] | null) =>
    plan(experiments, {...everything, ...only, deliveries})
      .filter(({spec}) => spec.experiment === 'cross-tab-staleness')
      .map(({spec}) => `${spec.platform} ${spec.conditions['place']} ${spec.conditions['delivery'] ?? ''}`)
      .toSorted()
  expect(delivered(null)).toEqual([
    'chatgpt other-device ',
    'chatgpt same-browser ',
    'claude other-device raw',
    'claude same-browser raw',
  ])
  expect(delivered(['doubled', 'modelled'])).toEqual([
    'chatgpt other-device ',
    'chatgpt same-browser ',
    'claude other-device doubled',
    'claude other-device modelled',
    'claude same-browser doubled',
    'claude same-browser modelled',
  ])
})
