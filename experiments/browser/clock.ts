/**
 * The one clock: CLOCK_MONOTONIC in milliseconds. Chromium's time ticks and Node's `process.hrtime` are the same clock,
 * so page time = NavigationStart + performance.now(); brackets of round trips bound the error. Rules WI1, P2.
 */
export const monotonicNowMs = (): number => Number(process.hrtime.bigint()) / 1e6

/** One round trip to the page: the page read `pageMs` (performance.now()) between `beforeMs` and `afterMs`. */
export type Bracket = {readonly beforeMs: number; readonly pageMs: number; readonly afterMs: number}

/** `errorMs` bounds how far page times on the one clock can be from the truth. */
export type TabClock = {readonly navigationStartMs: number; readonly errorMs: number}

/**
 * Each bracket says: the page's zero lies in [before − page, after − page]. The intersection of all brackets holds the
 * true zero; the farther end from NavigationStart is the bound.
 */
export function tabClock(navigationStartMs: number, brackets: readonly Bracket[]): TabClock {
  const {earliest, latest} = zeroWithin(brackets)
  const errorMs = Math.max(Math.abs(navigationStartMs - earliest), Math.abs(latest - navigationStartMs))
  return {navigationStartMs, errorMs}
}

/** Where the browser does not tell NavigationStart: the middle of where the page's zero can lie, and half of that. */
export function bracketedClock(brackets: readonly Bracket[]): TabClock {
  const {earliest, latest} = zeroWithin(brackets)
  // A clock that runs otherwise than ours makes the brackets contradict each other; the bound holds all the same.
  return {navigationStartMs: (earliest + latest) / 2, errorMs: Math.abs(latest - earliest) / 2}
}

function zeroWithin(brackets: readonly Bracket[]): {readonly earliest: number; readonly latest: number} {
  if (brackets.length === 0) throw new TypeError('a clock needs at least one bracket')
  return {
    earliest: Math.max(...brackets.map(({beforeMs, pageMs}) => beforeMs - pageMs)),
    latest: Math.min(...brackets.map(({afterMs, pageMs}) => afterMs - pageMs)),
  }
}
