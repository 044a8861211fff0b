/**
 * Shrinks a failing cell: fewer faults, fewer deeds, shorter faults, later ones, as long as it still fails. Pure but for
 * `fails`. Rule VT9.
 */
import type {ScheduledFault} from '../history/fault.ts'
import {shrink as shrunk, without} from '../replay/shrink.ts'
import type {FaultCell} from './fault-cell.ts'

type ShrinkOptions = {
  /** Whether each of them fails, played anew. */
  readonly fails: (cells: readonly FaultCell[]) => Promise<readonly boolean[]>
  /** How many are tried at a time. */
  readonly width: number
  /** How many rounds of trying there are at most. */
  readonly rounds: number
}

/** The smallest that still failed. The cell itself where nothing smaller did. */
export async function shrink(cell: FaultCell, {fails, width, rounds}: ShrinkOptions): Promise<FaultCell> {
  return (await shrunk(cell, {smallerThan, shows: fails, width, rounds})).smallest
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
