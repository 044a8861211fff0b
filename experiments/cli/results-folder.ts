/** The folder that runs are written into, checked before anything is started. */
import {accessSync, constants, mkdirSync, readdirSync, statSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Option} from 'commander'
import {UsageError} from '../usage-error.ts'
import {suggestion} from './accepted.ts'

export const DEFAULT_RESULTS_FOLDER = fileURLToPath(new URL('../../results', import.meta.url))

export const resultsOption = (): Option =>
  new Option('--out <folder>', 'where runs are kept').default(DEFAULT_RESULTS_FOLDER, 'results')

/** Absolute; there or creatable, and writable. */
export function resultsFolder(option: string, value: string): string {
  const folder = resolve(value)
  const standing = nearestStanding(folder)
  if (!statSync(standing).isDirectory()) {
    const what = standing === folder ? 'is a file' : `cannot be made because ${standing} is a file`
    throw new UsageError(`${option} "${value}" ${what}; give a folder that is there or can be made.`)
  }
  try {
    accessSync(standing, constants.W_OK)
  } catch {
    throw new UsageError(`${option} "${value}" cannot be written to; give a folder that you may write to.`)
  }
  return folder
}

/** Made when it is not there: some places look writable and are not. */
export function madeResultsFolder(option: string, value: string): string {
  const folder = resultsFolder(option, value)
  try {
    mkdirSync(folder, {recursive: true})
  } catch (cause) {
    throw new UsageError(`${option} "${value}" cannot be made; give a folder that you may write to.`, {cause})
  }
  return folder
}

/** The path itself, or the nearest one above it that exists. */
function nearestStanding(path: string): string {
  if (statSync(path, {throwIfNoEntry: false}) !== undefined) return path
  const above = dirname(path)
  return above === path ? path : nearestStanding(above)
}

/** A run by its id in `results`, or by its folder. Answers with the folder. */
export function runByName(option: string, value: string, results: string): string {
  const places = [join(results, value), resolve(value)]
  const found = places.find((place) =>
    statSync(join(place, 'manifest.json'), {throwIfNoEntry: false})?.isFile(),
  )
  if (found !== undefined) return found
  const runs = runsIn(results)
  const accepted = runs.length === 0 ? `; there is no run in ${results} yet` : suggestion(value, runs)
  const file = places.find((place) => statSync(place, {throwIfNoEntry: false})?.isFile())
  const what = file === undefined ? 'is not a run' : 'is a file and not the folder of a run'
  throw new UsageError(`${option} "${value}" ${what}${accepted}.`)
}

const NEWEST_RUNS = 8

function runsIn(results: string): string[] {
  const folder = statSync(results, {throwIfNoEntry: false})
  if (!folder?.isDirectory()) return []
  return readdirSync(results)
    .filter((name) => statSync(join(results, name, 'manifest.json'), {throwIfNoEntry: false})?.isFile())
    .toSorted()
    .slice(-NEWEST_RUNS)
}
