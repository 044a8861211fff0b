/**
 * Shrinks a failing cell: fewer faults, fewer deeds, shorter faults, later ones, as long as it still fails. What is tried
 * is played several at a time, because nearly all of a cell's time is waiting. Pure but for `fails`. Rule VT9.
 */
import type {ScheduledFault} from '../history/fault.ts'
import type {FaultCell} from './fault-cell.ts'

export type ShrinkOptions = {
  /** Whether each of them fails, played anew. */
  readonly fails: (cells: readonly FaultCell[]) => Promise<readonly boolean[]>
  /** How many are tried at a time. */
  readonly width: number
  /** How many rounds of trying there are at most. */
  readonly rounds: number
}

/** The smallest that still failed. The cell itself where nothing smaller did. */
export async function shrink(cell: FaultCell, {fails, width, rounds}: ShrinkOptions): Promise<FaultCell> {
  let smallest = cell
  let untried = smallerThan(cell)
  for (let round = 0; round < rounds; round += 1) {
    const wave = untried.slice(0, width)
    if (wave.length === 0) break
    const failing = (await fails(wave)).indexOf(true)
    const found = failing === -1 ? undefined : wave[failing]
    untried = found === undefined ? untried.slice(width) : smallerThan(found)
    smallest = found ?? smallest
  }
  return smallest
}

const SHORTEST_MS = 50

/** The boldest first. Each is smaller by its faults, its deeds, or by the time that faults stand or are waited for. */
export function smallerThan(cell: FaultCell): readonly FaultCell[] {
  const {schedule, deeds} = cell
  const withFaults = (faults: FaultCell['schedule']) => ({...cell, schedule: faults})
  const withDeeds = (fewer: FaultCell['deeds']) => ({...cell, deeds: fewer})
  const shorter = schedule.flatMap((entry, index) => {
    const half = halved(entry)
    return half === null ? [] : [withFaults(schedule.with(index, half))]
  })
  return [
    ...without(schedule).map(withFaults),
    ...without(deeds).map(withDeeds),
    ...shorter,
    ...schedule.flatMap((entry, index) => {
      const late = begunLater(entry)
      return late === null ? [] : [withFaults(schedule.with(index, late))]
    }),
  ]
}

/** Without all, without either half, without each one. */
function without<T>(items: readonly T[]): readonly (readonly T[])[] {
  if (items.length === 0) return []
  const half = Math.ceil(items.length / 2)
  const halves = items.length > 2 ? [items.slice(half), items.slice(0, half)] : []
  const singles = items.length > 1 ? items.map((_, index) => items.toSpliced(index, 1)) : []
  return [[], ...halves, ...singles]
}

function halved(entry: ScheduledFault): ScheduledFault | null {
  if (entry.healAtMs === null) return null
  const half = Math.floor((entry.healAtMs - entry.atMs) / 2)
  return half < SHORTEST_MS ? null : {...entry, healAtMs: entry.atMs + half}
}

function begunLater(entry: ScheduledFault): ScheduledFault | null {
  if (entry.healAtMs === null) return null
  const half = Math.floor((entry.healAtMs - entry.atMs) / 2)
  return half < SHORTEST_MS ? null : {...entry, atMs: entry.atMs + half}
}
