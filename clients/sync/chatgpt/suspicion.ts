/**
 * Whether an open link is still one. Pure: no socket, no timer, no clock. A *probe* asks when there is a reason to, and
 * leaves the link only when no answer comes; a *watchdog* asks nothing and leaves a link that is silent for too long,
 * healthy or not. Invented. Rules CO10, CO12, PO10–PO11.
 */
import type {WakeCause} from '../chat-session.ts'
import {linkRules} from './defaults.ts'

export type Doubt = WakeCause | 'silence' | 'clock-jump'

export type Suspicion =
  /** There is no open link to doubt. */
  | {readonly name: 'absent'}
  | {readonly name: 'trusting'}
  | {
      readonly name: 'asking'
      readonly because: Doubt
      readonly askedAtMs: number
      readonly giveUpAtMs: number
      /** The page itself was stopped while it waited, and has asked again. */
      readonly isSecond: boolean
    }

export type SuspicionEvent =
  | {readonly type: 'opened'}
  | {readonly type: 'dropped'; readonly at: number}
  /** A frame came, whatever it says. */
  | {readonly type: 'heard'; readonly at: number}
  | {readonly type: 'doubted'; readonly because: Doubt; readonly at: number}
  /** The reply to what was asked last. */
  | {readonly type: 'answered'; readonly at: number}
  /** The timer that this state asked for; each change of the state sets it anew. */
  | {readonly type: 'due'; readonly at: number}

export type Watch = 'probe' | 'watchdog'

export type Probed = {
  readonly because: Doubt
  readonly outcome: 'alive' | 'dead'
  readonly tookMs: number
}

export type SuspicionStep = {
  readonly state: Suspicion
  /** `reconnect`: the link closed while it was asked; whoever asked is there and waits. */
  readonly does: 'nothing' | 'ask' | 'abandon' | 'reconnect'
  readonly probed: Probed | null
}

const ABSENT: Suspicion = {name: 'absent'}
const TRUSTING: Suspicion = {name: 'trusting'}

export function next(now: Suspicion, event: SuspicionEvent, watch: Watch): SuspicionStep {
  switch (event.type) {
    case 'opened':
      return quiet(TRUSTING)
    case 'dropped':
      return now.name === 'asking' ? told(ABSENT, 'reconnect', now, 'dead', event.at) : quiet(ABSENT)
    case 'heard':
      return quiet(now.name === 'asking' ? extended(now, event.at) : now)
    case 'doubted':
      return now.name === 'trusting' && watch === 'probe' ? ask(event.because, event.at) : quiet(now)
    case 'answered':
      return now.name === 'asking' ? told(TRUSTING, 'nothing', now, 'alive', event.at) : quiet(now)
    case 'due':
      return due(now, event.at, watch)
  }
}

function due(now: Suspicion, at: number, watch: Watch): SuspicionStep {
  if (now.name === 'absent') return quiet(now)
  if (now.name === 'trusting')
    return watch === 'probe' ? ask('silence', at) : {state: ABSENT, does: 'abandon', probed: null}
  // A timer that is so late says that the page was stopped: the answer may be lying here, unread.
  const wasStopped = at - now.giveUpAtMs > linkRules.probeTimeoutMs
  if (wasStopped && !now.isSecond) return ask(now.because, at, true)
  return told(ABSENT, 'abandon', now, 'dead', at)
}

type Asking = Extract<Suspicion, {name: 'asking'}>

const quiet = (state: Suspicion): SuspicionStep => ({state, does: 'nothing', probed: null})

const ask = (because: Doubt, at: number, isSecond = false): SuspicionStep => ({
  state: {name: 'asking', because, askedAtMs: at, giveUpAtMs: at + linkRules.probeTimeoutMs, isSecond},
  does: 'ask',
  probed: null,
})

/** What comes in proves that one direction works, and that the answer may be waiting its turn behind it. */
function extended(now: Asking, at: number): Asking {
  const latest = now.askedAtMs + linkRules.probeAtMostMs
  return {...now, giveUpAtMs: Math.max(now.giveUpAtMs, Math.min(at + linkRules.probeTimeoutMs, latest))}
}

const told = (
  state: Suspicion,
  does: SuspicionStep['does'],
  {because, askedAtMs}: Asking,
  outcome: Probed['outcome'],
  at: number,
): SuspicionStep => ({state, does, probed: {because, outcome, tookMs: at - askedAtMs}})

/** How long from now a state lasts by itself, in milliseconds; null for ever. */
export function lastsMs(now: Suspicion, at: number, intervalMs: number, watch: Watch): number | null {
  if (now.name === 'absent') return null
  if (now.name === 'asking') return Math.max(0, now.giveUpAtMs - at)
  return intervalMs * (watch === 'probe' ? linkRules.probeAfterIntervals : linkRules.watchdogAfterIntervals)
}
