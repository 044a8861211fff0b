/**
 * Rule SG23, t-visibility (Bailis and others 2012): how probable it is that a tab shows a commit within t. Estimated by
 * Kaplan–Meier, because a history or a page may end before it is shown. A measure; a limit makes a guarantee of it.
 */
import {kaplanMeier} from '../statistics/kaplan-meier.ts'
import type {Lifetime, Survival} from '../statistics/kaplan-meier.ts'
import {Findings} from './guarantee.ts'
import type {GuaranteeChecker} from './guarantee.ts'
import {isWhole} from './operation.ts'
import type {Act, Message, Operations, Tab, View} from './operation.ts'

/** Whether at least a share of commits is to be shown within a time. */
export type VisibilityLimit = {readonly withinMs: number; readonly share: number}

export type Visibility = {
  readonly withinMs: number
  /** With its 95 % interval; null where everything was censored before. */
  readonly share: number | null
  readonly lower: number | null
  readonly upper: number | null
}

export type TVisibility = {
  /** Pairs of a commit and a tab that showed its conversation then and had not sent it. */
  readonly pairs: number
  readonly censored: number
  readonly within: readonly Visibility[]
  /** How long each pair took: of several histories they are taken together, never their shares. */
  readonly waits: readonly Lifetime[]
}

const TOLD_MS = [0, 50, 100, 250, 500, 1_000, 2_500, 5_000, 15_000] as const

export function tVisibility(operations: Operations): TVisibility {
  // Neither tabs nor messages: they would keep the whole history.
  const waits = waitsFor(operations).map(({valueMs, censored}) => ({valueMs, censored}))
  const survival = kaplanMeier(waits)
  const within = TOLD_MS.map((withinMs) => visibleWithin(survival, withinMs))
  return {pairs: survival.count, censored: survival.censored, within, waits}
}

export const timelyVisibility =
  (limit: VisibilityLimit | null): GuaranteeChecker =>
  (operations) => {
    const findings = new Findings('timelyVisibility')
    const waits = waitsFor(operations)
    const details = {pairs: waits.length, censored: waits.filter(({censored}) => censored).length}
    if (limit === null) return findings.verdict(details)
    const {upper} = visibleWithin(kaplanMeier(waits), limit.withinMs)
    if (upper !== null && upper < limit.share) {
      const note = `at most ${percent(upper)} is shown within ${limit.withinMs} ms, ${percent(limit.share)} is asked`
      const late = waits.filter(({valueMs, censored}) =>
        censored ? valueMs >= limit.withinMs : valueMs > limit.withinMs,
      )
      const lines = late.slice(0, 10).map(({message}) => message.committed?.line ?? 0)
      findings.add(limit, limit, {tab: '', lines, note})
    }
    return findings.verdict(details)
  }

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`

/**
 * The share shown by then, 0 before the first was. Beyond the longest time that anything was watched nothing is known,
 * unless all was shown. Where none or all was shown the band of Kaplan–Meier has no width: there the exact interval of a
 * binomial share holds (Clopper and Pearson 1934).
 */
export function visibleWithin({steps, longestMs, count}: Survival, withinMs: number): Visibility {
  const isKnown = count > 0 && (withinMs <= longestMs || steps.at(-1)?.survival === 0)
  if (!isKnown) return {withinMs, share: null, lower: null, upper: null}
  const step = steps.findLast(({timeMs}) => timeMs <= withinMs)
  const survival = step?.survival ?? 1
  if (survival <= 0) return {withinMs, share: 1, lower: ONE_TAIL ** (1 / count), upper: 1}
  if (step !== undefined && survival < 1)
    return {withinMs, share: 1 - survival, lower: 1 - step.upper, upper: 1 - step.lower}
  const watched = steps.find(({timeMs}) => timeMs >= withinMs)?.atRisk ?? 1
  return {withinMs, share: 0, lower: 0, upper: 1 - ONE_TAIL ** (1 / watched)}
}

/** Of a 95 % interval. */
const ONE_TAIL = 0.025

type Wait = Lifetime & {readonly tab: Tab; readonly message: Message}

/** How long each tab took to show each commit; from the commit on, 0 ms if it was there before. */
export function waitsFor({timeline, endAt}: Operations): readonly Wait[] {
  const standing = new Map<Tab, View>()
  const open = new Map<Tab, Map<Message, number>>()
  const wholeIn = new Map<Tab, Set<Message>>()
  const waits: Wait[] = []

  const censor = (tab: Tab, at: number) => {
    for (const [message, from] of open.get(tab) ?? [])
      waits.push({tab, message, valueMs: Math.max(0, at - from), censored: true})
    open.delete(tab)
    standing.delete(tab)
  }
  const show = (view: View) => {
    const waiting = open.get(view.tab)
    const whole = wholeIn.get(view.tab) ?? new Set<Message>()
    wholeIn.set(view.tab, whole)
    for (let i = view.changedFrom; i < view.entries.length; i += 1) {
      const entry = view.entries[i]
      if (entry === undefined || !isWhole(entry)) continue
      whole.add(entry.message)
      const from = waiting?.get(entry.message)
      if (from === undefined) continue
      waiting?.delete(entry.message)
      waits.push({tab: view.tab, message: entry.message, valueMs: view.at - from, censored: false})
    }
    standing.set(view.tab, view)
  }

  for (const operation of timeline) {
    if (operation.kind === 'view') show(operation)
    if (operation.kind === 'load' || operation.kind === 'gone') censor(operation.tab, operation.at)
    if (operation.kind !== 'commit') continue
    const {message, at} = operation
    const sender = (message.role === 'assistant' ? message.parent?.act : message.act) ?? null
    for (const [tab, view] of standing) {
      if (!isOwed(tab, view, message, sender)) continue
      if (wholeIn.get(tab)?.has(message)) {
        waits.push({tab, message, valueMs: 0, censored: false})
        continue
      }
      const waiting = open.get(tab) ?? new Map<Message, number>()
      open.set(tab, waiting.set(message, at))
    }
  }
  for (const tab of open.keys()) censor(tab, endAt)
  return waits
}

const isOwed = (tab: Tab, view: View, message: Message, sender: Act | null): boolean =>
  tab !== sender?.tab &&
  tab.personId === message.personId &&
  view.last?.conversationId === message.conversationId
