/**
 * Rule P1: a tab state counts only where the page itself proves it: by its visibility, by how often its 50 ms interval
 * really ticked, by the freeze it heard. What is not proved is invalid; what cannot be judged yet is unknown.
 */
import type {TabState} from '../history/history-event.ts'
import type {Checker} from './checker.ts'
import {LIMITS} from './defaults.ts'
import {openedTabs} from './message.ts'
import {holdsOf} from './span.ts'
import type {Hold} from './span.ts'
import {readTestimony} from './testimony.ts'
import type {Testimony, Ticks} from './testimony.ts'
import type {Violation} from './verdict.ts'

export const tabStateProved: Checker = (history) => {
  const holds = holdsOf(history).filter(({heldFrom, heldTo}) => heldTo > heldFrom)
  const claimed = new Set(holds.map(({tab}) => tab))
  const silent = openedTabs(history).filter(({tab}) => !claimed.has(tab))
  const testimonies = readTestimony(history)
  const proofs = holds.map((hold) => prove(hold, testimonies.get(hold.tab) ?? SILENT))

  const because = proofs.flatMap((proof) => (proof.name === 'refuted' ? [proof.violation] : []))
  if (because.length > 0) return {verdict: 'invalid', because}
  const doubts = proofs.flatMap((proof) => (proof.name === 'open' ? [proof.why] : []))
  doubts.push(...silent.map(({tab}) => `${tab}: no state was claimed for it`))
  if (doubts.length > 0) return {verdict: 'unknown', why: doubts.join('; ')}
  return {verdict: 'valid', details: {holds: holds.length}}
}

const SILENT: Testimony = {lifecycle: [], ticks: [], said: []}

type Proof =
  | {readonly name: 'proved'}
  | {readonly name: 'refuted'; readonly violation: Violation}
  | {readonly name: 'open'; readonly why: string}

const PROVED: Proof = {name: 'proved'}

const refuted = ({tab, state, line}: Hold, note: string, lines: readonly number[]): Proof => ({
  name: 'refuted',
  violation: {rule: 'P1', tab, lines: [line, ...lines], note: `held ${state}, but ${note}`},
})

const undecided = ({tab, state}: Hold, why: string): Proof => ({
  name: 'open',
  why: `${tab}, held ${state}: ${why}`,
})

function prove(hold: Hold, testimony: Testimony): Proof {
  if (GONE.has(hold.state)) return proveSilence(hold, testimony)
  if (hold.state === 'bfcache') return proveKept(hold, testimony)
  const seen = proveVisibility(hold, testimony)
  if (seen.name !== 'proved') return seen
  switch (hold.state) {
    case 'visible':
      return proveRate(hold, testimony, (perSecond) => perSecond >= LIMITS.visibleTicksPerSecond)
    case 'hidden':
      return proveRate(hold, testimony, (perSecond) => perSecond <= LIMITS.hiddenTicksPerSecond)
    case 'throttled':
      return proveThrottling(hold, testimony)
    case 'frozen':
      return proveFreeze(hold, testimony)
    default:
      throw new TypeError(`nobody knows how to prove that a tab is ${hold.state}`)
  }
}

const GONE: ReadonlySet<TabState> = new Set(['closed', 'discarded', 'crashed'])

/** The browser said that the page is gone; nothing may be heard of it afterwards. */
function proveSilence(hold: Hold, {said}: Testimony): Proof {
  const heard = said.find(({at}) => at > hold.heldFrom && at < hold.heldTo)
  return heard === undefined ? PROVED : refuted(hold, 'the page was heard', [heard.line])
}

function proveVisibility(hold: Hold, {lifecycle}: Testimony): Proof {
  const expected = hold.state === 'visible' ? 'visible' : 'hidden'
  const before = lifecycle.findLast(({at}) => at <= hold.heldFrom)
  const during = lifecycle.filter(({at}) => at > hold.heldFrom && at < hold.heldTo)
  const said = before === undefined ? during : [before, ...during]
  if (said.length === 0) return undecided(hold, 'the page never said whether it is visible')
  const against = said.find(({visibility}) => visibility !== expected)
  return against === undefined ? PROVED : refuted(hold, `the page says ${against.visibility}`, [against.line])
}

function proveRate(hold: Hold, {ticks}: Testimony, isRight: (perSecond: number) => boolean): Proof {
  if (hold.heldTo - hold.heldFrom < LIMITS.tickProofSpanMs) return PROVED
  const inside = ticks.filter((tick) => isAbout(tick, hold))
  const coveredMs = inside.reduce((sum, {from, at}) => sum + at - from, 0)
  if (coveredMs === 0) return undecided(hold, 'the page reported no ticks')
  const count = inside.reduce((sum, tick) => sum + tick.count, 0)
  const perSecond = (count * 1_000) / coveredMs
  if (isRight(perSecond)) return PROVED
  return refuted(hold, `its interval ticked ${perSecond.toFixed(1)} times a second`, linesOf(inside))
}

/** Few ticks in every span from the hold on. The quiet may have begun while the tab was being brought there. */
function proveThrottling(hold: Hold, {ticks}: Testimony): Proof {
  const spanMs = LIMITS.throttledSpanMs
  const reports = ticks.filter((tick) => isAbout(tick, hold))
  if (reports.length === 0) return undecided(hold, 'the page reported no ticks')
  let inSpan: readonly Ticks[] = []
  for (const tick of reports) {
    inSpan = [...inSpan, tick].filter(({at}) => at > tick.at - spanMs)
    const count = inSpan.reduce(
      (sum, each) => sum + each.count * Math.min(1, spanMs / (each.at - each.from)),
      0,
    )
    if (count > LIMITS.throttledTicksPerSpan)
      return refuted(
        hold,
        `its interval ticked ${Math.round(count)} times in ${spanMs / 1_000} s`,
        linesOf(inSpan),
      )
  }
  const lastTick = ticks.findLast(({at, count}) => count > 0 && at >= hold.askedFrom && at <= hold.heldFrom)
  const quietFrom = lastTick?.at ?? hold.heldFrom
  if (hold.heldTo - quietFrom >= spanMs) return PROVED
  return undecided(hold, `${spanMs / 1_000} s are needed to tell it from a hidden tab`)
}

/** A report counts for the hold it lies in. The first one may have begun a little before the step said it was done. */
function isAbout({from, at}: Ticks, {heldFrom, heldTo}: Hold): boolean {
  const covered = Math.min(at, heldTo) - Math.max(from, heldFrom)
  return at > from && at <= heldTo && covered >= (at - from) * LIMITS.tickOverlap
}

/**
 * The page heard the freeze and its timers stood still. What it shows all the same refutes nothing: Chromium 156 lets
 * broadcasts through to a frozen page (measured), and that is a finding.
 */
function proveFreeze(hold: Hold, {lifecycle, ticks}: Testimony): Proof {
  const froze = lifecycle.find(
    ({event, at}) => event === 'freeze' && at >= hold.askedFrom && at <= hold.heldTo,
  )
  if (froze === undefined) return refuted(hold, 'the page heard no freeze', [])
  const settledAt = froze.at + LIMITS.freezeSettleMs
  const resumed = lifecycle.find(
    (event) => event.event === 'resume' && event.at > froze.at && event.at < hold.heldTo,
  )
  if (resumed !== undefined) return refuted(hold, 'the page resumed', [froze.line, resumed.line])
  // A report of ticks that begins before the freeze counts what was before it too, and says nothing.
  const ticked = ticks.find(
    ({from, at, count}) => count > 0 && from >= froze.at && at > settledAt && at < hold.heldTo,
  )
  return ticked === undefined ? PROVED : refuted(hold, 'its timers went on', [froze.line, ticked.line])
}

/**
 * What a page says while it is put away does not arrive (measured with Chromium 156): the way back proves it. It was shown
 * again as one that was kept, and was not heard in between.
 */
function proveKept(hold: Hold, {lifecycle, said}: Testimony): Proof {
  const heard = said.find(({at}) => at > hold.heldFrom + LIMITS.freezeSettleMs && at < hold.heldTo)
  if (heard !== undefined) return refuted(hold, 'the page was heard', [heard.line])
  const back = lifecycle.find(
    ({event, at}) => at >= hold.heldTo && (event === 'pageshow' || event === 'loaded'),
  )
  if (back === undefined) return undecided(hold, 'nobody came back to the page')
  if (back.event === 'pageshow' && back.persisted) return PROVED
  return refuted(hold, 'the page was loaded anew', [back.line])
}

const linesOf = (events: readonly {readonly line: number}[]) => events.map(({line}) => line)
