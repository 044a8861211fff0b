/**
 * How do these channels reconnect, and what is lost on the way? One tab watches a conversation that the server writes to
 * before, during and after a fault of its link, of the server, or of push. Every policy meets every fault that its
 * platform has.
 */
import type {Platform} from '#protocol/platform.ts'
import type {PolicyName} from '#protocol/policy.ts'
import {EVERYBODY, type Fault} from '../history/fault.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Cell, Experiment, Skipped, SuiteName} from '../scenario/experiment.ts'
import {natureOf, outageMsOf, scheduleOf, type FaultCondition} from '../scenario/fault-condition.ts'
import type {Step} from '../scenario/step.ts'
import {predictReconnection} from './reconnection-prediction.ts'

/** The observed page waits up to 5 s in the foreground and up to 10 s in the background before it tries again. */
const DEADLINE_MS = {visible: 12_000, hidden: 22_000, frozen: 12_000} as const
type State = keyof typeof DEADLINE_MS

/** What is quick is over sooner: one wait of the observed back-off in the foreground and a little. */
const QUICK_DEADLINE_MS = 7_000
/** Push alone is asked about every 15 s; its link, cut when young, is away for half a minute. */
const PUSH_DEADLINE_MS = {default: 20_000, 'push link cut': 45_000} as const

/** 30 s were observed. A page learns the pace from a few of them, so they have to be quick for a cell to be short. */
const ACCELERATED = {keepAliveMs: 1_000, pingMs: 1_000} as const
/** As long as it takes to learn it. */
const LEARNING = {count: 6, everyMs: 1_000} as const
/** Long enough for a position to be found missing (3 s), and for several pongs. */
const FREEZE = {count: 3, everyMs: 2_500} as const
const DURING = 3
const SOONEST_MS = 150
/** What is written to a server that was ended waits for it: all at once, so that no page is back in between. */
const BURST_MS = 5

type Kind = {
  readonly platform: Platform
  readonly policy: PolicyName
  readonly state: State
  readonly fault: FaultCondition
}

const rows = (
  platform: Platform,
  state: State,
  policies: readonly PolicyName[],
  faults: readonly FaultCondition[],
): Kind[] => policies.flatMap((policy) => faults.map((fault) => ({platform, policy, state, fault})))

const LINK: readonly FaultCondition[] = [
  'fin',
  'rst',
  'rst for a while',
  'blackhole',
  'long blackhole',
  'half-open, deaf',
  'half-open, mute',
  'latency and jitter',
  'narrow link',
  'cdp-offline',
]
const SERVER: readonly FaultCondition[] = [
  'server killed',
  'server restarted',
  'history lost',
  'drained',
  'overloaded',
  'slow server',
]
const PUSH: readonly FaultCondition[] = [
  'push delayed',
  'push dropped',
  'push doubled',
  'push reordered',
  'push link cut',
  'push token expired',
]
const SOME: readonly FaultCondition[] = ['rst', 'long blackhole', 'server killed', 'history lost']

const FULL: readonly Kind[] = [
  ...rows(
    'chatgpt',
    'visible',
    ['content', 'content+resume', 'content+resume+probe', 'content+resume+watchdog', 'poll'],
    [...LINK, ...SERVER],
  ),
  // Of a slow server an observed page has nothing to feel: it asks nothing, and its channel carries nothing.
  ...rows(
    'chatgpt',
    'visible',
    ['observed'],
    [...LINK, ...SERVER].filter((fault) => fault !== 'slow server'),
  ),
  ...rows(
    'chatgpt',
    'visible',
    ['content+resume+position', 'leader', 'shared-worker', 'poll-5s', 'poll-adaptive'],
    SOME,
  ),
  ...rows(
    'chatgpt',
    'visible',
    ['content+resume+probe', 'content+resume+watchdog', 'content+resume+position'],
    ['none'],
  ),
  ...rows('chatgpt', 'hidden', ['content+resume', 'content+resume+probe'], [...SOME, 'fin', 'cdp-offline']),
  ...rows(
    'chatgpt',
    'frozen',
    [
      'observed',
      'content',
      'content+resume',
      'content+resume+probe',
      'content+resume+watchdog',
      'content+resume+position',
      'poll',
    ],
    ['none'],
  ),
  ...rows('claude', 'visible', ['content', 'content+resume', 'content+resume+probe'], PUSH),
  // Under `observed` nothing is pushed of what the server writes.
  ...rows('claude', 'visible', ['observed'], ['server killed', 'cdp-offline']),
  ...rows(
    'claude',
    'visible',
    ['content', 'content+resume', 'content+resume+probe', 'poll'],
    ['server killed', 'server restarted', 'history lost'],
  ),
  // A page that hears by push asks nothing that could be refused, or slow.
  ...rows('claude', 'visible', ['poll'], ['overloaded', 'slow server']),
  ...rows('claude', 'visible', ['content+resume', 'content+resume+probe'], ['cdp-offline']),
  ...rows('claude', 'visible', ['poll'], ['rst for a while']),
  // Longer than the slowest of the paces, or a fault might meet no poll.
  ...rows('claude', 'visible', ['poll', 'poll-5s', 'poll-adaptive'], ['long blackhole']),
]

const ROWS: Record<SuiteName, readonly Kind[]> = {
  smoke: rows('chatgpt', 'visible', ['content+resume'], ['rst']),
  quick: [
    ...rows('chatgpt', 'visible', ['content', 'content+resume'], ['rst']),
    ...rows('chatgpt', 'visible', ['content+resume+probe'], ['server killed']),
  ],
  full: FULL,
}

function deadlineMsOf({platform, state, fault}: Kind, suite: SuiteName): number {
  if (platform === 'claude')
    return fault === 'push link cut' ? PUSH_DEADLINE_MS[fault] : PUSH_DEADLINE_MS.default
  return suite === 'full' || state !== 'visible' ? DEADLINE_MS[state] : QUICK_DEADLINE_MS
}

const cells = (suite: SuiteName): Cell[] =>
  ROWS[suite].map((kind) => ({
    platform: kind.platform,
    policy: kind.policy,
    conditions: {
      state: kind.state,
      fault: kind.fault,
      ...(kind.platform === 'chatgpt' && ACCELERATED),
      deadlineMs: deadlineMsOf(kind, suite),
    },
    repetition: 1,
  }))

const NO_LINK = 'a page on this platform has no link of its own to watch, to share or to acknowledge on'
const WHY_NOT: readonly Pick<Skipped, 'platform' | 'policy' | 'why'>[] = [
  ...(['chatgpt', 'claude'] as const).flatMap((platform) => [
    {platform, policy: 'hint', why: 'a hint is lost as content is; cross-tab-staleness compares the two'},
    {platform, policy: 'relay', why: 'no tab can pass on what the server writes by itself'},
    {platform, policy: 'focus', why: 'a tab that stays visible is not shown anew; tab-lifecycle asks that'},
  ]),
  ...(['content+resume+watchdog', 'content+resume+position', 'leader', 'shared-worker'] as const).map(
    (policy) => ({platform: 'claude', policy, why: NO_LINK}),
  ),
]

const skipped = (): Skipped[] => WHY_NOT.map((each) => ({...each, conditions: {}}))

function steps(cell: CellSpec): Step[] {
  const state = cell.conditions['state'] as State
  const fault = cell.conditions['fault'] as FaultCondition
  const upToMs = Number(cell.conditions['deadlineMs'])
  const tabs = ['B']
  const end: Step[] = [
    {do: 'recover', tabs, upToMs},
    {do: 'read', tabs, label: 'final'},
  ]
  const begin: Step[] = [
    {do: 'open', tab: 'B', device: deviceOf(cell), state: state === 'visible' ? 'visible' : 'hidden'},
    {do: 'begin'},
    learnsPace(cell) ? {do: 'write', ...LEARNING} : {do: 'write', count: 1, everyMs: SOONEST_MS},
  ]
  if (state === 'frozen') {
    return [
      ...begin,
      {do: 'hold', tab: 'B', state: 'frozen'},
      {do: 'write', ...FREEZE},
      {do: 'return', tab: 'B'},
      ...end,
    ]
  }
  const isSilent = endsInSilence(fault)
  // Where nothing may come afterwards, the last message is written well before the fault heals, in its own time.
  const writeForMs = outageMsOf(fault) / (isSilent ? DURING : DURING - 1)
  const everyMs = endsServer(fault) ? BURST_MS : Math.max(SOONEST_MS, writeForMs)
  return [
    ...begin,
    ...(fault === 'none' ? [] : [{do: 'faults'} as const]),
    {do: 'write', count: DURING, everyMs: fault === 'none' ? LEARNING.everyMs : everyMs},
    ...(fault === 'none' || isSilent ? [] : [{do: 'heal'} as const]),
    ...(isSilent ? [] : [{do: 'write', count: 1, everyMs: SOONEST_MS} as const]),
    ...end,
  ]
}

/** Where pages look at the silence of a link that is not told to be dead. */
function learnsPace({platform, policy, conditions}: CellSpec): boolean {
  const looks = policy === 'content+resume+probe' || policy === 'content+resume+watchdog'
  const nature = natureOf(conditions['fault'] as FaultCondition)
  return platform === 'chatgpt' && looks && conditions['state'] === 'visible' && nature !== 'breaks'
}

const endsServer = (fault: FaultCondition): boolean =>
  scheduleOf(fault, '').some((entry) => ENDS.has(entry.fault.name))

const ENDS: ReadonlySet<Fault['name']> = new Set(['kill', 'restart', 'restart-lost-history'])

/** A later push would tell a tab that it had missed one. */
const endsInSilence = (fault: FaultCondition): boolean =>
  fault === 'push dropped' || fault === 'push token expired'

/** Cutting a browser's push link is felt by every cell in that browser. */
function deviceOf({policy, conditions}: CellSpec): string {
  return conditions['fault'] === 'push link cut' ? `device-of-${policy}` : 'device-1'
}

export const reconnection: Experiment = {
  name: 'reconnection',
  question:
    'The link breaks, the server goes, push fails. How soon is a tab right again, and what has it lost?',
  runs: 'beside-others',
  cells,
  skipped,
  steps,
  // The socket of a shared worker is no tab's.
  schedule: ({policy, conditions}) =>
    scheduleOf(conditions['fault'] as FaultCondition, policy === 'shared-worker' ? EVERYBODY : 'B'),
  predict: predictReconnection,
}
