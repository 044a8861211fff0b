/** A file for SQLite: there already, or in a folder where it can be made. */
import {accessSync, closeSync, constants, openSync, readSync} from 'node:fs'
import {dirname, resolve} from 'node:path'
import {UsageError} from '../usage-error.ts'
import {pathKind} from './path-kind.ts'

const SQLITE_HEADER = 'SQLite format 3\0'

export function storePath(option: string, value: string): string {
  const file = resolve(value)
  const refuse = (why: string) =>
    new UsageError(`${option} "${value}" ${why}; give a file that is one of SQLite's or not there yet.`)

  const kind = pathKind(file)
  if (kind === 'folder') throw refuse('is a folder')
  if (kind === 'absent' && !isWritable(dirname(file)))
    throw refuse('is in a folder that is not there or cannot be written to')
  if (kind === 'absent') return file
  if (!isWritable(file)) throw refuse('cannot be written to')
  const start = startOf(file)
  if (start !== '' && start !== SQLITE_HEADER) throw refuse('is not a SQLite file')
  return file
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK)
    return true
  } catch {
    return false
  }
}

function startOf(path: string): string {
  const start = Buffer.alloc(SQLITE_HEADER.length)
  const file = openSync(path, 'r')
  const sizeBytes = readSync(file, start, 0, start.length, 0)
  closeSync(file)
  return start.toString('latin1', 0, sizeBytes)
}
