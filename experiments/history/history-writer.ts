/**
 * Writes one history, line by line, into a file that must not exist yet: nothing recorded is ever overwritten.
 * A file with its footer is done; one without is half of a cell and is set aside, not continued. Rules HI1, HI4.
 */
import {closeSync, existsSync, fstatSync, openSync, readSync, renameSync, writeSync} from 'node:fs'
import {HISTORY_FORMAT} from './history-event.ts'
import type {HistoryEvent, HistoryFooter, HistoryHeader} from './history-event.ts'

const BUFFER_CHARS = 64 * 1024
const TAIL_BYTES = 64 * 1024

type Line = Exclude<HistoryEvent, HistoryHeader | HistoryFooter>

export class HistoryWriter {
  readonly file: string
  readonly #descriptor: number
  #waiting = ''
  #lines = 0
  #open = true

  /** Throws when the file is already there. The header is on the disk before this returns. */
  constructor(file: string, header: Omit<HistoryHeader, 'kind' | 'format'>) {
    this.file = file
    this.#descriptor = openSync(file, 'wx')
    this.#write({kind: 'header', format: HISTORY_FORMAT, ...header})
    this.flush()
  }

  append(event: Line): void {
    this.#write(event)
  }

  flush(): void {
    if (this.#waiting === '') return
    writeSync(this.#descriptor, this.#waiting)
    this.#waiting = ''
  }

  /** Writes the footer, whose `lines` counts itself, and closes the file. */
  finish(footer: Omit<HistoryFooter, 'kind' | 'lines'>): void {
    this.#write({kind: 'footer', ...footer, lines: this.#lines + 1})
    this.close()
  }

  /** Closes without a footer: the cell stays undone. */
  close(): void {
    if (!this.#open) return
    this.flush()
    this.#open = false
    closeSync(this.#descriptor)
  }

  [Symbol.dispose](): void {
    this.close()
  }

  #write(event: HistoryEvent): void {
    if (!this.#open) throw new TypeError(`the history ${this.file} is already closed`)
    this.#waiting += `${JSON.stringify(event)}\n`
    this.#lines += 1
    if (this.#waiting.length >= BUFFER_CHARS) this.flush()
  }
}

/** Whether the file ends in a footer line. Reads only its tail; `readHistory` says whether the rest is sound. */
export function isFinished(file: string): boolean {
  if (!existsSync(file)) return false
  const descriptor = openSync(file, 'r')
  try {
    const {size} = fstatSync(descriptor)
    const tail = Buffer.alloc(Math.min(size, TAIL_BYTES))
    readSync(descriptor, tail, 0, tail.length, size - tail.length)
    return endsInFooter(tail.toString('utf8'))
  } finally {
    closeSync(descriptor)
  }
}

function endsInFooter(tail: string): boolean {
  if (!tail.endsWith('\n')) return false
  const lastLine = tail.slice(tail.lastIndexOf('\n', tail.length - 2) + 1)
  return /^\{"kind":"footer",.*\}\n$/.test(lastLine)
}

/**
 * Moves a history out of the way, to `<cell-id>.<n>.half` beside it: `half` of a cell, or `unproved` conditions.
 * Returns where it went.
 */
export function setAside(file: string, why: 'half' | 'unproved' = 'half'): string {
  const stem = file.replace(/\.jsonl$/, '')
  let n = 1
  while (existsSync(`${stem}.${n}.${why}`)) n += 1
  renameSync(file, `${stem}.${n}.${why}`)
  return `${stem}.${n}.${why}`
}
