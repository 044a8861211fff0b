/** The frames and pushes of a cell as its browsers had them, taken out of its history: one JSON a line. Rules TG1, TG23. */
import {mkdirSync, readFileSync} from 'node:fs'
import {dirname, join} from 'node:path'
import {readLine} from '../history/history-reader.ts'
import {historyFile, type RunFolder} from '../history/run-folder.ts'

/** `write` puts the text in the file's place. Nothing is written where nothing was captured. */
export function writeFrames(
  folder: RunFolder,
  cellId: string,
  write: (file: string, text: string) => void,
): void {
  const lines = readFileSync(historyFile(folder, cellId), 'utf8').split('\n')
  const frames = lines.flatMap((line) => {
    const read = line.startsWith('{"kind":"captured"') ? readLine(line) : null
    if (!read?.ok || read.event.kind !== 'captured') return []
    const {kind: _, ...frame} = read.event
    return [`${JSON.stringify(frame)}\n`]
  })
  if (frames.length === 0) return
  const file = join(folder.artifacts, cellId, 'frames.jsonl')
  mkdirSync(dirname(file), {recursive: true})
  write(file, frames.join(''))
}
