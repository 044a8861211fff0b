/** The founding question of the comparison: A sends; does B show it without being refreshed? On both platforms. */
import {PLATFORMS, type Platform} from '#protocol/platform.ts'
import {FOUNDING_POLICIES, type PolicyName} from '#protocol/policy.ts'
import type {CellSpec, TabState} from '../history/history-event.ts'
import {DELIVERIES} from '../scenario/delivery.ts'
import type {Cell, Experiment, Skipped, SuiteName} from '../scenario/experiment.ts'
import {PLACES, STATE_CONDITIONS, type Place, type StateCondition} from '../scenario/state-condition.ts'
import type {Step} from '../scenario/step.ts'
import {predictStaleness} from './staleness-prediction.ts'

const REFRESH_WINDOW_MS = 5_000
/**
 * A frozen tab has lost its socket. The observed client waits up to 5 s before it reconnects, 10 s when it had no focus:
 * the return window has to outlast that.
 */
const RECONNECT_WINDOW_MS = 11_000

/** 13 s and 15 s were observed in the founding comparison; the shorter windows are labelled in every report. */
const SIZES = {
  smoke: {windowMs: 3_000, modelSpeed: 6, repetitions: 1},
  quick: {windowMs: 3_000, modelSpeed: 4, repetitions: 1},
  full: {windowMs: 15_000, modelSpeed: 1, repetitions: 3},
} as const satisfies Record<SuiteName, object>

type Kind = {readonly policy: PolicyName; readonly state: StateCondition; readonly place: Place}

/** `no-page` is about another device; there, a tab that is hidden is all that is hidden. */
const exists = ({state, place}: Kind): boolean =>
  place === 'same-browser' ? state !== 'no-page' : state !== 'hidden'

/** What the committed reference run is about. Of later remedies the other experiments ask. */
const isCovered = (platform: Platform, policy: PolicyName): boolean =>
  platform === 'chatgpt' || policy !== 'content+resume'

const QUICK: Record<Platform, (kind: Kind) => boolean> = {
  chatgpt({policy, state, place}) {
    if (state === 'throttled' || state === 'no-page') return false
    // What is lost in a freeze costs 14 s to see: content stands for all that is lost.
    if (state === 'frozen' && (policy === 'hint' || policy === 'observed')) return false
    if (state === 'all-hidden') return place === 'same-browser' && policy === 'content'
    return (
      place === 'same-browser' || (state === 'visible' && ['observed', 'content', 'relay'].includes(policy))
    )
  },
  claude({policy, state, place}) {
    if (!['observed', 'hint', 'content'].includes(policy)) return false
    if (state === 'no-page') return policy === 'content'
    if (state === 'all-hidden') return place === 'same-browser' && policy === 'content'
    if (policy === 'hint') return state === 'visible' && place === 'same-browser'
    return state === 'visible' || state === 'hidden'
  },
}

const SMOKE: Record<Platform, (kind: Kind) => boolean> = {
  chatgpt: ({policy, state, place}) =>
    place === 'same-browser' && ['observed', 'content'].includes(policy) && state === 'visible',
  claude: ({policy, state, place}) => place === 'same-browser' && policy === 'content' && state === 'visible',
}

const isIn = (suite: SuiteName, platform: Platform, kind: Kind): boolean => {
  if (suite === 'full') return true
  return suite === 'smoke' ? SMOKE[platform](kind) : QUICK[platform](kind)
}

const KINDS: readonly Kind[] = FOUNDING_POLICIES.flatMap((policy) =>
  PLACES.flatMap((place) => STATE_CONDITIONS.map((state) => ({policy, state, place}))),
).filter(exists)

/** The models of push delivery are tried where raw pushes reach every tab. */
const MODELLED = {policies: ['hint', 'content'], state: 'visible', place: 'same-browser'} as const

function cells(suite: SuiteName): Cell[] {
  const {repetitions, ...size} = SIZES[suite]
  const planned = PLATFORMS.flatMap((platform) =>
    KINDS.filter((kind) => isCovered(platform, kind.policy) && isIn(suite, platform, kind)).map(
      ({policy, state, place}) => ({
        platform,
        policy,
        conditions: {state, place, ...size, ...(platform === 'claude' && {delivery: 'raw'})},
      }),
    ),
  )
  const {policies, state, place} = MODELLED
  const modelled = policies.flatMap((policy) =>
    DELIVERIES.filter((delivery) => delivery !== 'raw').map((delivery) => ({
      platform: 'claude',
      policy,
      conditions: {state, place, ...size, delivery},
    })),
  )
  return [...planned, ...(suite === 'full' ? modelled : [])].flatMap((cell) =>
    Array.from({length: repetitions}, (_, index) => ({...cell, repetition: index + 1})),
  )
}

function skipped(suite: SuiteName): Skipped[] {
  return PLATFORMS.flatMap((platform) =>
    FOUNDING_POLICIES.filter((policy) => !isCovered(platform, policy))
      .filter((policy) => KINDS.some((kind) => kind.policy === policy && isIn(suite, platform, kind)))
      .map((policy) => ({
        platform,
        policy,
        conditions: {},
        why: "the product's pushes have no offset to resume from; what an invented one buys, reconnection and tab-lifecycle ask",
      })),
  )
}

function steps({platform, conditions}: CellSpec): Step[] {
  const state = conditions['state'] as StateCondition
  const windowMs = Number(conditions['windowMs'])
  const device = conditions['place'] === 'other-device' ? 'device-2' : 'device-1'
  const leavesA = state === 'all-hidden' && device === 'device-1'
  const returnWindowMs = state === 'frozen' ? Math.max(windowMs, RECONNECT_WINDOW_MS) : windowMs
  const back: Step[] = [
    state === 'no-page' ? {do: 'reopen', tab: 'B'} : {do: 'return', tab: 'B'},
    {do: 'watch', tabs: ['B'], window: 'return', upToMs: returnWindowMs},
  ]
  return [
    {do: 'open', tab: 'A', device: 'device-1', state: 'visible'},
    {do: 'open', tab: 'B', device, state: stateAtFirst(state)},
    ...(state === 'no-page' ? [{do: 'close', tab: 'B'} as const] : []),
    ...(state === 'no-page' && platform === 'claude' ? [{do: 'stop-worker', device} as const] : []),
    {do: 'send', tab: 'A', words: 12},
    ...(leavesA ? [{do: 'hold', tab: 'A', state: 'hidden'} as const, {do: 'begin'} as const] : []),
    {do: 'watch', tabs: ['B'], window: 'main', upToMs: windowMs},
    ...(state === 'visible' ? [] : back),
    {do: 'refresh', tab: 'B'},
    {do: 'watch', tabs: ['B'], window: 'refresh', upToMs: REFRESH_WINDOW_MS},
    {do: 'read', tabs: ['A', 'B'], label: 'after-refresh'},
  ]
}

/** A page that will be closed stands in the background until then. */
const stateAtFirst = (state: StateCondition): TabState =>
  state === 'all-hidden' || state === 'no-page' ? 'hidden' : state

export const crossTabStaleness: Experiment = {
  name: 'cross-tab-staleness',
  question: 'A sends. Does B show it without being refreshed?',
  runs: 'beside-others',
  cells,
  skipped,
  steps,
  predict: predictStaleness,
}
