/** The folder that runs are written into, checked before anything is started. */
import {accessSync, constants, mkdirSync, readdirSync} from 'node:fs'
import {dirname, join, resolve} from 'node:path'
import {fileURLToPath} from 'node:url'
import {Option} from 'commander'
import {UsageError} from '../usage-error.ts'
import {suggestion} from './accepted.ts'
import {pathKind} from './path-kind.ts'

export const DEFAULT_RESULTS_FOLDER = fileURLToPath(new URL('../../results', import.meta.url))

export const resultsOption = (): Option =>
  new Option('--out <folder>', 'where runs are kept').default(DEFAULT_RESULTS_FOLDER, 'results')

/** Absolute; there, or made now. Made before the work, because some places look writable and are not. */
export function madeResultsFolder(option: string, value: string): string {
  const folder = resultsFolder(option, value)
  try {
    // One by one: `recursive` never comes back where the system answers ENOENT for ever, as in /proc.
    const absent = pathsUpTo(folder).filter((path) => pathKind(path) === 'absent')
    for (const path of absent.toReversed()) mkdirSync(path)
    accessSync(folder, constants.W_OK)
    return folder
  } catch (cause) {
    throw new UsageError(`${option} "${value}" cannot be written to; give a folder that you may write to.`, {
      cause,
    })
  }
}

/** Absolute; not in the way of a file. */
export function resultsFolder(option: string, value: string): string {
  const folder = resolve(value)
  const inTheWay = pathsUpTo(folder).find((path) => pathKind(path) === 'file')
  if (inTheWay === undefined) return folder
  const what = inTheWay === folder ? 'is a file' : `cannot be made because ${inTheWay} is a file`
  throw new UsageError(`${option} "${value}" ${what}; give a folder that is there or can be made.`)
}

/** The path and all that are above it. */
const pathsUpTo = (path: string): string[] =>
  dirname(path) === path ? [path] : [path, ...pathsUpTo(dirname(path))]

/** A run by its id in `results`, or by its folder. Answers with the folder. */
export function runByName(option: string, value: string, results: string): string {
  const places = [join(results, value), resolve(value)]
  const found = places.find(isRun)
  if (found !== undefined) return found
  const what = places.some((place) => pathKind(place) === 'file')
    ? 'is a file and not the folder of a run'
    : 'is not a run'
  const runs = newestRunsIn(results)
  const accepted = runs.length === 0 ? `; there is no run in ${results} yet` : suggestion(value, runs)
  throw new UsageError(`${option} "${value}" ${what}${accepted}.`)
}

const NEWEST_RUNS = 8

const newestRunsIn = (results: string): string[] =>
  pathKind(results) !== 'folder'
    ? []
    : readdirSync(results)
        .filter((name) => isRun(join(results, name)))
        .toSorted()
        .slice(-NEWEST_RUNS)

const isRun = (folder: string) => pathKind(join(folder, 'manifest.json')) === 'file'
