/**
 * The browser engines that a run can use, and what each can carry. Chromium carries everything and is what a cell without
 * the condition `browser` runs in; a Firefox is driven over WebDriver BiDi, which cannot do everything.
 */
import type {FaultSchedule} from '../history/fault.ts'
import type {CellSpec, TabState} from '../history/history-event.ts'
import type {Step} from './step.ts'

export const ENGINES = ['chromium', 'firefox'] as const
export type Engine = (typeof ENGINES)[number]

export const engineOf = ({conditions}: Pick<CellSpec, 'conditions'>): Engine =>
  conditions['browser'] === 'firefox' ? 'firefox' : 'chromium'

/** As conditions of a cell: a Chromium's are what they were before there was another engine, and so are its cells' ids. */
export const conditionsIn = (engine: Engine, conditions: CellSpec['conditions']): CellSpec['conditions'] =>
  engine === 'chromium' ? conditions : {browser: engine, ...conditions}

const FIREFOX_STATES: readonly TabState[] = ['visible', 'hidden']
const FIREFOX_STEPS: readonly Step['do'][] = [
  'open',
  'hold',
  'send',
  'begin',
  'commit',
  'beacons',
  'watch',
  'return',
  'refresh',
  'read',
  'write',
  'type',
  'faults',
  'heal',
  'recover',
  'await-answer',
]

const NO_RESTART = 'the profile of a Firefox is not kept when its browser ends'
const NO_WORKERS = 'WebDriver BiDi shows no service workers of Firefox: without a page nobody could hear one'
const WHY_NOT_STEP: Readonly<Partial<Record<Step['do'], string>>> = {
  close: NO_WORKERS,
  reopen: NO_WORKERS,
  'stop-worker': NO_WORKERS,
  crash: 'WebDriver BiDi has no way to crash a page of Firefox',
  duplicate: 'WebDriver BiDi does not say which of its tabs a page has opened',
  'quit-browser': NO_RESTART,
  'kill-browser': NO_RESTART,
  'start-browser': NO_RESTART,
  'end-shared-worker': 'WebDriver BiDi shows no shared workers of Firefox',
  trigger: 'WebDriver BiDi shows neither the frames of a socket of Firefox nor its pushes',
  rival: 'the rival is a Playwright script, which drives Chromium',
}

/** Null where the engine can carry all of the steps and faults; else in a sentence what it cannot. */
export function whyNotIn(
  engine: Engine,
  steps: readonly Step[],
  schedule: FaultSchedule = [],
): string | null {
  if (engine === 'chromium') return null
  for (const step of steps) {
    if (!FIREFOX_STEPS.includes(step.do))
      return WHY_NOT_STEP[step.do] ?? `the step ${step.do} is for Chromium alone`
    if ('state' in step && !FIREFOX_STATES.includes(step.state))
      return `WebDriver BiDi has no way to hold a tab of Firefox ${step.state}`
  }
  if (schedule.some(({fault}) => fault.name === 'cdp-offline'))
    return 'WebDriver BiDi cannot tell one tab of Firefox to be offline'
  if (schedule.some(({fault}) => fault.name === 'mcs-cut')) return 'Firefox has no MCS link'
  return null
}
