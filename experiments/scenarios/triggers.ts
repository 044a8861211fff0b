/**
 * What makes a channel speak? One tab, the server or another client of the person's does something; another tab does nothing
 * at all, and everything that its browser is sent is captured: type, bytes, delay. On both platforms, by carriage.
 */
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {isPolicyName, POLICIES} from '#protocol/policy.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Cell, Experiment, Prediction, SuiteName} from '../scenario/experiment.ts'
import type {Step, Trigger} from '../scenario/step.ts'
import {OBSERVER} from '../triggers/cause.ts'
import {predictTriggers} from './triggers-prediction.ts'

const ACTOR = 'A'

/** What is pulled in one cell, one after another; what ends a conversation, or its person's right to write, comes last. */
const PULLED = {
  turn: ['message sent', 'turn complete'],
  'first turn': ['title given'],
  rename: ['renamed'],
  delete: ['deleted'],
  stop: ['stopped'],
  task: ['task started', 'task progressed', 'task done'],
  schedule: ['scheduled task'],
  elsewhere: ['sent on another device'],
  approval: ['tool approval asked'],
  limit: ['limit reached'],
  tour: ['message sent', 'turn complete', 'renamed', 'stopped', 'task started', 'task done'],
} as const satisfies Record<string, readonly Trigger[]>
type Pulled = keyof typeof PULLED

/** By the page's own controls. All else is done by the server, or by a client without a tab. */
const BY_THE_TAB: readonly Trigger[] = [
  'message sent',
  'turn complete',
  'title given',
  'renamed',
  'deleted',
  'stopped',
]

const CARRIAGES = ['observed', 'hint', 'content'] as const
/** Firebase shows a notification where no window is visible, and tells the pages where one is. */
const STATES = {chatgpt: ['visible'], claude: ['visible', 'hidden']} as const satisfies Record<
  Platform,
  readonly string[]
>

const SIZES = {
  smoke: {windowMs: 700, repetitions: 0},
  quick: {windowMs: 700, repetitions: 1},
  full: {windowMs: 3_000, repetitions: 2},
} as const satisfies Record<SuiteName, object>

/** Slow enough that an answer can be stopped, and that its silence can be told from its end. */
const ANSWERS = {
  quick: {tokens: 15, tokensPerSecond: 30, modelSpeed: 4},
  full: {tokens: 40, tokensPerSecond: 30, modelSpeed: 1},
}

type Kind = {readonly policy: (typeof CARRIAGES)[number]; readonly state: string; readonly pulled: Pulled}

/** Hidden tabs under another carriage say nothing that visible ones do not. */
const kindsOf = (platform: Platform, suite: SuiteName): readonly Kind[] =>
  suite === 'full'
    ? CARRIAGES.flatMap((policy) =>
        STATES[platform]
          .filter((state) => policy === 'observed' || state === 'visible')
          .flatMap((state) =>
            Object.keys(PULLED)
              .filter((pulled) => pulled !== 'tour')
              .map((pulled) => ({policy, state, pulled: pulled as Pulled})),
          ),
      )
    : [{policy: 'observed', state: 'visible', pulled: 'tour'}]

const cells = (suite: SuiteName): Cell[] =>
  PLATFORMS.flatMap((platform) =>
    kindsOf(platform, suite).flatMap(({policy, state, pulled}) =>
      Array.from({length: SIZES[suite].repetitions}, (_, index) => ({
        platform,
        policy,
        conditions: {
          pulled,
          state,
          windowMs: SIZES[suite].windowMs,
          ...ANSWERS[suite === 'full' ? 'full' : 'quick'],
          ...(platform === 'claude' && {delivery: 'raw'}),
        },
        repetition: index + 1,
      })),
    ),
  )

const pulledIn = ({conditions}: CellSpec): readonly Trigger[] => PULLED[conditions['pulled'] as Pulled] ?? []

/** A browser whose windows are all hidden has to be another one than the actor's. */
function steps(cell: CellSpec): Step[] {
  const isHidden = cell.conditions['state'] === 'hidden'
  return [
    {do: 'open', tab: ACTOR, device: 'device-1', state: 'visible'},
    {
      do: 'open',
      tab: OBSERVER,
      device: isHidden ? 'device-2' : 'device-1',
      state: isHidden ? 'hidden' : 'visible',
    },
    {do: 'begin'},
    ...pulledIn(cell).map((trigger): Step => ({
      do: 'trigger',
      trigger,
      tab: BY_THE_TAB.includes(trigger) ? ACTOR : null,
    })),
  ]
}

function predict({platform, policy}: CellSpec): Prediction | null {
  const known = PLATFORMS.find((name) => name === platform)
  if (known === undefined || !isPolicyName(policy)) return null
  return {
    main: 'either',
    return: null,
    refresh: null,
    triggers: predictTriggers(known, POLICIES[policy].carriage),
    because: 'the rules say of what celsius and FCM tell, by carriage (CA1–CA3, CP1–CP3, TG3–TG12)',
  }
}

export const triggers: Experiment = {
  name: 'triggers',
  question: 'What makes a channel speak to a tab that does nothing, with how many bytes, after how long?',
  runs: 'alone',
  cells,
  steps,
  predict,
}
