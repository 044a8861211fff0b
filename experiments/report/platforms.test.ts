/** Two platforms in one report, raw and modelled pushes apart. */
import {readFileSync, rmSync} from 'node:fs'
import {afterEach, describe, expect, test} from 'vitest'
import type {History} from '../history/history-event.ts'
import {findingsMatrix} from './findings-matrix.ts'
import {headlines} from './headlines.ts'
import {pushCell, recordRun, stalenessCell} from './run-builder.ts'
import {sectionsOf} from './sections.ts'
import {judgeRun, summarise} from './summarise.ts'
import {terminalTable} from './terminal-table.ts'

const made: string[] = []
afterEach(() => {
  for (const root of made.splice(0)) rmSync(root, {recursive: true})
})
const record = (...histories: readonly History[]) => {
  const folder = recordRun(histories)
  made.push(folder.root)
  return folder
}
const summaryOf = (...histories: readonly History[]) =>
  judgeRun(record(...histories).root, () => null).summary

const both = [
  stalenessCell('observed', null),
  stalenessCell('content', 4),
  pushCell('content', 20),
  pushCell('content', 900, 'modelled'),
  pushCell('content', 1_020, 'delayed'),
]

describe('platforms side by side', () => {
  test('one table has both, a policy above the same policy, and says which is which', () => {
    const table = terminalTable(summaryOf(...both), {color: false})
    expect(table).toMatch(/cross-tab-staleness {2}chatgpt, claude;.* pushes raw/)
    expect(table).toMatch(/content +chatgpt +1\/1 +1\/1 whole.*\n *content +claude +1\/1 +1\/1 whole/)
  })

  test('with one platform there is no such column', () => {
    expect(terminalTable(summaryOf(pushCell('content', 20)), {color: false})).not.toMatch(/content +claude/)
  })

  test('headlines are by platform', () => {
    const told = headlines(summaryOf(...both)).filter(({title}) => title === 'cross-tab-staleness')
    expect(told.map(({platform, policy}) => [platform, policy])).toEqual([
      ['chatgpt', 'observed'],
      ['chatgpt', 'content'],
      ['claude', 'content'],
    ])
  })

  test("the README's matrix has a table for each, of what was measured", () => {
    const matrix = findingsMatrix(summaryOf(...both))
    expect(matrix).toMatch(/On `chatgpt`:\n\n[^]*On `claude`:\n\n\| policy \| B visible \|/)
    expect(matrix).not.toContain('900 ms')
  })

  test('what a cell costs is said for each', () => {
    expect(terminalTable(summaryOf(...both), {color: false}).replaceAll('\n', ' ')).toMatch(
      /on chatgpt p50 200 ms alone \(2 cells\), on claude p50 200 ms alone \(3 cells\)/,
    )
  })
})

describe('raw and modelled pushes', () => {
  test('never share a row, a table or a headline', () => {
    const summary = summaryOf(...both)
    for (const {blocks, isModelled} of sectionsOf(summary))
      for (const {conditions} of blocks.flatMap(({rows}) => rows))
        expect((conditions['delivery'] ?? 'raw') !== 'raw').toBe(isModelled)
    const modelled = headlines(summary).filter(({text}) => text.includes('900 ms'))
    expect(modelled.map(({title}) => title)).toEqual(['cross-tab-staleness, MODELLED push delivery'])
  })

  test('never share a figure, and what is modelled says so', async () => {
    const folder = record(...both)
    await summarise(folder.root, () => null)
    const page = readFileSync(folder.report, 'utf8')
    const sections = page.split('<section ').filter((part) => part.includes('MODELLED push delivery</h2>'))
    expect(sections).toHaveLength(1)
    expect(sections[0]).toContain('MODELLED push delivery, 0.5–2 s')
    expect(sections[0]).not.toMatch(/raw push delivery|chatgpt/)
  })

  test('the legs of their pushes are counted apart', () => {
    const {pushes = []} = summaryOf(...both)
    expect(pushes.map(({experiment, isModelled, stored}) => [experiment, isModelled, stored])).toEqual([
      ['cross-tab-staleness', false, 1],
      ['cross-tab-staleness', true, 2],
    ])
    expect(pushes[0]?.legs['sent → acked']?.p50.valueMs).toBeCloseTo(2)
  })
})
