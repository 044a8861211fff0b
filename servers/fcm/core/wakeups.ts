/** One timer per device that something will happen to by itself. */
import type {SetTimer} from './set-timer.ts'

export type Wakeups = {
  /** Infinity is never. Replaces what was set before. */
  readonly set: (deviceId: string, atMs: number) => void
  readonly close: () => void
}

/** Timers of Node cannot wait longer than 24.8 days, and a wall clock that was set is noticed after this. */
const LONGEST_WAIT_MS = 3_600_000

export function createWakeups(
  wallMs: () => number,
  setTimer: SetTimer,
  wake: (deviceId: string) => void,
): Wakeups {
  const pending = new Map<string, {readonly atMs: number; readonly cancel: () => void}>()

  function set(deviceId: string, atMs: number): void {
    const before = pending.get(deviceId)
    if (before?.atMs === atMs) return
    before?.cancel()
    pending.delete(deviceId)
    if (atMs === Infinity) return
    const delayMs = Math.min(Math.max(0, atMs - wallMs()), LONGEST_WAIT_MS)
    const cancel = setTimer(delayMs, () => {
      pending.delete(deviceId)
      if (wallMs() >= atMs) wake(deviceId)
      else set(deviceId, atMs)
    })
    pending.set(deviceId, {atMs, cancel})
  }

  return {
    set,
    close() {
      for (const {cancel} of pending.values()) cancel()
      pending.clear()
    },
  }
}
