/** Which file a person means by a cell: the path of a history, or an id (its beginning will do) among the runs. Rule RP1. */
import {existsSync, readdirSync, readFileSync} from 'node:fs'
import {basename, join, resolve} from 'node:path'
import {pathKind} from './path-kind.ts'
import {UsageError} from '../usage-error.ts'

/** Where a run keeps its histories. */
const CELLS = 'cells'
const HISTORY = '.jsonl'
const IDS_TOLD = 8
/** Runs of these suites hold what was played again: the first playing is rather what is meant. */
const AGAIN: readonly string[] = ['replay', 'shrink']

/** `run`: the folder of the only run to look into; null looks into all that are in `results`, the newest first. */
export function findRecord(cell: string, results: string, run: string | null): string {
  const path = resolve(cell)
  if (run === null && pathKind(path) === 'file') return path
  if (cell.includes('/'))
    throw new UsageError(`cell "${cell}" is no file; give a history, or the id of a cell.`)
  const runs = run === null ? runsIn(results) : [run]
  for (const folder of runs) {
    const ids = idsIn(folder)
    if (ids.includes(cell)) return fileOf(folder, cell)
    const [first, ...others] = ids.filter((id) => id.startsWith(cell))
    if (first === undefined || cell === '') continue
    if (others.length === 0) return fileOf(folder, first)
    const meant = [first, ...others].slice(0, IDS_TOLD).join(', ')
    const more = others.length >= IDS_TOLD ? ' …' : ''
    throw new UsageError(
      `cell "${cell}" is ambiguous in ${basename(folder)}: ${meant}${more}; give more of it.`,
    )
  }
  throw new UsageError(`cell "${cell}" ${whyNone(runs, results, run)}.`)
}

function whyNone(runs: readonly string[], results: string, run: string | null): string {
  const [first] = runs
  if (first === undefined) return `cannot be found: there is no run in ${results} yet`
  const what =
    run === null ? `is in no run of ${results}, nor a history's file` : `is no cell of ${basename(run)}`
  const ids = idsIn(first)
  return ids.length === 0 ? what : `${what}; ${basename(first)} has ${ids.length}, such as ${someOf(ids)}`
}

const someOf = (ids: readonly string[]) =>
  ids.slice(0, IDS_TOLD).join(', ') + (ids.length > IDS_TOLD ? ' …' : '')

const fileOf = (folder: string, id: string) => join(folder, CELLS, `${id}${HISTORY}`)

const idsIn = (folder: string): readonly string[] => {
  const cells = join(folder, CELLS)
  if (pathKind(cells) !== 'folder') return []
  return readdirSync(cells)
    .filter((name) => name.endsWith(HISTORY))
    .map((name) => name.slice(0, -HISTORY.length))
    .toSorted()
}

/** The newest first, and what was played again last. A manifest that cannot be read is as old as can be. */
function runsIn(results: string): readonly string[] {
  if (pathKind(results) !== 'folder') return []
  return readdirSync(results)
    .map((name) => join(results, name))
    .filter((folder) => existsSync(join(folder, 'manifest.json')))
    .map((folder) => ({folder, ...startOf(folder)}))
    .toSorted((a, b) => Number(a.isAgain) - Number(b.isAgain) || (a.startedAt < b.startedAt ? 1 : -1))
    .map(({folder}) => folder)
}

function startOf(folder: string): {readonly startedAt: string; readonly isAgain: boolean} {
  try {
    const told: unknown = JSON.parse(readFileSync(join(folder, 'manifest.json'), 'utf8'))
    const {startedAt, suite} = Object(told) as Record<string, unknown>
    return {
      startedAt: typeof startedAt === 'string' ? startedAt : '',
      isAgain: typeof suite === 'string' && AGAIN.includes(suite),
    }
  } catch {
    return {startedAt: '', isAgain: false}
  }
}
