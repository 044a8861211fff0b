/**
 * An interleaving as steps that real tabs can play. Real tabs are driven by their controls and hear of things when they do:
 * acts that were begun in one moment are pressed together, and what lets single messages through has no counterpart.
 * Pure. Rule RP16.
 */
import type {FaultSchedule, ScheduledFault} from '../history/fault.ts'
import type {Step} from '../scenario/step.ts'
import type {Act, Held} from './act.ts'
import {tabsOf, type Interleaving} from './interleaving.ts'

export type RealScript = {
  readonly steps: readonly Step[]
  /** Null where no step plays faults. */
  readonly schedule: FaultSchedule | null
}

export type Scripted =
  | {readonly ok: true; readonly script: RealScript}
  | {readonly ok: false; readonly why: string}

export const AT_REST = 'at-rest'
const DEVICE = 'device-1'
const WORDS = 9
const SETTLE_MS = 6_000
const MOMENT_MS = 30
/** SG9 and SG10 give a tab so long. */
const CATCH_UP_MS = 6_500

export function toSteps(interleaving: Interleaving): Scripted {
  const tabs = tabsOf(interleaving)
  const {acts} = interleaving
  const unknown = acts.find(({do: what}) => what === 'turn-branch' || what === 'let-one')
  if (unknown !== undefined) return {ok: false, why: `real tabs have nothing like "${unknown.do}"`}
  const faults = faultsOf(acts)
  if (!faults.ok) return faults
  const opens = tabs.map((tab): Step => ({do: 'open', tab, device: DEVICE, state: 'visible'}))
  const {schedule} = faults
  const done: Step[] = []
  for (let i = 0; i < acts.length; i += 1) {
    const together = sendersFrom(acts, i)
    if (together.length > 1) {
      done.push({do: 'send-together', tabs: together, words: WORDS})
      i += together.length - 1
    } else done.push(...stepsOf(acts[i]!, i, faults))
  }
  const steps: Step[] = [
    ...opens,
    ...done,
    ...(schedule === null ? [] : [{do: 'heal'} as const]),
    {do: 'settle', upToMs: SETTLE_MS},
    {do: 'pause', forMs: CATCH_UP_MS},
    {do: 'read', tabs, label: AT_REST},
  ]
  return {ok: true, script: {steps, schedule}}
}

/** Different tabs that send with nothing between. */
function sendersFrom(acts: readonly Act[], from: number): readonly string[] {
  const senders: string[] = []
  for (const act of acts.slice(from)) {
    if (act.do !== 'send' || senders.includes(act.tab)) break
    senders.push(act.tab)
  }
  return senders
}

type Faults = {
  readonly ok: true
  readonly schedule: FaultSchedule | null
  readonly from: number
  readonly to: number
}

const BEGIN: readonly Act['do'][] = ['hold', 'offline']
const END: readonly Act['do'][] = ['release', 'online']

/** All that is done to networks stands from the first such act on, and ends with the first that ends one. */
function faultsOf(acts: readonly Act[]): Faults | {readonly ok: false; readonly why: string} {
  const from = acts.findIndex(({do: what}) => BEGIN.includes(what))
  if (from === -1) return {ok: true, schedule: null, from, to: -1}
  const end = acts.findIndex(({do: what}) => END.includes(what))
  const to = end === -1 ? acts.length : end
  const begun = acts.flatMap((act, index) => (BEGIN.includes(act.do) ? [index] : []))
  if (begun.some((index) => index > to || index - from !== begun.indexOf(index)))
    return {ok: false, why: 'the networks of its tabs break at more than one moment'}
  const schedule = acts.flatMap((act) => faultOf(act) ?? [])
  return {ok: true, schedule, from, to}
}

function faultOf(act: Act): ScheduledFault | null {
  if (act.do === 'offline') return standing(act.tab, {name: 'cdp-offline'})
  return act.do === 'hold' ? standing(act.tab, heldBy(act.what)) : null
}

const standing = (owner: string, fault: ScheduledFault['fault']): ScheduledFault => ({
  atMs: 0,
  healAtMs: null,
  owner,
  on: 'everything',
  fault,
})

const heldBy = (what: Held): ScheduledFault['fault'] =>
  what === 'both' ? {name: 'blackhole'} : {name: 'half-open', lost: what}

function stepsOf(act: Act, index: number, {from, to}: Faults): readonly Step[] {
  switch (act.do) {
    case 'send':
    case 'edit':
      return [{do: act.do, tab: act.tab, words: WORDS}]
    case 'regenerate':
    case 'stop':
      return [{do: act.do, tab: act.tab}]
    case 'show-changes':
      return [{do: 'decide', tab: act.tab, choice: 'show'}]
    case 'send-anyway':
      return [{do: 'decide', tab: act.tab, choice: 'send-anyway'}]
    case 'reload':
      return [{do: 'refresh', tab: act.tab}]
    case 'freeze':
      return [{do: 'hold', tab: act.tab, state: 'frozen'}]
    case 'thaw':
      return [{do: 'hold', tab: act.tab, state: 'visible'}]
    case 'hold':
    case 'offline':
      return index === from ? [{do: 'faults'}] : []
    case 'release':
    case 'online':
      return index === to ? [{do: 'heal'}] : []
    case 'rest':
      return [{do: 'settle', upToMs: SETTLE_MS}]
    case 'moment':
      return [{do: 'pause', forMs: MOMENT_MS}]
    case 'turn-branch':
    case 'let-one':
      throw new TypeError(`real tabs have nothing like "${act.do}"`)
  }
}
