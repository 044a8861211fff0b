/**
 * When a tab has its socket, and what it does when it has not. Pure: no socket, no timer, no clock.
 * `connection-driver.ts` carries out what a new state asks for. Observed: any close is answered by a reconnect,
 * close codes are not looked at. Invented: what is `jittered`, `woken` and `abandoned`, which only remedies bring about.
 * Rules CO1–CO3, CO11–CO13.
 */
import {jitteredRetry, retryRules, type RetryRule, type RetryRules} from './defaults.ts'

/** How a connection, or an attempt at one, ended. `probe` and `watchdog`: this page ended it itself. */
export type LinkEnd = {
  readonly why: 'closed' | 'no-address' | 'probe' | 'watchdog'
  /** The close code, where a socket closed. */
  readonly code?: number
}

/** How long the next wait is: as the imitated page waits, or with full jitter after an end that was of our choosing. */
export type Manner = 'observed' | 'jittered'

type Away = {
  /** Attempts since the last open, the one that is under way included; the first one is none. */
  readonly retries: number
  readonly manner: Manner
  /** How the last connection or attempt ended; null before there was one. */
  readonly end: LinkEnd | null
}

export type Connection =
  | {readonly name: 'idle'}
  /** The address is being fetched or the socket is opening. */
  | ({readonly name: 'connecting'; readonly sinceMs: number} & Away)
  | {readonly name: 'open'}
  | ({readonly name: 'waiting'; readonly retryAtMs: number} & Away)
  | ({readonly name: 'exhausted'} & Away)
  | {readonly name: 'closed'}

export type ConnectionEvent =
  | {readonly type: 'started'; readonly at: number}
  | {readonly type: 'opened'}
  /** The socket closed, or its address could not be fetched. `draw`: a random number in [0, 1) of this event's own. */
  | {
      readonly type: 'dropped'
      readonly at: number
      readonly foreground: boolean
      readonly draw: number
      readonly end: LinkEnd
    }
  /** An open connection was held for dead and left. */
  | {readonly type: 'abandoned'; readonly at: number; readonly why: 'probe' | 'watchdog'}
  | {readonly type: 'retry-due'; readonly at: number}
  | {readonly type: 'focused'; readonly at: number}
  /** Remedy `probe`: the page was shown, came out of a freeze, or is online again. */
  | {readonly type: 'woken'; readonly at: number}
  | {readonly type: 'closed'}

/** What stays the same for the life of a page. `draw` is its one random number in [0, 1). */
export type Page = {
  readonly draw: number
  readonly rules: RetryRules
  /** Close codes by which the server did what a remedy of this page asked it for. */
  readonly invitedCodes: readonly number[]
}

export const pageOf = (draw: number, invitedCodes: readonly number[] = []): Page => ({
  draw,
  rules: retryRules,
  invitedCodes,
})

const FIRST: Away = {retries: 0, manner: 'observed', end: null}

/** The next state; the same object when the event means nothing in this one. */
export function next(now: Connection, event: ConnectionEvent, page: Page): Connection {
  if (now.name === 'closed') return now
  if (event.type === 'closed') return {name: 'closed'}

  switch (now.name) {
    case 'idle':
      return event.type === 'started' ? {name: 'connecting', sinceMs: event.at, ...FIRST} : now

    case 'connecting':
      if (event.type === 'opened') return {name: 'open'}
      if (event.type === 'dropped') return afterDrop(now, event, page)
      // An attempt that is younger may be as good as any other.
      if (event.type === 'woken' && event.at - now.sinceMs >= jitteredRetry.freshAttemptMs)
        return {...now, sinceMs: event.at}
      return now

    case 'open':
      if (event.type === 'dropped') return afterDrop(FIRST, event, page)
      if (event.type === 'abandoned')
        return {name: 'connecting', sinceMs: event.at, retries: 0, manner: 'jittered', end: {why: event.why}}
      return now

    case 'waiting':
      if (event.type !== 'retry-due' && event.type !== 'woken') return now
      return {...awayOf(now), name: 'connecting', sinceMs: event.at, retries: now.retries + 1}

    case 'exhausted':
      // Focus does not shorten a wait; it only wakes a page that had given up.
      if (event.type !== 'focused' && event.type !== 'woken') return now
      return {...awayOf(now), name: 'connecting', sinceMs: event.at, retries: 0}
  }
}

/** The first attempt after an open link was asked and did not answer. */
export const wasFoundDead = (now: Connection): boolean =>
  now.name === 'connecting' && now.retries === 0 && now.end?.why === 'probe'

type Drop = Extract<ConnectionEvent, {type: 'dropped'}>

function afterDrop(before: Away, {at, foreground, draw, end}: Drop, page: Page): Connection {
  const {retries} = before
  const manner = isOurs(end, page) ? 'jittered' : before.manner
  const rule = foreground ? page.rules.foreground : page.rules.background
  if (retries >= rule.maxRetries) return {name: 'exhausted', retries, manner, end}
  const waitMs = manner === 'jittered' ? jitteredDelayMs(retries, draw) : delayMs(rule, retries, page.draw)
  return {name: 'waiting', retryAtMs: at + waitMs, retries, manner, end}
}

const isOurs = ({why, code}: LinkEnd, page: Page): boolean =>
  why === 'probe' || why === 'watchdog' || (code !== undefined && page.invitedCodes.includes(code))

const awayOf = ({retries, manner, end}: Away): Away => ({retries, manner, end})

export const delayMs = ({baseMs, spreadMs, factor}: RetryRule, retries: number, draw: number) =>
  (baseMs + draw * spreadMs) * factor ** retries

/** Full jitter: anything from nothing to the whole of a wait that doubles up to its limit. */
export const jitteredDelayMs = (retries: number, draw: number) =>
  draw * Math.min(jitteredRetry.maxMs, jitteredRetry.baseMs * jitteredRetry.factor ** retries)
