/**
 * Reads a history line by line and keeps none of it, so that a long one costs no memory. Refuses what the reader of whole
 * histories refuses, with the same words and line. Rules SG6, HI3.
 */
import {closeSync, openSync, readSync} from 'node:fs'
import {StringDecoder} from 'node:string_decoder'
import type {HistoryFooter, HistoryHeader, RecordedEvent} from '../history/history-event.ts'
import {readLine, whyMisplaced} from '../history/history-reader.ts'

export type Refusal = {readonly ok: false; readonly line: number; readonly why: string}
export type LinesRead =
  | {readonly ok: true; readonly header: HistoryHeader; readonly footer: HistoryFooter}
  | Refusal

const CHUNK_BYTES = 256 * 1024

/** Gives every event between header and footer to `take`, in the order of the file. Never throws because of the file. */
export function readHistoryLines(file: string, take: (event: RecordedEvent) => void): LinesRead {
  let descriptor: number
  try {
    descriptor = openSync(file, 'r')
  } catch (cause) {
    return unreadable(cause)
  }
  try {
    return readLines(descriptor, take)
  } catch (cause) {
    return unreadable(cause)
  } finally {
    closeSync(descriptor)
  }
}

function unreadable(cause: unknown): Refusal {
  if (!(cause instanceof Error && 'code' in cause)) throw cause
  return refuse(0, `the file cannot be read (${String(cause.code)})`)
}

const refuse = (line: number, why: string): Refusal => ({ok: false, line, why})

function readLines(descriptor: number, take: (event: RecordedEvent) => void): LinesRead {
  const decoder = new StringDecoder('utf8')
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES)
  let rest = ''
  let line = 0
  let header: HistoryHeader | null = null
  let footer: HistoryFooter | null = null

  for (;;) {
    const size = readSync(descriptor, chunk)
    const lines = (rest + (size === 0 ? decoder.end() : decoder.write(chunk.subarray(0, size)))).split('\n')
    rest = lines.pop() ?? ''
    for (const text of lines) {
      if (footer !== null) return refuse(line, 'a footer before the last line')
      line += 1
      const read = readLine(text)
      if (!read.ok) return refuse(line, read.why)
      const {event} = read
      const misplaced = whyMisplaced(event, line - 1, Number.POSITIVE_INFINITY)
      if (misplaced !== null && event.kind !== 'footer') return refuse(line, misplaced)
      if (event.kind === 'header') header = event
      else if (event.kind === 'footer') footer = event
      else take({...event, line})
    }
    if (size === 0) break
  }

  if (line === 0) return refuse(1, 'the file has no complete line')
  if (rest !== '') return refuse(line + 1, 'the last line is cut off')
  if (header === null) return refuse(1, 'the first line is not a header')
  if (footer === null) return refuse(line, 'there is no footer: the cell was not finished')
  if (footer.lines !== line)
    return refuse(line, `the footer counts ${footer.lines} lines, the file has ${line}`)
  return {ok: true, header, footer}
}
