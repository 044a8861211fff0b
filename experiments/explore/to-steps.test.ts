import {expect, test} from 'vitest'
import {whyNonsense} from '../replay/sense.ts'
import {cellId} from '../history/cell-id.ts'
import {exploredExperiment} from './explored-experiment.ts'
import {readActs, specOf, tabsOf, type Interleaving} from './interleaving.ts'
import {toSteps} from './to-steps.ts'

const of = (acts: string, tabCount = 2): Interleaving => ({
  platform: 'chatgpt',
  rule: 'fork',
  policy: 'observed',
  guards: [],
  seed: 's',
  tabCount,
  pace: 'at-once',
  acts: readActs('acts', acts, tabsOf({tabCount})),
})

function scriptOf(acts: string) {
  const scripted = toSteps(of(acts))
  if (!scripted.ok) throw new Error(scripted.why)
  expect(whyNonsense(scripted.script)).toBeNull()
  return {
    ...scripted.script,
    acts: scripted.script.steps
      .filter((step) => step.do !== 'open' && step.do !== 'read')
      .map((step) => ('tab' in step ? `${step.do} ${step.tab}` : step.do)),
  }
}

test('[RP16] tabs that send in one moment send together, others one after another', () => {
  expect(scriptOf('send A, send B, rest, send A, moment, send B').acts).toEqual([
    'send-together',
    'settle',
    'send A',
    'pause',
    'send B',
    'settle',
    'pause',
  ])
  expect(scriptOf('send A, send A').acts.slice(0, 2)).toEqual(['send A', 'send A'])
})

test('[RP16] a network that is held or lost is a fault that stands until it heals', () => {
  const {schedule, acts} = scriptOf('hold B to-client, offline A, send A, release B, send B')
  expect(acts).toEqual(['faults', 'send A', 'heal', 'send B', 'heal', 'settle', 'pause'])
  expect(schedule).toMatchObject([
    {owner: 'B', healAtMs: null, fault: {name: 'half-open', lost: 'to-client'}},
    {owner: 'A', healAtMs: null, fault: {name: 'cdp-offline'}},
  ])
})

test.each([
  ['hold A both, let-one A 0', 'real tabs have nothing like "let-one"'],
  ['send A, turn-branch B', 'real tabs have nothing like "turn-branch"'],
  ['offline A, online A, offline B', 'the networks of its tabs break at more than one moment'],
  ['offline A, send B, offline B', 'the networks of its tabs break at more than one moment'],
])('[RP16] %s cannot be played in real tabs', (acts, why) => {
  expect(toSteps(of(acts))).toEqual({ok: false, why})
})

test('[RP1] [RP16] the cell alone says its steps, so that it is played again like any other', () => {
  const spec = specOf(of('send A, rest, send B'))
  expect(cellId(spec)).toMatch(/^[\da-f]{12}$/)
  expect(exploredExperiment.steps(spec).map((step) => step.do)).toEqual([
    'open',
    'open',
    'send',
    'settle',
    'send',
    'settle',
    'pause',
    'read',
  ])
  expect(() => exploredExperiment.steps({...spec, experiment: 'stale-read'})).toThrow(TypeError)
})
