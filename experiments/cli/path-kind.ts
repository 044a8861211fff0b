/** What is at a path, without exceptions: a place we may not look into is an answer too. */
import {statSync} from 'node:fs'

export type PathKind = 'folder' | 'file' | 'absent' | 'closed'

export function pathKind(path: string): PathKind {
  try {
    return statSync(path).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : null
    return code === 'ENOENT' || code === 'ENOTDIR' ? 'absent' : 'closed'
  }
}
