/** Where a fault schedule stands: what has to begin and heal as time passes. Pure; `schedule-player.ts` carries it out. Rule FA14. */
import type {FaultSchedule} from '../history/fault.ts'

/** `entry` is an index into the schedule. */
export type Move = {readonly do: 'begin' | 'heal'; readonly entry: number}
type Turn = Move & {readonly atMs: number}

export type ScheduleState =
  | {
      readonly name: 'playing'
      readonly passedMs: number
      readonly ahead: readonly Turn[]
      readonly standing: readonly number[]
    }
  /** Nothing stands and nothing comes any more. */
  | {readonly name: 'over'; readonly passedMs: number}

export type ScheduleEvent =
  /** Milliseconds after the schedule's start; time that goes back means nothing. */
  | {readonly type: 'passed'; readonly ms: number}
  /** The main steps are done: what stands heals, what has not begun never does. */
  | {readonly type: 'heal-all'}

export type Step = {readonly state: ScheduleState; readonly moves: readonly Move[]}

const BEGIN_FIRST = {begin: 0, heal: 1} as const

/** At one moment faults begin before others heal: two blackholes in a row let nothing through between them. */
export function scheduled(schedule: FaultSchedule): ScheduleState {
  const ahead = schedule
    .flatMap(({atMs, healAtMs}, entry): Turn[] => [
      {atMs, do: 'begin', entry},
      ...(healAtMs === null ? [] : [{atMs: healAtMs, do: 'heal' as const, entry}]),
    ])
    .toSorted((a, b) => a.atMs - b.atMs || BEGIN_FIRST[a.do] - BEGIN_FIRST[b.do] || a.entry - b.entry)
  return playing(0, ahead, [])
}

export function next(state: ScheduleState, event: ScheduleEvent): Step {
  if (state.name === 'over') return {state, moves: []}
  if (event.type === 'heal-all') {
    const moves = state.standing.map((entry): Move => ({do: 'heal', entry}))
    return {state: {name: 'over', passedMs: state.passedMs}, moves}
  }
  const passedMs = Math.max(state.passedMs, event.ms)
  const due = state.ahead.findIndex(({atMs}) => atMs > passedMs)
  const moves = state.ahead
    .slice(0, due === -1 ? undefined : due)
    .map(({do: what, entry}): Move => ({do: what, entry}))
  const standing = moves.reduce<readonly number[]>(
    (now, move) => (move.do === 'begin' ? [...now, move.entry] : now.filter((entry) => entry !== move.entry)),
    state.standing,
  )
  return {state: playing(passedMs, state.ahead.slice(moves.length), standing), moves}
}

/** When time has to be told next, in milliseconds after the start; null when nothing is ahead. */
export const nextAtMs = (state: ScheduleState): number | null =>
  state.name === 'playing' ? (state.ahead[0]?.atMs ?? null) : null

const playing = (passedMs: number, ahead: readonly Turn[], standing: readonly number[]): ScheduleState =>
  ahead.length === 0 && standing.length === 0
    ? {name: 'over', passedMs}
    : {name: 'playing', passedMs, ahead, standing}
