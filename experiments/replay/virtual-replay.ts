/** Plays a cell of virtual tabs again, from its history alone. Each kind of such cells has a way of its own. Rules RP1, RP8. */
import {POLICIES_OF} from '#protocol/policy.ts'
import {PLATFORMS} from '#protocol/platform.ts'
import {EXPLORE, interleavingOf, type Interleaving} from '../explore/interleaving.ts'
import {playedAgain} from '../explore/play-interleaving.ts'
import type {CellSpec, History} from '../history/history-event.ts'
import {UsageError} from '../usage-error.ts'
import {readDeeds} from '../virtual/deed.ts'
import {tabNames, type FaultCell} from '../virtual/fault-cell.ts'
import {isFailed, replay} from '../virtual/run-fault-cells.ts'

export type PlayedAgain = {
  /** The whole history, as a file has it. */
  readonly text: string
  /** By what its own kind of cells is judged by. */
  readonly isFailed: boolean
}

/** Fewer than so many times where the signal ended it. */
export type VirtualReplay = (times: number, signal: AbortSignal) => Promise<readonly PlayedAgain[]>

type Kind = (history: History) => VirtualReplay

const KINDS: Readonly<Record<string, Kind>> = {
  'random-faults': (history) => {
    const cell = faultCellOf(history)
    return async (times, signal) =>
      (await replay(cell, times, signal)).map((each) => ({text: each.history, isFailed: isFailed(each)}))
  },
  [EXPLORE]: ({header}) => {
    const interleaving = explorable(header.cell)
    return (times, signal) => playedAgain(interleaving, times, signal)
  },
}

function explorable(cell: CellSpec): Interleaving {
  try {
    return interleavingOf(cell)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new UsageError(`line 1: it cannot be played again: ${why}`, {cause})
  }
}

const VIRTUAL = /^virtual tabs\b/
export const isVirtual = ({header}: History): boolean => VIRTUAL.test(header.browser)

/** Null where real tabs played it. Throws {@link UsageError} where its record does not say enough. */
export function virtualReplayOf(history: History): VirtualReplay | null {
  if (!isVirtual(history)) return null
  const {experiment} = history.header.cell
  const kind = KINDS[experiment]
  if (kind !== undefined) return kind(history)
  throw new UsageError(
    `line 1: virtual tabs of the experiment "${experiment}" are unknown to this version of Tabwitness; known are ${Object.keys(KINDS).join(', ')}`,
  )
}

/** What {@link specOf} of a fault cell leaves in the header, its deeds being the script. */
export function faultCellOf({header}: History): FaultCell {
  const {cell, schedule = [], script} = header
  const platform = PLATFORMS.find((name) => name === cell.platform)
  const policy = platform && POLICIES_OF[platform].find((name) => name === cell.policy)
  const tabs = tabNames(Number(cell.conditions['tabs']))
  const haste = Number(cell.conditions['haste'])
  if (platform === undefined || policy === undefined || tabs.length === 0 || !(haste > 0))
    throw new UsageError('line 1: this is no cell that "tabwitness faults" plays')
  if (script === undefined)
    throw new UsageError(
      'line 1: what was written meanwhile is not in the record as data; play it with: tabwitness faults --replay',
    )
  const words = script.map((deed) => [deed['atMs'], deed.do, deed['tab']].filter(isWord).join(' '))
  try {
    const deeds = readDeeds(words.join(', '), tabs)
    return {platform, policy, seed: cell.seed, tabs, schedule, deeds, haste}
  } catch (cause) {
    throw new UsageError('line 1: the script has a deed that this version of Tabwitness does not know', {
      cause,
    })
  }
}

const isWord = (value: unknown): value is string | number =>
  typeof value === 'string' || typeof value === 'number'
