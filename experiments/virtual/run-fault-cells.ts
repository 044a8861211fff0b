/**
 * A run of random fault cells: drawn from a seed, played in groups over several processes, and the first that failed shrunk
 * to what a person can read. Knows no terminal. Rules VT5–VT9.
 */
import type {Platform} from '#protocol/platform.ts'
import type {PolicyName} from '#protocol/policy.ts'
import {drawFaultCell, serverFaultsOf, type FaultCell} from './fault-cell.ts'
import {drawServerFaults} from './draw-server-faults.ts'
import type {PlayedCell} from './play-fault-cell.ts'
import {shrink} from './shrink.ts'
import {startWorkers, type Workers} from './workers.ts'

export type FaultRunOptions = {
  readonly cells: number
  readonly seed: string
  readonly platform: Platform
  readonly policy: PolicyName
  readonly tabCount: number
  readonly lengthMs: number
  readonly haste: number
  /** Whether every second group's server is struck, too. */
  readonly strikesServers: boolean
  readonly keepsHistories: boolean
  readonly workers: number
}

export type FaultRun = {
  readonly played: readonly PlayedCell[]
  /** The first that failed, made as small as was possible within the time; null where none failed. */
  readonly smallest: Smallest | null
}

export type Smallest = {
  readonly cell: FaultCell
  /** Null: it did not fail again, however often it was tried. */
  readonly played: PlayedCell | null
}

const GROUP = 25
const GROUPS_AT_A_TIME = 2
const SERVER_STRUCK_EVERY = 2

export const isFailed = ({violations, failure}: Pick<PlayedCell, 'violations' | 'failure'>): boolean =>
  violations.length > 0 || failure !== null

/** All cells of a run, in groups that share a server. The same options give the same cells. */
export function drawGroups(options: FaultRunOptions): readonly (readonly FaultCell[])[] {
  const {cells, seed, platform, lengthMs, strikesServers} = options
  return Array.from({length: Math.ceil(cells / GROUP)}, (_, group) => {
    const isStruck = strikesServers && group % SERVER_STRUCK_EVERY === 1
    const serverFaults = isStruck ? drawServerFaults({seed: `${seed}/${group}`, platform, lengthMs}) : []
    const first = group * GROUP
    return Array.from({length: Math.min(GROUP, cells - first)}, (__, place) =>
      drawFaultCell({...options, index: first + place, serverFaults}),
    )
  })
}

/** `onPlayed` is told after every group what was played of it. */
export async function runFaultCells(
  options: FaultRunOptions,
  onPlayed: (played: readonly PlayedCell[]) => void,
  signal: AbortSignal,
): Promise<FaultRun> {
  const workers = await startWorkers(options.workers, options)
  const stop = () => workers.stop()
  signal.addEventListener('abort', stop)
  try {
    const played: PlayedCell[] = []
    const groups = drawGroups(options).values()
    const lane = async () => {
      for (const group of groups) {
        if (signal.aborted) return
        const done = await workers.play(group)
        played.push(...done)
        onPlayed(done)
      }
    }
    await Promise.all(Array.from({length: options.workers * GROUPS_AT_A_TIME}, lane))
    const failed = played.find(isFailed)
    const smallest = failed === undefined || signal.aborted ? null : await smallestOf(failed, workers)
    return {played, smallest}
  } finally {
    signal.removeEventListener('abort', stop)
    await workers.close()
  }
}

/** Sockets are real, so that no two plays are quite alike: each trial is played this often, and once is enough. */
const TRIES = 3
const FIRST_TRIES = 9
/** A trial that wrongly counts as failing makes the smallest cell larger; one that is slow makes everybody wait. */
const TRIAL_STILL_MS = 5_000
const WIDTH = 8
const ROUNDS = 40

async function smallestOf(failed: PlayedCell, workers: Workers): Promise<Smallest> {
  const fails = (cells: readonly FaultCell[], tries = TRIES) => playEach(cells, tries, workers)
  const [again] = await fails([failed.cell], FIRST_TRIES)
  if (again === null || again === undefined) return {cell: failed.cell, played: null}
  let last: {readonly cell: FaultCell; readonly played: PlayedCell} = {cell: failed.cell, played: again}
  const cell = await shrink(failed.cell, {
    fails: async (cells) => {
      const tried = await fails(cells)
      const index = tried.findIndex((each) => each !== null)
      const found = tried[index]
      const smaller = cells[index]
      if (found && smaller) last = {cell: smaller, played: found}
      return tried.map((each) => each !== null)
    },
    width: WIDTH,
    rounds: ROUNDS,
  })
  return {cell, played: last.played}
}

/** For each cell how it failed, or null. Cells that share what befalls their server can share the server. */
async function playEach(
  cells: readonly FaultCell[],
  tries: number,
  workers: Workers,
): Promise<readonly (PlayedCell | null)[]> {
  const copies = cells.flatMap((cell, index) => Array.from({length: tries}, () => ({cell, index})))
  const groups = Map.groupBy(copies, ({cell}) => JSON.stringify(serverFaultsOf(cell)))
  const found = cells.map((): PlayedCell | null => null)
  await Promise.all(
    [...groups.values()].map(async (group) => {
      const all = await workers.play(
        group.map(({cell}) => cell),
        TRIAL_STILL_MS,
      )
      // What a group played comes in its order, unless it was stopped.
      for (const [place, played] of all.entries()) {
        const index = group[place]?.index
        if (index !== undefined && isFailed(played)) found[index] ??= played
      }
    }),
  )
  return found
}

/** Plays one cell again and again, as often as is asked. */
export async function replay(
  cell: FaultCell,
  times: number,
  signal: AbortSignal,
): Promise<readonly PlayedCell[]> {
  const workers = await startWorkers(1, {keepsHistories: true})
  const stop = () => workers.stop()
  signal.addEventListener('abort', stop)
  try {
    return await workers.play(Array.from({length: times}, () => cell))
  } finally {
    signal.removeEventListener('abort', stop)
    await workers.close()
  }
}
