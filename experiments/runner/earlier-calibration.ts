/** The newest calibration among the runs of a results folder, so that a run without one can quote it. Same machine only. */
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {cpus} from 'node:os'
import {join} from 'node:path'
import type {Manifest} from '../history/manifest.ts'
import {runFolder} from '../history/run-folder.ts'
import {sayCalibration} from '../report/calibration.ts'
import type {Summary} from '../report/summary.ts'

export function earlierCalibration(resultsFolder: string): Manifest['earlierCalibration'] {
  if (!existsSync(resultsFolder)) return null
  const found = readdirSync(resultsFolder, {withFileTypes: true})
    .filter((entry) => entry.isDirectory())
    .flatMap(({name}) => calibrationOf(join(resultsFolder, name)))
  return found.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0] ?? null
}

/** Nothing where there is no calibration, or none that can be read: it is only a quotation. */
function calibrationOf(root: string): NonNullable<Manifest['earlierCalibration']>[] {
  try {
    const summary = JSON.parse(readFileSync(runFolder(root).summaryJson, 'utf8')) as Summary
    const {calibration, manifest} = summary
    if (calibration.witness === null || manifest.machine.cpuModel !== cpus()[0]?.model) return []
    return [
      {runId: manifest.runId, startedAt: manifest.startedAt, sentences: [...sayCalibration(calibration)]},
    ]
  } catch {
    return []
  }
}
