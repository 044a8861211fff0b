/** Plays a fault schedule on the clock. What a fault is, the caller knows: this only says when. Rule FA14. */
import {isNetworkFault, type FaultSchedule, type ScheduledFault} from '../history/fault.ts'
import {monotonicMs, type FaultBoard} from './fault-board.ts'
import {next, nextAtMs, scheduled, type ScheduleEvent} from './schedule.ts'

export type SchedulePlayerOptions = {
  readonly schedule: FaultSchedule
  /** Begins a fault; what it returns heals it. */
  readonly begin: (entry: ScheduledFault) => () => void
  readonly now?: () => number
}

/** Lets a board begin and heal the faults, which have to be the network's. */
export const beginOn =
  (board: Pick<FaultBoard, 'begin' | 'heal'>) =>
  ({fault, owner, on}: ScheduledFault) => {
    if (!isNetworkFault(fault)) throw new TypeError(`a ${fault.name} is no fault of the network`)
    const id = board.begin(fault, {owner, on})
    return () => board.heal(id)
  }

export type SchedulePlayer = {
  /** Begins and heals nothing any more; what stands is left standing. */
  stop(): void
  /** Heals what stands; what has not begun never will. */
  healAll(): void
  /** Resolves when nothing stands and nothing is ahead. */
  readonly over: Promise<void>
}

/** The schedule starts at once: what is due at 0 ms has begun when this returns. */
export function playSchedule({schedule, begin, now = monotonicMs}: SchedulePlayerOptions): SchedulePlayer {
  const startedAt = now()
  const heals = new Map<number, () => void>()
  const {promise: over, resolve} = Promise.withResolvers<void>()
  let state = scheduled(schedule)
  let timer: NodeJS.Timeout | undefined

  function hear(event: ScheduleEvent): void {
    const step = next(state, event)
    state = step.state
    for (const {do: what, entry} of step.moves) {
      const fault = schedule[entry]
      if (what === 'begin' && fault) heals.set(entry, begin(fault))
      else heals.get(entry)?.()
    }
    clearTimeout(timer)
    if (state.name === 'over') return resolve()
    const dueAtMs = nextAtMs(state)
    if (dueAtMs === null) return
    const leftMs = Math.max(0, Math.ceil(startedAt + dueAtMs - now()))
    timer = setTimeout(() => hear({type: 'passed', ms: now() - startedAt}), leftMs)
  }

  hear({type: 'passed', ms: 0})
  return {stop: () => clearTimeout(timer), healAll: () => hear({type: 'heal-all'}), over}
}
