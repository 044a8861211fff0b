/**
 * The newest calibration among the runs of a results folder, so that a run without one can quote it. Same machine only,
 * and of the same engine: a Chromium's where the run has one.
 */
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {cpus} from 'node:os'
import {join} from 'node:path'
import type {Manifest} from '../history/manifest.ts'
import {runFolder} from '../history/run-folder.ts'
import {sayCalibration} from '../report/calibration.ts'
import type {Summary} from '../report/summary.ts'
import type {Engine} from '../scenario/engine.ts'

export function earlierCalibration(
  resultsFolder: string,
  browsers: readonly Engine[],
): Manifest['earlierCalibration'] {
  if (!existsSync(resultsFolder)) return null
  const found = readdirSync(resultsFolder, {withFileTypes: true})
    .filter((entry) => entry.isDirectory())
    .flatMap(({name}) => calibrationOf(join(resultsFolder, name), browsers))
  return found.toSorted((a, b) => (a.startedAt < b.startedAt ? 1 : -1))[0] ?? null
}

/** Nothing where there is no calibration, or none that can be read: it is only a quotation. */
function calibrationOf(
  root: string,
  browsers: readonly Engine[],
): NonNullable<Manifest['earlierCalibration']>[] {
  try {
    const summary = JSON.parse(readFileSync(runFolder(root).summaryJson, 'utf8')) as Summary
    const {calibration, manifest} = summary
    if (calibration.witness === null || manifest.machine.cpuModel !== cpus()[0]?.model) return []
    const hadChromium = (manifest.choice.browsers ?? ['chromium']).includes('chromium')
    if (hadChromium !== browsers.includes('chromium')) return []
    return [
      {runId: manifest.runId, startedAt: manifest.startedAt, sentences: [...sayCalibration(calibration)]},
    ]
  } catch {
    return []
  }
}
