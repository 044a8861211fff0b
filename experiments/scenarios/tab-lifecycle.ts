/**
 * What becomes of a tab that is put away while its conversation goes on: hidden, throttled, frozen, kept in the bfcache,
 * discarded, crashed, duplicated; one of two tabs, or all of them. And where tabs share one socket: what becomes of the
 * others when the tab that leads them, or their worker, goes.
 */
import type {Platform} from '#protocol/platform.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Cell, Experiment, Skipped, SuiteName} from '../scenario/experiment.ts'
import type {AwayCondition, Who} from '../scenario/state-condition.ts'
import type {Step} from '../scenario/step.ts'
import {predictTabLifecycle} from './tab-lifecycle-prediction.ts'

const DEADLINE_MS = 12_000
const MEANWHILE = {count: 4, everyMs: 700} as const
/** Where polling in a tab that is hidden or throttled is what the cell is about: as long as the slower of the paces. */
const WHILE_POLLING = {count: 4, everyMs: 2_500} as const
const PUSHES_WITHIN_MS = 5_000
const DEVICE = 'device-1'

type Kind = {
  readonly platform: Platform
  readonly policy: PolicyName
  readonly state: AwayCondition
  readonly who: Who
}

const rows = (
  platform: Platform,
  who: Who,
  policies: readonly PolicyName[],
  states: readonly AwayCondition[],
): Kind[] => policies.flatMap((policy) => states.map((state) => ({platform, policy, state, who})))

const STATES: readonly AwayCondition[] = ['hidden', 'frozen', 'bfcache', 'discarded', 'crashed', 'duplicated']

const FULL: readonly Kind[] = [
  ...rows(
    'chatgpt',
    'one of two',
    ['observed', 'content', 'content+resume', 'content+resume+probe', 'poll', 'focus'],
    STATES,
  ),
  ...rows('chatgpt', 'one of two', ['poll-5s', 'poll-adaptive'], ['hidden']),
  ...rows('chatgpt', 'one of two', ['content', 'content+resume+probe', 'poll'], ['throttled']),
  ...rows('chatgpt', 'all', ['content', 'content+resume+probe', 'poll', 'focus'], ['hidden', 'frozen']),
  ...rows('chatgpt', 'one of two', ['leader'], ['leader frozen', 'leader crashed', 'hidden', 'duplicated']),
  ...rows('chatgpt', 'one of two', ['shared-worker'], ['worker ended', 'hidden', 'frozen', 'crashed']),
  ...rows('chatgpt', 'all', ['leader', 'shared-worker'], ['hidden', 'frozen']),
  ...rows(
    'claude',
    'one of two',
    ['observed', 'content', 'content+resume', 'content+resume+probe', 'poll', 'focus'],
    STATES,
  ),
  ...rows('claude', 'one of two', ['poll-5s', 'poll-adaptive'], ['hidden']),
  ...rows('claude', 'one of two', ['content', 'poll'], ['throttled']),
  ...rows(
    'claude',
    'all',
    ['content', 'content+resume', 'content+resume+probe', 'poll', 'focus'],
    ['hidden', 'frozen'],
  ),
]

const ROWS: Record<SuiteName, readonly Kind[]> = {
  smoke: [],
  quick: [
    ...rows('chatgpt', 'one of two', ['leader'], ['leader crashed']),
    ...rows('claude', 'all', ['content+resume+probe'], ['hidden']),
  ],
  full: FULL,
}

const cells = (suite: SuiteName): Cell[] =>
  ROWS[suite].map(({platform, policy, state, who}) => ({
    platform,
    policy,
    conditions: {state, who, deadlineMs: DEADLINE_MS},
    repetition: 1,
  }))

const skipped = (): Skipped[] => [
  {
    platform: 'claude',
    policy: 'leader, shared-worker',
    conditions: {},
    why: 'on this platform the browser has one push link for all of its tabs already',
  },
  ...(['chatgpt', 'claude'] as const).map((platform) => ({
    platform,
    policy: 'hint, relay',
    conditions: {},
    why: 'cross-tab-staleness compares them with content, in the same states',
  })),
]

function steps(cell: CellSpec): Step[] {
  const {conditions} = cell
  const state = conditions['state'] as AwayCondition
  const upToMs = Number(conditions['deadlineMs'])
  const tabs = tabsOf(state, conditions['who'] as Who)
  const label = state === 'crashed' ? 'after-refresh' : 'final'
  return [
    ...opening(state),
    {do: 'begin'},
    {do: 'write', count: 1, everyMs: MEANWHILE.everyMs},
    ...(NEVER_BACK.has(state) ? gone(state) : away(cell, state, tabs)),
    {do: 'recover', tabs, upToMs},
    {do: 'read', tabs, label},
  ]
}

const NEVER_BACK: ReadonlySet<AwayCondition> = new Set([
  'duplicated',
  'leader frozen',
  'leader crashed',
  'worker ended',
])

/** Those that have to recover: who was away, or who was served by what went. */
function tabsOf(state: AwayCondition, who: Who): string[] {
  if (state === 'leader frozen' || state === 'leader crashed') return ['C']
  if (state === 'duplicated' || state === 'worker ended') return ['B', 'C']
  return who === 'all' ? ['B', 'C'] : ['B']
}

function opening(state: AwayCondition): Step[] {
  const open = (tab: string, as: 'visible' | 'throttled' = 'visible'): Step => ({
    do: 'open',
    tab,
    device: DEVICE,
    state: as,
  })
  switch (state) {
    case 'duplicated':
      return [open('B')]
    // Who is there when the other one comes leads.
    case 'leader frozen':
    case 'leader crashed':
      return [open('B'), open('C'), {do: 'close', tab: 'C'}, {do: 'reopen', tab: 'C'}]
    case 'throttled':
      return [open('C'), open('B', 'throttled')]
    default:
      return [open('B'), open('C')]
  }
}

function gone(state: AwayCondition): Step[] {
  const write: Step = {do: 'write', ...MEANWHILE}
  switch (state) {
    case 'duplicated':
      return [{do: 'duplicate', tab: 'B', as: 'C'}, write]
    case 'leader frozen':
      return [{do: 'hold', tab: 'B', state: 'frozen'}, write]
    case 'leader crashed':
      return [{do: 'crash', tab: 'B'}, write]
    default:
      return [{do: 'end-shared-worker', device: DEVICE}, write]
  }
}

function away({platform, policy}: CellSpec, state: AwayCondition, tabs: readonly string[]): Step[] {
  return [
    ...tabs.flatMap((tab) => leave(state, tab)),
    {do: 'write', ...(policy.startsWith('poll') ? WHILE_POLLING : MEANWHILE)},
    // A push that finds the tab visible again would tell it what it had missed.
    ...(platform === 'claude' ? [{do: 'await-pushes', upToMs: PUSHES_WITHIN_MS} as const] : []),
    // A throttled tab says by itself next to nothing, and has to be asked how often it ticked.
    ...(state === 'throttled' ? [{do: 'read', tabs, label: 'while-away'} as const] : []),
    ...tabs.map((tab): Step => ({do: state === 'crashed' ? 'refresh' : 'return', tab})),
  ]
}

function leave(state: AwayCondition, tab: string): Step[] {
  switch (state) {
    case 'hidden':
    case 'frozen':
    case 'bfcache':
    case 'discarded':
      return [{do: 'hold', tab, state}]
    case 'crashed':
      return [{do: 'crash', tab}]
    // A tab is throttled within seconds only where it was opened so.
    default:
      return []
  }
}

export const tabLifecycle: Experiment = {
  name: 'tab-lifecycle',
  question: 'A tab is put away while its conversation goes on. What is it worth when its person comes back?',
  runs: 'beside-others',
  cells,
  skipped,
  steps,
  predict: predictTabLifecycle,
}
