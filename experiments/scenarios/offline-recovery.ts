/**
 * A person sends a message, and something breaks: what is there on return? The sender's own recovery, without anybody
 * else in the conversation; what becomes of other tabs, reconnection and tab-lifecycle ask.
 */
import type {Platform} from '#protocol/platform.ts'
import type {PolicyName} from '#protocol/policy.ts'
import type {FaultSchedule} from '../history/fault.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Cell, Experiment, Skipped, SuiteName} from '../scenario/experiment.ts'
import type {Step} from '../scenario/step.ts'
import {scheduleOf} from '../scenario/fault-condition.ts'
import {predictOfflineRecovery} from './offline-recovery-prediction.ts'

export const OFFLINE_CASES = [
  'sent while offline',
  'sent into a blackhole',
  'sent while nothing answers',
  'cut before the first token',
  'cut in mid-answer',
  'cut after the last token',
  'tab closed in mid-answer',
  'browser killed in mid-answer',
  'server killed in mid-answer',
  'draft, tab reloaded',
  'draft, tab crashed',
  'draft, tab closed',
  'draft, browser killed',
] as const
export type OfflineCase = (typeof OFFLINE_CASES)[number]

/** The observed page polls every 5 s and waits up to 5 s before it reconnects. */
const DEADLINE_MS = 20_000
/** What never reaches the server is waited for to the end. */
const UNSENT_DEADLINE_MS = 8_000
const MODEL = {tokensPerSecond: 30, tokens: 60} as const
/** A few words of two seconds of answer. */
const MID_ANSWER_CHARS = 30
const PROMPT_WORDS = 12
const DRAFT_WORDS = 6
/** After it the whole answer was written, at the pace above. */
const ANSWERED_MS = 5_000

const TAB = 'A'
const ANSWERING = {owner: TAB, on: 'exchanges'} as const

const isDraft = (what: OfflineCase): boolean => what.startsWith('draft')

const isUnsent = (what: OfflineCase): boolean =>
  what === 'sent while offline' || what === 'sent while nothing answers'

const POLICIES: Record<Platform, readonly PolicyName[]> = {
  chatgpt: ['observed', 'content+resume', 'content+resume+probe', 'poll'],
  claude: ['observed', 'content', 'content+resume+probe', 'poll'],
}

type Kind = {readonly platform: Platform; readonly policy: PolicyName; readonly what: OfflineCase}

const FULL: readonly Kind[] = (['chatgpt', 'claude'] as const).flatMap((platform) =>
  POLICIES[platform].flatMap((policy) =>
    // A draft is the page's own, whatever its channel does.
    OFFLINE_CASES.filter((what) => !isDraft(what) || policy === 'observed').map((what) => ({
      platform,
      policy,
      what,
    })),
  ),
)

const ROWS: Record<SuiteName, readonly Kind[]> = {
  smoke: [],
  quick: (['chatgpt', 'claude'] as const).map((platform) => ({
    platform,
    policy: 'observed',
    what: 'cut in mid-answer',
  })),
  full: FULL,
}

const cells = (suite: SuiteName): Cell[] =>
  ROWS[suite].map(({platform, policy, what}) => ({
    platform,
    policy,
    conditions: {
      case: what,
      ...(isDraft(what) ? {} : MODEL),
      deadlineMs: isUnsent(what) ? UNSENT_DEADLINE_MS : DEADLINE_MS,
    },
    repetition: 1,
  }))

const skipped = (): Skipped[] =>
  (['chatgpt', 'claude'] as const).map((platform) => ({
    platform,
    policy: 'hint, relay, focus',
    conditions: {},
    why: 'they are about tabs that did not send',
  }))

function schedule({conditions}: CellSpec): FaultSchedule {
  switch (conditions['case'] as OfflineCase) {
    case 'sent while offline':
      return scheduleOf('cdp-offline', TAB)
    case 'sent into a blackhole':
      return scheduleOf('blackhole', TAB)
    case 'sent while nothing answers':
      return scheduleOf('rst for a while', TAB)
    case 'cut before the first token':
    case 'cut in mid-answer':
      return [{atMs: 0, healAtMs: 0, ...ANSWERING, fault: {name: 'rst'}}]
    case 'cut after the last token':
      // Nothing more is heard; when all was written, what is still under way is lost with the connection.
      return [
        {atMs: 0, healAtMs: ANSWERED_MS + 1, ...ANSWERING, fault: {name: 'half-open', lost: 'to-client'}},
        {atMs: ANSWERED_MS, healAtMs: ANSWERED_MS, ...ANSWERING, fault: {name: 'rst'}},
      ]
    case 'server killed in mid-answer':
      return scheduleOf('server killed', TAB)
    default:
      return []
  }
}

const send: Step = {do: 'send', tab: TAB, words: PROMPT_WORDS}
const type: Step = {do: 'type', tab: TAB, words: DRAFT_WORDS}
const faults: Step = {do: 'faults'}
const midAnswer: Step = {do: 'await-answer', tab: TAB, chars: MID_ANSWER_CHARS, upToMs: 10_000}
const accepted: Step = {do: 'await-answer', tab: TAB, chars: 0, upToMs: 10_000}
const reopen: Step = {do: 'reopen', tab: TAB}
const reload: Step = {do: 'refresh', tab: TAB}

function steps(cell: CellSpec): Step[] {
  const what = cell.conditions['case'] as OfflineCase
  const device = deviceOf(cell)
  const isReloaded = what === 'draft, tab reloaded' || what === 'draft, tab crashed'
  return [
    {do: 'open', tab: TAB, device, state: 'visible'},
    ...mainSteps(what, device),
    {do: 'recover', tabs: [TAB], upToMs: Number(cell.conditions['deadlineMs'])},
    {do: 'read', tabs: [TAB], label: isReloaded ? 'after-refresh' : 'final'},
  ]
}

/** Where no step `heal` stands, the schedule heals in its own time. */
function mainSteps(what: OfflineCase, device: string): Step[] {
  const restart: Step[] = [{do: 'kill-browser', device}, {do: 'start-browser', device}, reopen]
  switch (what) {
    case 'sent while offline':
    case 'sent into a blackhole':
    case 'sent while nothing answers':
      return [faults, send]
    case 'cut before the first token':
      return [send, accepted, faults]
    case 'cut in mid-answer':
    case 'cut after the last token':
    case 'server killed in mid-answer':
      return [send, midAnswer, faults]
    case 'tab closed in mid-answer':
      return [send, midAnswer, {do: 'close', tab: TAB}, reopen]
    case 'browser killed in mid-answer':
      return [send, midAnswer, ...restart]
    case 'draft, tab reloaded':
      return [{do: 'begin'}, type, reload]
    case 'draft, tab crashed':
      return [{do: 'begin'}, type, {do: 'crash', tab: TAB}, reload]
    case 'draft, tab closed':
      return [{do: 'begin'}, type, {do: 'close', tab: TAB}, reopen]
    case 'draft, browser killed':
      return [{do: 'begin'}, type, ...restart]
  }
}

/** A browser that is killed takes every cell in it with it. */
function deviceOf({platform, policy, conditions}: CellSpec): string {
  const what = conditions['case'] as OfflineCase
  const isKilled = what === 'browser killed in mid-answer' || what === 'draft, browser killed'
  if (!isKilled) return 'device-1'
  return isDraft(what) ? `device-of-${platform}-drafts` : `device-of-${platform}-${policy}`
}

export const offlineRecovery: Experiment = {
  name: 'offline-recovery',
  question: 'A sends, and something breaks. Is the answer there on return, to the letter, once?',
  runs: 'beside-others',
  cells,
  skipped,
  steps,
  schedule,
  predict: predictOfflineRecovery,
}
