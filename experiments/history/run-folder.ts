/** Where the files of a run are, and the one reading of its manifest. Judges nothing. */
import {existsSync, readFileSync, statSync} from 'node:fs'
import {join} from 'node:path'
import * as v from 'valibot'
import {UsageError} from '../usage-error.ts'
import {manifest} from './manifest.ts'
import type {Manifest} from './manifest.ts'

export type RunFolder = {
  readonly root: string
  readonly manifest: string
  readonly cells: string
  readonly artifacts: string
  readonly verdicts: string
  readonly samples: string
  readonly summaryJson: string
  readonly summaryMarkdown: string
  readonly summaryCsv: string
  readonly triggersCsv: string
  readonly junit: string
  readonly report: string
}

export const runFolder = (root: string): RunFolder => ({
  root,
  manifest: join(root, 'manifest.json'),
  cells: join(root, 'cells'),
  artifacts: join(root, 'artifacts'),
  verdicts: join(root, 'verdicts.jsonl'),
  samples: join(root, 'samples.jsonl'),
  summaryJson: join(root, 'summary.json'),
  summaryMarkdown: join(root, 'summary.md'),
  summaryCsv: join(root, 'summary.csv'),
  triggersCsv: join(root, 'triggers.csv'),
  junit: join(root, 'junit.xml'),
  report: join(root, 'report.html'),
})

export const historyFile = (folder: RunFolder, cellId: string): string =>
  join(folder.cells, `${cellId}.jsonl`)

/** The folder of a run that is already there. Throws {@link UsageError} when it is not one. */
export function openRun(root: string): RunFolder {
  requireFolder(root)
  const folder = runFolder(root)
  if (!existsSync(folder.manifest))
    throw new UsageError(
      `${root} is not a run: it has no manifest.json. Give the folder of a run, such as results/<run-id>.`,
    )
  return folder
}

/** Throws {@link UsageError} when `root` is missing or is a file. */
export function requireFolder(root: string): void {
  const found = statSync(root, {throwIfNoEntry: false})
  if (found === undefined)
    throw new UsageError(`There is no folder ${root}. Give the folder of a run, such as results/<run-id>.`)
  if (!found.isDirectory())
    throw new UsageError(`${root} is a file. Give a folder, such as results/<run-id>.`)
}

export function readManifest(folder: RunFolder): Manifest {
  let value: unknown
  try {
    value = JSON.parse(readFileSync(folder.manifest, 'utf8'))
  } catch {
    throw new UsageError(
      `${folder.manifest} cannot be read as JSON. It is written by tabwitness run; restore it or run again.`,
    )
  }
  const result = v.safeParse(manifest, value)
  if (result.success) return result.output
  const [issue] = result.issues
  throw new UsageError(
    `${folder.manifest} is not a manifest of this version: ${v.getDotPath(issue) ?? 'file'}: ${issue.message}`,
  )
}
