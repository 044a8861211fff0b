/** The folder of a run that begins. One that is there already is never used again. */
import {existsSync, mkdirSync} from 'node:fs'
import {join} from 'node:path'
import {runFolder, type RunFolder} from '../history/run-folder.ts'

/** For names of folders, so that they stand in the order in which they began. */
export const stampOf = (at: Date): string => at.toISOString().slice(0, 19).replaceAll(':', '-')

export function newRunFolder(resultsFolder: string, stem: string): {runId: string; folder: RunFolder} {
  mkdirSync(resultsFolder, {recursive: true})
  for (let n = 1; ; n++) {
    const runId = n === 1 ? stem : `${stem}-${n}`
    const folder = runFolder(join(resultsFolder, runId))
    if (existsSync(folder.root)) continue
    mkdirSync(folder.cells, {recursive: true})
    return {runId, folder}
  }
}
