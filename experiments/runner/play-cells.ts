/**
 * Plays a few cells in real tabs without a run's plan: replayed, tried while shrinking, or explored. Judges nothing. When
 * the signal aborts, what is being played ends unfinished and is not told of. Rule RP3.
 */
import {existsSync, rmSync} from 'node:fs'
import {join} from 'node:path'
import {inLanes} from './lanes.ts'
import type {PlannedCell} from './plan.ts'
import {openPlayingGround, type Browsers, type PlayingGround} from './playing-ground.ts'

export type PlayedCell = {
  readonly cell: PlannedCell
  /** Its history, whole. */
  readonly file: string
}

export type PlayOptions = {
  /** Must be there; gets `<cell id>.jsonl` of every cell. No two cells have the same id, and none of them has a history there. */
  readonly folder: string
  /** Of cells that need not be alone. */
  readonly parallel: number
  readonly signal: AbortSignal
  readonly onPlayed?: (played: PlayedCell) => void
}

/** On a ground of its own, which is gone when this resolves. In the order in which they ended. */
export async function playCells(
  cells: readonly PlannedCell[],
  {browserPath, firefoxPath, seed, ...options}: PlayOptions & Browsers & {readonly seed: string},
): Promise<readonly PlayedCell[]> {
  if (cells.length === 0 || options.signal.aborted) return []
  const ground = await openPlayingGround(cells, {browserPath, firefoxPath}, seed)
  try {
    return await playCellsOn(ground, cells, options)
  } finally {
    await ground.close()
  }
}

/** The same on a ground that stays. */
export async function playCellsOn(
  ground: PlayingGround,
  cells: readonly PlannedCell[],
  {folder, parallel, signal, onPlayed}: PlayOptions,
): Promise<readonly PlayedCell[]> {
  const played: PlayedCell[] = []
  await inLanes(cells, parallel, signal, async (cell) => {
    const file = join(folder, `${cell.id}.jsonl`)
    if (existsSync(file)) throw new TypeError(`the cell ${cell.id} has a history in ${folder} already`)
    const isWhole = await ground.play(cell, file, signal)
    if (!isWhole) return rmSync(file, {force: true})
    played.push({cell, file})
    onPlayed?.({cell, file})
  })
  return played
}
