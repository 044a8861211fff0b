/**
 * What a page says of its connection while it recovers: when it noticed that it had lost it, when it had one again, how
 * often it tried, and which sound connections it closed itself. Pages without one (push) say nothing here. Rule K16.
 */
import type {Fault} from '../history/fault.ts'
import type {History} from '../history/history-event.ts'
import {LIMITS} from './defaults.ts'
import type {RecoverySpan, Strike} from './recovery-span.ts'
import type {Took} from './tab-recovery.ts'

/** A socket is there; then its topics are followed again as well. */
const OPEN = 'open'
const FOLLOWING = 'following'
const CONNECTING = 'connecting'

const isUp = (state: string | undefined): boolean => state === OPEN || state === FOLLOWING

type Said = {readonly at: number; readonly line: number; readonly state: string; readonly why: string | null}

export type ConnectionStory = {
  readonly detect: Took | null
  readonly reconnect: Took | null
  readonly attempts: number
  /** The lines of the pages' own closings that destroyed a sound connection. */
  readonly falseAlarms: readonly number[]
}

export function connectionStory(history: History, span: RecoverySpan): ConnectionStory {
  const said = saidBy(history, span)
  const falseAlarms = said.filter((event) => isFalseAlarm(event, said, history, span)).map(({line}) => line)
  const isSamePage = span.pageFrom <= span.countFrom || span.pageFrom === 0
  if (!isSamePage) {
    // A new page has nothing to notice; it connects.
    const ofPage = said.filter(({at}) => at >= span.pageFrom)
    const backAt = backFrom(ofPage, span.pageFrom)
    return {
      detect: null,
      reconnect: said.some(({state}) => isUp(state)) ? took(span, backAt) : null,
      attempts: attemptsIn(said, span.pageFrom, backAt ?? span.until),
      falseAlarms,
    }
  }
  const {beganAt, biteAt} = firstStrike(span)
  const left = said.find(
    ({at, state}, index) => at >= beganAt && !isUp(state) && isUp(said[index - 1]?.state),
  )
  if (left === undefined) return {detect: null, reconnect: null, attempts: 0, falseAlarms}
  const backAt = backFrom(said, Math.max(span.soundFrom, left.at))
  return {
    // The end of a process is known a moment after its sockets have told everybody.
    detect: biteAt === null ? null : {valueMs: Math.max(0, left.at - biteAt), censored: false},
    reconnect: took(span, backAt),
    attempts: attemptsIn(said, left.at, backAt ?? span.until),
    falseAlarms,
  }
}

function took({soundFrom, until}: RecoverySpan, at: number | null | undefined): Took {
  return typeof at === 'number' && at <= until
    ? {valueMs: Math.max(0, at - soundFrom), censored: false}
    : {valueMs: Math.max(0, until - soundFrom), censored: true}
}

function saidBy({events}: History, {tab, until}: RecoverySpan): readonly Said[] {
  return events.flatMap((event): Said[] =>
    event.kind === 'witness' && event.tab === tab && event.event.kind === 'connection' && event.at <= until
      ? [{at: event.at, line: event.line, state: event.event.state, why: event.event.why ?? null}]
      : [],
  )
}

/** The first moment from `at` on at which it is back, topics and all where the page tells of them. */
function backFrom(said: readonly Said[], at: number): number | null {
  const isBack = said.some(({state}) => state === FOLLOWING) ? FOLLOWING : OPEN
  const before = said.findLast((event) => event.at <= at)
  if (before?.state === isBack) return at
  return said.find((event) => event.at > at && event.state === isBack)?.at ?? null
}

const attemptsIn = (said: readonly Said[], from: number, until: number): number =>
  said.filter(({at, state}) => state === CONNECTING && at >= from && at <= until).length

/** On the link of the tab itself: what strikes its requests alone leaves the connection as it is. */
const linkStrikes = ({strikes}: RecoverySpan) => strikes.filter(({target}) => target.on !== 'exchanges')

/** Without a fault it counts since the cell does. */
function firstStrike(span: RecoverySpan): {readonly beganAt: number; readonly biteAt: number | null} {
  const strikes = linkStrikes(span)
  const bites = strikes.flatMap(({bite}) => bite?.at ?? [])
  return {
    beganAt: strikes.length === 0 ? span.countFrom : Math.min(...strikes.map(({began}) => began.at)),
    biteAt: bites.length === 0 ? null : Math.min(...bites),
  }
}

/** These delay and break nothing. */
const HARMLESS: ReadonlySet<Fault['name']> = new Set(['latency', 'jitter', 'bandwidth', 'slow'])

const isBreaking = ({fault}: Strike) => !HARMLESS.has(fault.name)

function isFalseAlarm(alarm: Said, said: readonly Said[], history: History, span: RecoverySpan): boolean {
  if (alarm.why !== 'watchdog' && alarm.why !== 'probe') return false
  const before = said.findLast(({at, line}) => at <= alarm.at && line < alarm.line)
  if (before === undefined || !isUp(before.state)) return false
  const standsOn = linkStrikes(span).some(
    (strike) => isBreaking(strike) && strike.began.at <= alarm.at && strike.healedAt >= alarm.at,
  )
  if (standsOn) return false
  const openedAt = said.findLast(({at, state}) => at < alarm.at && state === OPEN)?.at ?? before.at
  return isWithServer(history, span.tab, alarm.at) && !wasPutAway(history, span.tab, openedAt, alarm.at)
}

/** The book's last word on the tab's socket before the page closed it. */
function isWithServer({events}: History, tab: string, at: number): boolean {
  const last = events.findLast(
    (event) =>
      event.kind === 'ledger' &&
      (event.event.kind === 'connected' || event.event.kind === 'disconnected') &&
      event.event.tab === tab &&
      event.at < at - LIMITS.clockErrorMs,
  )
  return last?.kind === 'ledger' && last.event.kind === 'connected'
}

/** A page that was frozen or kept has lost its socket, whatever the server believes (measured). */
function wasPutAway({events}: History, tab: string, from: number, to: number): boolean {
  return events.some((event) => {
    if (event.at < from || event.at > to) return false
    if (event.kind === 'tab-state' && event.tab === tab)
      return event.state === 'frozen' || event.state === 'bfcache'
    return event.kind === 'witness' && event.tab === tab && event.event.kind === 'lifecycle'
      ? event.event.event === 'freeze' || event.event.persisted
      : false
  })
}
