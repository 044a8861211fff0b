/**
 * Folders that live as long as this process: named by its id, so that what a killed run left behind is found and
 * removed by the next one.
 */
import {readdirSync, rmSync} from 'node:fs'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {atExit} from './at-exit.ts'

const NAME = /^tabwitness-(\d+)-/
const REMOVAL = {recursive: true, force: true, maxRetries: 10, retryDelay: 100} as const

export type TemporaryFolder = {readonly path: string; remove(): Promise<void>; removeNow(): void}

export async function temporaryFolder(purpose: string): Promise<TemporaryFolder> {
  const path = await mkdtemp(join(tmpdir(), `tabwitness-${process.pid}-${purpose}-`))
  const removeNow = () => rmSync(path, {...REMOVAL, maxRetries: 3})
  const callOff = atExit(removeNow)
  return {
    path,
    removeNow,
    async remove() {
      callOff()
      await rm(path, REMOVAL)
    },
  }
}

/** Removes the folders of processes that are gone. */
export function sweepTemporaryFolders(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = Number(NAME.exec(name)?.[1])
    if (pid && !isAlive(pid)) rmSync(join(tmpdir(), name), REMOVAL)
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    // Somebody else's process is alive too.
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}
