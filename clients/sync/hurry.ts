/**
 * Waits that somebody may cut short: what was waited for may be had already. Without anybody who does, they are ordinary
 * timers. Rule CO20.
 */
import type {Surroundings} from './chat-session.ts'

export type Hurry = Pick<Surroundings, 'setTimer'> & {
  /** All that is waited for now is due. */
  now(): void
}

export function createHurry({setTimer}: Pick<Surroundings, 'setTimer'>): Hurry {
  const waits = new Map<() => void, () => void>()

  return {
    setTimer(run, delayMs) {
      const due = () => {
        waits.delete(due)
        run()
      }
      waits.set(due, setTimer(due, delayMs))
      return () => {
        waits.get(due)?.()
        waits.delete(due)
      }
    },
    now() {
      const due = [...waits]
      for (const [run, cancel] of due) {
        cancel()
        run()
      }
    },
  }
}
