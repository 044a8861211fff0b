import {mkdtempSync, readFileSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {parseHistory, readHistory} from './history-reader.ts'
import {HistoryWriter, isFinished, setAside} from './history-writer.ts'

let folder: string
let file: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tabwitness-history-'))
  file = join(folder, 'abc.jsonl')
})
afterEach(() => rmSync(folder, {recursive: true}))

const cell = {
  experiment: 'e',
  platform: 'chatgpt',
  policy: 'observed',
  conditions: {},
  seed: 's',
  repetition: 1,
}
const begin = () =>
  new HistoryWriter(file, {at: 1, cellId: 'abc', cell, steps: [], browser: 'Chromium 156', alone: true})
const end = {at: 9, wallMs: 8, waitedMs: 5, failure: null}
const state = (at: number) => ({kind: 'tab-state', at, tab: 'B', state: 'hidden'}) as const
const window = (at: number) => ({kind: 'window', at, name: 'main', phase: 'opened', limitMs: 5}) as const

describe('writing', () => {
  test('[HI1] what was written is read back, sorted by time, each event with its line', () => {
    using history = begin()
    history.append(state(5))
    history.append(window(3))
    history.finish(end)
    expect(readHistory(file)).toMatchObject({
      ok: true,
      history: {
        events: [
          {kind: 'window', at: 3, line: 3},
          {kind: 'tab-state', at: 5, line: 2},
        ],
        footer: {lines: 4},
      },
    })
  })

  test('[HI1] events of one moment keep the order in which they were recorded', () => {
    using history = begin()
    for (let i = 0; i < 5; i += 1) history.append(state(7))
    history.finish(end)
    const read = readHistory(file)
    expect(read.ok && read.history.events.map((event) => event.line)).toEqual([2, 3, 4, 5, 6])
  })

  test('[HI4] a history that is there is not written again', () => {
    begin().finish(end)
    const before = readFileSync(file)
    expect(begin).toThrow('EEXIST')
    expect(readFileSync(file)).toEqual(before)
  })

  test('[HI4] only a file with its footer is finished', () => {
    expect(isFinished(file)).toBe(false)
    const history = begin()
    expect(isFinished(file)).toBe(false)
    history.append(state(5))
    history.flush()
    expect(isFinished(file)).toBe(false)
    history.finish(end)
    expect(isFinished(file)).toBe(true)
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -2))
    expect(isFinished(file)).toBe(false)
  })

  test('[HI4] an unfinished history is set aside under a name of its own, as often as it takes', () => {
    begin().close()
    expect(setAside(file)).toBe(join(folder, 'abc.1.half'))
    begin().close()
    expect(setAside(file)).toBe(join(folder, 'abc.2.half'))
    expect(isFinished(file)).toBe(false)
  })
})

const wholeHistory = () => {
  const history = begin()
  history.append(state(5))
  history.finish(end)
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  rmSync(file)
  return lines
}

const changed = (change: (lines: string[]) => readonly string[]) =>
  parseHistory(`${change(wholeHistory()).join('\n')}\n`)

describe('what is wrong with a file is told with its line', () => {
  test('[HI3] no footer', () => {
    expect(changed((all) => all.slice(0, 2))).toEqual({
      ok: false,
      line: 2,
      why: 'there is no footer: the cell was not finished',
    })
  })

  test('[HI3] a line that is cut off', () => {
    expect(parseHistory(wholeHistory().join('\n').slice(0, -4))).toMatchObject({
      ok: false,
      line: 3,
      why: 'the last line is cut off',
    })
  })

  test('[HI3] a foreign event', () => {
    expect(changed(([a, , c]) => [a!, '{"kind":"snow","at":4}', c!])).toMatchObject({ok: false, line: 2})
    expect(changed(([a, , c]) => [a!, 'null', c!])).toMatchObject({ok: false, line: 2})
    expect(changed(([a, , c]) => [a!, 'not json', c!])).toEqual({ok: false, line: 2, why: 'not JSON'})
  })

  test('[HI3] a wrong field is named', () => {
    const read = changed(([a, b, c]) => [a!, b!.replace('hidden', 'asleep'), c!])
    expect(read).toMatchObject({ok: false, line: 2})
    expect(!read.ok && read.why).toContain('state')
  })

  test('[HI3] a newer format', () => {
    expect(changed(([a, b, c]) => [a!.replace('"format":4', '"format":5'), b!, c!])).toEqual({
      ok: false,
      line: 1,
      why: 'history format 5; this version of Tabwitness reads the formats 1, 2, 3 and 4',
    })
  })

  test.each([1, 2, 3])('[HI7] a history of the older format %i is read', (format) => {
    const older = changed(([a, b, c]) => [a!.replace('"format":4', `"format":${format}`), b!, c!])
    expect(older).toMatchObject({ok: true, history: {header: {format}, footer: {lines: 3}}})
  })

  test('[HI3] header and footer out of place', () => {
    expect(changed(([a, b, c]) => [b!, a!, c!])).toMatchObject({
      line: 1,
      why: 'the first line is not a header',
    })
    expect(changed(([a, b, c]) => [a!, a!, b!, c!])).toMatchObject({line: 2, why: 'a second header'})
    expect(changed(([a, b, c]) => [a!, c!, b!])).toMatchObject({
      line: 2,
      why: 'a footer before the last line',
    })
  })

  test('[HI3] lines that went missing', () => {
    expect(changed(([a, , c]) => [a!, c!])).toMatchObject({why: 'the footer counts 3 lines, the file has 2'})
  })

  test('[HI3] an empty file, a file that is not there, a folder', () => {
    expect(parseHistory('')).toMatchObject({ok: false, line: 1})
    expect(readHistory(join(folder, 'none.jsonl'))).toMatchObject({
      ok: false,
      why: expect.stringContaining('ENOENT'),
    })
    expect(readHistory(folder)).toMatchObject({ok: false, why: expect.stringContaining('EISDIR')})
  })
})
