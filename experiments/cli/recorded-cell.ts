/** A recorded cell that a command acts on: found, read, and ready to be played again. Whatever is wrong is one sentence. */
import type {History} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {plannedFrom} from '../replay/planned-from.ts'
import type {PlannedCell} from '../runner/plan.ts'
import {engineOf} from '../scenario/engine.ts'
import {ensureBrowser} from '../setup/ensure-browser.js'
import {checkBrowserPath} from '../setup/find-browser.js'
import {findFirefox} from '../setup/find-firefox.js'
import {UsageError} from '../usage-error.ts'
import {findRecord} from './find-record.ts'
import {resultsFolder, runByName} from './results-folder.ts'

export type Recorded = {readonly file: string; readonly history: History}

/** Throws {@link UsageError}. */
export function recordedCell(
  cell: string,
  {run, out}: {readonly run?: string; readonly out: string},
): Recorded {
  const results = resultsFolder('--out', out)
  const file = findRecord(cell, results, run === undefined ? null : runByName('--run', run, results))
  const read = readHistory(file)
  if (!read.ok) throw unplayable(file, read.line, read.why)
  return {file, history: read.history}
}

/** Throws {@link UsageError}. */
export function plannedCell({file, history}: Recorded): PlannedCell {
  const planned = plannedFrom(history)
  if (!planned.ok) throw unplayable(file, planned.line, planned.why)
  return planned.cell
}

export const unplayable = (file: string, line: number, why: string): UsageError =>
  new UsageError(`${file} cannot be played again: ${line === 0 ? '' : `line ${line}: `}${why}.`)

export type BrowserPaths = {readonly browserPath: string; readonly firefoxPath: string | null}

/** What the cell's own engine needs. */
export async function browserFor({spec}: PlannedCell, given: string | undefined): Promise<BrowserPaths> {
  if (engineOf(spec) === 'chromium')
    return {
      browserPath: given ? checkBrowserPath(given, '--browser-path') : await ensureBrowser(),
      firefoxPath: null,
    }
  const firefoxPath = findFirefox()
  if (firefoxPath === null)
    throw new UsageError(
      'The cell was played in Firefox, and none is installed; install one or set TABWITNESS_FIREFOX.',
    )
  return {browserPath: '', firefoxPath}
}
