/** The one way the push back end waits, so that tests can turn the clock. */

/** Returns what cancels it. */
export type SetTimer = (delayMs: number, callback: () => void) => () => void

/** Does not keep the process alive. */
export const realTimer: SetTimer = (delayMs, callback) => {
  const timer = setTimeout(callback, delayMs)
  timer.unref()
  return () => clearTimeout(timer)
}
