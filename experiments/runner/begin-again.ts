/** Begins a run of cells that were chosen one by one: played again, or what shrinking left of one. */
import type {Manifest} from '../history/manifest.ts'
import type {RunFolder} from '../history/run-folder.ts'
import {engineOf} from '../scenario/engine.ts'
import {newRunFolder, stampOf} from './new-run-folder.ts'
import type {PlannedCell} from './plan.ts'
import {newManifest, writeManifest} from './run-manifest.ts'

export type Again = 'replay' | 'shrink'

/** A run folder with its manifest, in which nothing has been played. The run is none of a suite, and is not resumed. */
export function beginAgain(
  what: Again,
  cells: readonly PlannedCell[],
  resultsFolder: string,
): {readonly folder: RunFolder; readonly manifest: Manifest} {
  const startedAt = new Date()
  const {runId, folder} = newRunFolder(resultsFolder, `${what}-${stampOf(startedAt)}`)
  const choice = {
    experiments: [],
    suite: 'full' as const,
    seed: cells[0]?.spec.seed ?? '',
    browsers: [...new Set(cells.map(({spec}) => engineOf(spec)))],
    platforms: null,
    policies: null,
    states: null,
    deliveries: null,
    hazards: null,
    repetitions: null,
    windowMs: null,
    modelSpeed: null,
    schedule: null,
    resume: null,
    resultsFolder,
    browserPath: '',
    firefoxPath: null,
    parallel: 1,
  }
  const told = newManifest(choice, {cells, left: []}, {runId, startedAt, chromium: 'not used'})
  const manifest: Manifest = {...told, suite: what, skipped: []}
  writeManifest(folder, manifest)
  return {folder, manifest}
}

/** The same cell several times in one run: each has a name of its own (RP4). */
export const timesOf = (cell: PlannedCell, times: number): readonly PlannedCell[] =>
  Array.from({length: times}, (_, index) => (index === 0 ? cell : {...cell, id: `${cell.id}-${index + 1}`}))
