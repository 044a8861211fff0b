/** For tests: a silent fork among steps that it does not need, recorded in real tabs. */
import {plan, withScript, type PlannedCell} from '../runner/plan.ts'
import {crossTabStaleness} from '../scenarios/cross-tab-staleness.ts'
import type {Step} from '../scenario/step.ts'

const open = (tab: string): Step => ({do: 'open', tab, device: 'device-1', state: 'visible'})
const send = (tab: string, words: number): Step => ({do: 'send', tab, words})

/** Under `observed` nobody tells B that A has sent. */
export const FORK: readonly Step[] = [open('A'), open('B'), send('A', 1), send('B', 1)]

export const PADDED_FORK: readonly Step[] = [
  open('A'),
  open('B'),
  open('C'),
  {do: 'type', tab: 'C', words: 3},
  send('A', 8),
  {do: 'recover', tabs: ['A'], upToMs: 4_000},
  {do: 'pause', forMs: 300},
  {do: 'read', tabs: ['A', 'B', 'C'], label: 'between'},
  send('B', 9),
  {do: 'settle', upToMs: 4_000},
  {do: 'read', tabs: ['A', 'B', 'C'], label: 'final'},
]

export function scripted(steps: readonly Step[]): PlannedCell {
  const [cell] = plan([crossTabStaleness], {
    suite: 'smoke',
    seed: 'fork',
    browsers: ['chromium'],
    platforms: ['chatgpt'],
    policies: ['observed'],
    hazards: null,
    states: null,
    deliveries: null,
    repetitions: 1,
    windowMs: null,
    modelSpeed: null,
    schedule: null,
  })
  if (cell === undefined) throw new TypeError('there is no cell to give other steps to')
  return withScript(cell, steps, null)
}
