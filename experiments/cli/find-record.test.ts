import {mkdirSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {afterAll, expect, test} from 'vitest'
import {UsageError} from '../usage-error.ts'
import {findRecord} from './find-record.ts'

const results = mkdtempSync(join(tmpdir(), 'tabwitness-find-test-'))
afterAll(() => rmSync(results, {recursive: true}))

function run(name: string, startedAt: string, suite: string, ...ids: readonly string[]): string {
  const folder = join(results, name)
  mkdirSync(join(folder, 'cells'), {recursive: true})
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({startedAt, suite}))
  for (const id of ids) writeFileSync(join(folder, 'cells', `${id}.jsonl`), '')
  return folder
}
const older = run('a', '2026-01-02T00:00:00Z', 'quick', 'aa11', 'ab22', 'ff00')
const newer = run('b', '2026-01-03T00:00:00Z', 'full', 'aa11', 'cc33', 'cc34')
run('replay-c', '2026-01-04T00:00:00Z', 'replay', 'aa11', 'aa11-2', 'dd44')

const inRun = (folder: string, id: string) => join(folder, 'cells', `${id}.jsonl`)

test('[RP1] a cell is found by the beginning of its id, in the newest run that has one', () => {
  expect(findRecord('aa11', results, null)).toBe(inRun(newer, 'aa11'))
  expect(findRecord('ab', results, null)).toBe(inRun(older, 'ab22'))
  expect(findRecord('aa', results, older)).toBe(inRun(older, 'aa11'))
})

test('[RP1] the first playing is meant before what was played again', () => {
  expect(findRecord('aa', results, null)).toBe(inRun(newer, 'aa11'))
  expect(findRecord('dd', results, null)).toBe(inRun(join(results, 'replay-c'), 'dd44'))
})

test('[RP1] a file is what it is, wherever it lies', () => {
  expect(findRecord(inRun(older, 'ff00'), results, null)).toBe(inRun(older, 'ff00'))
})

test.each([
  ['cc', null, 'cell "cc" is ambiguous in b: cc33, cc34; give more of it.'],
  ['', null, 'cell "" is in no run of'],
  [
    '99',
    null,
    `cell "99" is in no run of ${results}, nor a history's file; b has 3, such as aa11, cc33, cc34.`,
  ],
  ['cc33', older, 'cell "cc33" is no cell of a; a has 3, such as aa11, ab22, ff00.'],
  ['no/file.jsonl', null, 'cell "no/file.jsonl" is no file; give a history, or the id of a cell.'],
])('[RP8] of "%s" in %s it is said why there is none', (cell, only, sentence) => {
  expect(() => findRecord(cell, results, only)).toThrow(UsageError)
  expect(() => findRecord(cell, results, only)).toThrow(sentence)
})

test('[RP8] without runs nothing is found', () => {
  const none = join(results, 'none')
  expect(() => findRecord('aa', none, null)).toThrow(
    `cell "aa" cannot be found: there is no run in ${none} yet.`,
  )
})
