/**
 * When a tab has its socket, and what it does when it has not. Pure: no socket, no timer, no clock.
 * `connection-driver.ts` carries out what a new state asks for. Observed: any close is answered by a reconnect,
 * close codes are not looked at. Rules CO1–CO3.
 */
import {retryRules, type RetryRule, type RetryRules} from './defaults.ts'

export type Connection =
  | {readonly name: 'idle'}
  /** The address is being fetched or the socket is opening. `retries`: attempts since the last open, this one included. */
  | {readonly name: 'connecting'; readonly retries: number}
  | {readonly name: 'open'}
  | {readonly name: 'waiting'; readonly retries: number; readonly retryAtMs: number}
  | {readonly name: 'exhausted'; readonly retries: number}
  | {readonly name: 'closed'}

export type ConnectionEvent =
  | {readonly type: 'started'}
  | {readonly type: 'opened'}
  /** The socket closed, or its address could not be fetched. */
  | {readonly type: 'dropped'; readonly at: number; readonly foreground: boolean}
  | {readonly type: 'retry-due'}
  | {readonly type: 'focused'}
  | {readonly type: 'closed'}

/** What stays the same for the life of a page. `draw` is its one random number in [0, 1). */
export type Page = {readonly draw: number; readonly rules: RetryRules}

/** The next state; the same object when the event means nothing in this one. */
export function next(now: Connection, event: ConnectionEvent, page: Page): Connection {
  if (now.name === 'closed') return now
  if (event.type === 'closed') return {name: 'closed'}

  switch (now.name) {
    case 'idle':
      return event.type === 'started' ? {name: 'connecting', retries: 0} : now

    case 'connecting':
      if (event.type === 'opened') return {name: 'open'}
      return event.type === 'dropped' ? afterDrop(now.retries, event, page) : now

    case 'open':
      return event.type === 'dropped' ? afterDrop(0, event, page) : now

    case 'waiting':
      return event.type === 'retry-due' ? {name: 'connecting', retries: now.retries + 1} : now

    case 'exhausted':
      // Focus does not shorten a wait; it only wakes a page that had given up.
      return event.type === 'focused' ? {name: 'connecting', retries: 0} : now
  }
}

function afterDrop(retries: number, drop: {at: number; foreground: boolean}, page: Page): Connection {
  const rule = drop.foreground ? page.rules.foreground : page.rules.background
  if (retries >= rule.maxRetries) return {name: 'exhausted', retries}
  return {name: 'waiting', retries, retryAtMs: drop.at + delayMs(rule, retries, page.draw)}
}

export const delayMs = ({baseMs, spreadMs, factor}: RetryRule, retries: number, draw: number) =>
  (baseMs + draw * spreadMs) * factor ** retries

export const pageOf = (draw: number): Page => ({draw, rules: retryRules})
