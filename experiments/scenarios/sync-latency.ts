/** How long after the server's commit do other tabs show it: 1, 3 and 7 of them, visible or hidden, per policy? */
import type {Platform} from '#protocol/platform.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {CellSpec, TabState} from '../history/history-event.ts'
import type {Delivery} from '../scenario/delivery.ts'
import type {Cell, Experiment, Prediction, Skipped, SuiteName} from '../scenario/experiment.ts'
import type {Step} from '../scenario/step.ts'

/** 30 tokens/s is the slow end of the founding comparison's range, and what the latency limits are stated for. */
const TOKENS_PER_SECOND = 30
const TOKENS = 40
const WINDOW_MS = 15_000

type Row = {
  readonly platform: Platform
  readonly policy: PolicyName
  readonly state: TabState
  readonly tabs: number
  readonly delivery: Delivery
}

const pick = (
  platform: Platform,
  policies: readonly PolicyName[],
  states: readonly TabState[],
  tabs: readonly number[],
  delivery: Delivery = 'raw',
): Row[] =>
  policies.flatMap((policy) =>
    states.flatMap((state) => tabs.map((n) => ({platform, policy, state, tabs: n, delivery}))),
  )

const ROWS = {
  smoke: pick('chatgpt', ['content'], ['visible'], [1]),
  quick: [
    ...pick('chatgpt', ['content'], ['visible'], [1, 3, 7]),
    ...pick('chatgpt', ['content'], ['hidden'], [3]),
    ...pick('chatgpt', ['hint'], ['visible'], [1]),
    ...pick('claude', ['content'], ['visible'], [1]),
  ],
  full: [
    ...pick(
      'chatgpt',
      ['hint', 'content', 'content+resume', 'relay', 'poll'],
      ['visible', 'hidden'],
      [1, 3, 7],
    ),
    ...pick('claude', ['hint', 'content', 'relay', 'poll'], ['visible', 'hidden'], [1, 3, 7]),
    ...pick('claude', ['hint', 'content'], ['visible'], [1, 3, 7], 'modelled'),
  ],
} as const satisfies Record<SuiteName, readonly Row[]>

const REPETITIONS = {smoke: 1, quick: 1, full: 2} as const satisfies Record<SuiteName, number>

const cells = (suite: SuiteName): Cell[] =>
  ROWS[suite].flatMap(({platform, policy, state, tabs, delivery}) =>
    Array.from({length: REPETITIONS[suite]}, (_, index) => ({
      platform,
      policy,
      conditions: {
        state,
        tabs,
        tokensPerSecond: TOKENS_PER_SECOND,
        tokens: TOKENS,
        modelSpeed: 1,
        windowMs: WINDOW_MS,
        ...(platform === 'claude' && {delivery}),
      },
      repetition: index + 1,
    })),
  )

const skipped = (suite: SuiteName): Skipped[] =>
  suite === 'full'
    ? [
        {
          platform: 'claude',
          policy: 'content+resume',
          conditions: {},
          why: "the product's pushes have no offset to resume from, and nothing is lost here",
        },
      ]
    : []

function steps({conditions}: CellSpec): Step[] {
  const state = conditions['state'] as TabState
  const observers = Array.from({length: Number(conditions['tabs'])}, (_, index) => `B${index + 1}`)
  return [
    {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
    ...observers.map((tab): Step => ({do: 'open', tab, device: 'device-1', state})),
    {do: 'send', tab: 'A', words: 12},
    {do: 'watch', tabs: observers, window: 'main', upToMs: Number(conditions['windowMs'])},
    {do: 'read', tabs: ['A', ...observers], label: 'final'},
  ]
}

const predict = ({policy}: CellSpec): Prediction => ({
  main: 'shows',
  return: null,
  refresh: null,
  because: `${policy} reaches every tab of the browser that is not frozen`,
})

export const syncLatency: Experiment = {
  name: 'sync-latency',
  question: 'How long after the commit do 1, 3 and 7 other tabs show it?',
  runs: 'alone',
  cells,
  skipped,
  steps,
  predict,
}
