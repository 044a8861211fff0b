/**
 * Does what is planned when it falls due, by a clock that can be turned on: the wall clock, and as much more as it was turned.
 * Owns one timer. Does not know what it does. Rule TG8.
 */
import {plan, takeDue, type Schedule} from './schedule.ts'

export type Scheduler = {
  /** Milliseconds of its own clock. */
  readonly nowMs: () => number
  /** `work` must not throw. Throws TypeError for a time that is none. */
  readonly plan: (inMs: number, work: () => void) => void
  /** What falls due by that is done when it returns, in the order of its times. The clock is never turned back. */
  readonly turn: (byMs: number) => void
  readonly close: () => void
}

export type Clock = {
  readonly wallMs: () => number
  /** Runs once, later; returns how to call it off. */
  readonly setTimer: (run: () => void, inMs: number) => () => void
}

/** A longer wait would be none at all: Node keeps delays in 31 bits. It is looked at again then. */
const MAX_WAIT_MS = 2 ** 31 - 1

/** A server that closes does not wait for what is planned. */
const realClock: Clock = {
  wallMs: Date.now,
  setTimer(run, inMs) {
    const timer = setTimeout(run, inMs).unref()
    return () => clearTimeout(timer)
  },
}

export function createScheduler({wallMs, setTimer}: Clock = realClock): Scheduler {
  let schedule: Schedule<() => void> = []
  let turnedMs = 0
  let isWorking = false
  let callOff = () => {}

  const nowMs = () => wallMs() + turnedMs

  function doWhatIsDue(): void {
    // What plans or turns while it works is served by the loop that called it.
    if (isWorking) return
    isWorking = true
    try {
      for (let taken = takeDue(schedule, nowMs()); taken !== null; taken = takeDue(schedule, nowMs())) {
        schedule = taken.rest
        taken.due.work()
      }
    } finally {
      isWorking = false
    }
    wait()
  }

  function wait(): void {
    callOff()
    const [first] = schedule
    if (first) callOff = setTimer(doWhatIsDue, Math.min(Math.max(first.dueAtMs - nowMs(), 0), MAX_WAIT_MS))
  }

  return {
    nowMs,
    plan(inMs, work) {
      schedule = plan(schedule, {dueAtMs: nowMs() + duration(inMs), work})
      if (!isWorking) wait()
    },
    turn(byMs) {
      turnedMs += duration(byMs)
      doWhatIsDue()
    },
    close() {
      callOff()
      schedule = []
    },
  }
}

function duration(ms: number): number {
  if (!Number.isFinite(ms) || ms < 0) throw new TypeError('a time is a number of milliseconds from 0 on')
  return ms
}
