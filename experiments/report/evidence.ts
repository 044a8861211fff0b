/** The lines of a history that prove something, as they stand in the file. */
import {readFileSync} from 'node:fs'
import {historyFile} from '../history/run-folder.ts'
import type {RunFolder} from '../history/run-folder.ts'

export type ProofLine = {readonly line: number; readonly text: string}

const LONGEST = 240

/** Looks lines up by cell and number. A cell whose file cannot be read has none. */
export type Evidence = (cellId: string, lines: readonly number[]) => readonly ProofLine[]

export function evidenceIn(folder: RunFolder): Evidence {
  return (cellId, numbers) => {
    const lines = read(historyFile(folder, cellId))
    return numbers.flatMap((line) => {
      const text = lines[line - 1]
      if (text === undefined) return []
      return [{line, text: text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text}]
    })
  }
}

function read(file: string): readonly string[] {
  try {
    return readFileSync(file, 'utf8').split('\n')
  } catch {
    return []
  }
}
