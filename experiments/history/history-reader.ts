/**
 * Reads a history back. What is wrong with a file is an answer with a line number, never an exception: a run is judged
 * cell by cell, and one bad file must not hide the others. Rules HI1, HI3, HI5.
 */
import {readFileSync} from 'node:fs'
import * as v from 'valibot'
import {HISTORY_FORMATS, historyEvent} from './history-event.ts'
import type {History, HistoryEvent, RecordedEvent} from './history-event.ts'

export type HistoryRead =
  | {readonly ok: true; readonly history: History}
  | {readonly ok: false; readonly why: string; readonly line: number}

export function readHistory(file: string): HistoryRead {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown error'
    return refuse(0, `the file cannot be read (${code})`)
  }
  return parseHistory(text)
}

export function parseHistory(text: string): HistoryRead {
  const lines = text.split('\n')
  const unterminated = lines.pop()
  if (lines.length === 0) return refuse(1, 'the file has no complete line')

  const decoded: HistoryEvent[] = []
  for (const [index, line] of lines.entries()) {
    const read = readLine(line)
    if (!read.ok) return refuse(index + 1, read.why)
    const misplaced = whyMisplaced(read.event, index, lines.length)
    if (misplaced !== null) return refuse(index + 1, misplaced)
    decoded.push(read.event)
  }

  const header = decoded[0]
  const footer = decoded.at(-1)
  if (unterminated !== '') return refuse(lines.length + 1, 'the last line is cut off')
  if (header?.kind !== 'header') return refuse(1, 'the first line is not a header')
  if (footer?.kind !== 'footer') return refuse(lines.length, 'there is no footer: the cell was not finished')
  if (footer.lines !== lines.length)
    return refuse(lines.length, `the footer counts ${footer.lines} lines, the file has ${lines.length}`)

  const events = decoded.flatMap((event, index) => recorded(event, index + 1)).toSorted((a, b) => a.at - b.at)
  return {ok: true, history: {header, events, footer}}
}

const refuse = (line: number, why: string): HistoryRead => ({ok: false, why, line})

const recorded = (event: HistoryEvent, line: number): RecordedEvent[] =>
  event.kind === 'header' || event.kind === 'footer' ? [] : [{...event, line}]

export function whyMisplaced(event: HistoryEvent, index: number, lines: number): string | null {
  if (index === 0) return event.kind === 'header' ? null : 'the first line is not a header'
  if (event.kind === 'header') return 'a second header'
  if (event.kind === 'footer' && index < lines - 1) return 'a footer before the last line'
  return null
}

type LineRead = {readonly ok: true; readonly event: HistoryEvent} | {readonly ok: false; readonly why: string}

export function readLine(line: string): LineRead {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return {ok: false, why: 'not JSON'}
  }
  const format = headerFormat(value)
  if (format !== null && !HISTORY_FORMATS.some((known) => known === format))
    return {
      ok: false,
      why: `history format ${format}; this version of Tabwitness reads the formats ${FORMATS_IN_WORDS}`,
    }
  const result = v.safeParse(historyEvent, value)
  if (result.success) return {ok: true, event: result.output}
  const kind = kindOf(value)
  return {ok: false, why: `not a history event (${kind}): ${issueText(result.issues)}`}
}

const FORMATS_IN_WORDS = new Intl.ListFormat('en-GB').format(HISTORY_FORMATS.map(String))

const property = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null
    ? Object.getOwnPropertyDescriptor(value, name)?.value
    : undefined

const kindOf = (value: unknown): string => `kind ${JSON.stringify(property(value, 'kind')) ?? 'absent'}`

function headerFormat(value: unknown): number | null {
  const format = property(value, 'format')
  return property(value, 'kind') === 'header' && typeof format === 'number' ? format : null
}

const issueText = (issues: readonly [v.BaseIssue<unknown>, ...v.BaseIssue<unknown>[]]): string =>
  `${v.getDotPath(issues[0]) ?? 'the line'}: ${issues[0].message}`
