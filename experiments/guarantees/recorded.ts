/** Histories that real tabs recorded: the committed reference run, as far as consistency is concerned. */
import {closeSync, globSync, openSync, readSync} from 'node:fs'
import {fileURLToPath} from 'node:url'
import type {History} from '../history/history-event.ts'
import {readHistory} from '../history/history-reader.ts'
import {renumbered} from './mutants.ts'
import {isAboutConsistency} from './about-consistency.ts'

const CELLS = fileURLToPath(new URL('../../results/reference/cells/', import.meta.url))
const HEADER_BYTES = 16 * 1024

/** One cell of every platform, policy, experiment and state, the first by its file's name. */
export function recordedFiles(): readonly string[] {
  const kinds = new Map<string, string>()
  for (const file of globSync('*.jsonl', {cwd: CELLS}).toSorted()) {
    const kind = kindOf(`${CELLS}${file}`)
    if (!kinds.has(kind)) kinds.set(kind, `${CELLS}${file}`)
  }
  return [...kinds.values()]
}

function kindOf(file: string): string {
  const descriptor = openSync(file, 'r')
  try {
    const bytes = Buffer.alloc(HEADER_BYTES)
    const text = bytes.toString('utf8', 0, readSync(descriptor, bytes))
    return ['platform', 'policy', 'experiment', 'state']
      .map((name) => new RegExp(`"${name}":"([^"]*)"`).exec(text)?.[1] ?? '')
      .join(' ')
  } finally {
    closeSync(descriptor)
  }
}

/** Nothing that the guarantees look at is missing; an answer grows in fewer steps, for the oracle is slow. */
export function recordedHistory(file: string, keepEvery: number): History {
  const read = readHistory(file)
  if (!read.ok) throw new Error(`${file}, line ${read.line}: ${read.why}`)
  let growing = 0
  const events = read.history.events.filter(isAboutConsistency).filter((event) => {
    const isStep =
      event.kind === 'witness' &&
      event.event.kind === 'shown' &&
      event.event.view.at(-1)?.status === 'streaming'
    const isPiece = event.kind === 'ledger' && event.event.kind === 'appended'
    const isNews = event.kind === 'witness' && event.event.kind === 'received'
    return !(isStep || isPiece || isNews) || (growing += 1) % keepEvery === 0
  })
  return renumbered({...read.history, events})
}
