import {appendFileSync, readFileSync, readdirSync, rmSync, writeFileSync} from 'node:fs'
import {join} from 'node:path'
import {afterEach, describe, expect, test} from 'vitest'
import {lifecycle, shows} from '../history/history-builder.ts'
import type {CellSpec, History} from '../history/history-event.ts'
import {historyFile} from '../history/run-folder.ts'
import type {RunFolder} from '../history/run-folder.ts'
import type {Prediction} from '../scenario/experiment.ts'
import {UsageError} from '../usage-error.ts'
import {calibrationCell, recordRun, rivalCell, stalenessCell} from './run-builder.ts'
import {judgeRun, summarise} from './summarise.ts'
import {terminalTable} from './terminal-table.ts'

const predictionOf = ({experiment, policy}: CellSpec): Prediction | null => {
  if (experiment === 'calibration') return null
  return {
    main: policy === 'observed' ? 'nothing' : 'shows',
    return: null,
    refresh: 'shows',
    because: 'of <this> & that',
  }
}

const made: RunFolder[] = []
afterEach(() => {
  for (const {root} of made.splice(0)) rmSync(root, {recursive: true})
})
const record = (...args: Parameters<typeof recordRun>) => {
  const folder = recordRun(...args)
  made.push(folder)
  return folder
}

const sound = (): History[] => [
  calibrationCell(0),
  calibrationCell(50),
  rivalCell(),
  stalenessCell('observed', null),
  stalenessCell('content', 4),
]
const contentsOf = (folder: string) =>
  Object.fromEntries(
    readdirSync(folder, {recursive: true, withFileTypes: true})
      .filter((entry) => entry.isFile())
      .map((entry) => [entry.name, readFileSync(join(entry.parentPath, entry.name), 'utf8')]),
  )

describe('judging a run', () => {
  test('a run that does what was predicted ends with 0', async () => {
    const {summary, exitCode} = await summarise(record(sound()).root, predictionOf)
    expect(summary.counts).toEqual({valid: 5, invalid: 0, unknown: 0, surprises: 0, missing: 0})
    expect(exitCode).toBe(0)
  })

  test('judging again gives the same files, and the histories are not touched', async () => {
    const folder = record(sound())
    const cells = contentsOf(folder.cells)
    await summarise(folder.root, predictionOf)
    const first = contentsOf(folder.root)
    await summarise(folder.root, predictionOf)
    expect(contentsOf(folder.root)).toEqual(first)
    expect(contentsOf(folder.cells)).toEqual(cells)
    expect(Object.keys(first)).toEqual(
      expect.arrayContaining([
        'report.html',
        'summary.csv',
        'summary.md',
        'summary.json',
        'junit.xml',
        'verdicts.jsonl',
        'samples.jsonl',
      ]),
    )
  })

  test('a surprise for the worse ends with 1', () => {
    const {summary} = judgeRun(record([stalenessCell('content', null)]).root, predictionOf)
    expect(summary).toMatchObject({exitCode: 1, notable: [{kind: 'SURPRISE'}]})
  })

  test('[HI5] a history that is half written is told by line, counts as unknown, and hides no other', () => {
    const folder = record(sound())
    const file = historyFile(folder, stalenessCell('observed', null).header.cellId)
    writeFileSync(file, readFileSync(file, 'utf8').slice(0, -30))
    const {summary} = judgeRun(folder.root, predictionOf)
    expect(summary).toMatchObject({
      counts: {valid: 4, unknown: 1},
      exitCode: 2,
      unreadable: [{why: 'the last line is cut off'}],
    })
  })

  test('cells that were not done are missing, not passed', () => {
    const {summary} = judgeRun(
      record([stalenessCell('observed', null)], {order: ['feedfacefeed']}).root,
      predictionOf,
    )
    expect(summary).toMatchObject({missing: ['feedfacefeed'], exitCode: 2})
  })

  test('invalid cells count nowhere', () => {
    const hidden = stalenessCell('content', 4, [lifecycle(2_000, 'B', 'visibilitychange', 'hidden')])
    const {summary} = judgeRun(record([hidden]).root, predictionOf)
    expect(summary.rows).toMatchObject([
      {cells: {all: 1, valid: 0, invalid: 1}, expected: 0, staleness: null, outcome: 'not judged'},
    ])
  })

  test('[HI6] what is no run is refused', async () => {
    await expect(summarise('/nowhere', predictionOf)).rejects.toThrow(UsageError)
  })
})

describe('calibration', () => {
  test('error, slope and rival are found again', () => {
    const {calibration} = judgeRun(record(sound()).root, predictionOf).summary
    expect(calibration.witness?.p50.valueMs).toBeCloseTo(0.05, 6)
    expect(calibration.delays?.slope).toBeCloseTo(1, 9)
    expect(calibration.rivalRatio).toBeCloseTo(200, 3)
    expect(calibration.limits.map(({kept}) => kept)).toEqual([true, true, true, true, true])
  })

  test('a run without one says so', async () => {
    const {table} = await summarise(record([stalenessCell('observed', null)]).root, predictionOf)
    expect(table).toContain('This run has no calibration')
  })
})

describe('outputs', () => {
  const repeated = () =>
    [1, 2, 3, 4].flatMap((n) => [stalenessCell('observed', null, [], n), stalenessCell('content', n, [], n)])

  test('the terminal table fits 110 columns and says what matters without colour', () => {
    const {summary} = judgeRun(record([...sound().slice(0, 3), ...repeated()]).root, predictionOf)
    const table = terminalTable(summary, {color: false})
    expect(Math.max(...table.split('\n').map((line) => line.length))).toBeLessThanOrEqual(110)
    expect(table).toMatch(/observed +4\/4 +nothing +0\/4 +> 4 s \(censored 4\/4\) +4\/4 +as predicted/)
    expect(table).toMatch(/content +4\/4 +4\/4 whole +4\/4 +2.5 \[1.*\] ms +4\/4 +as predicted/)
    expect(table).toContain('SHORT WINDOW: 4 s')
    expect(table).not.toContain('\u001B')
  })

  test('the colours of the terminal table change nothing but colour', () => {
    const {summary} = judgeRun(record(repeated()).root, predictionOf)
    const colored = terminalTable(summary, {color: true})
    // oxlint-disable-next-line no-control-regex
    expect(colored.replaceAll(/\u001B\[\d+m/g, '').replaceAll(/ +$/gm, '')).toBe(
      terminalTable(summary, {color: false}),
    )
  })

  test('the report needs no script and no network, and escapes what it quotes', async () => {
    const folder = record([...sound(), stalenessCell('hint', null)])
    await summarise(folder.root, predictionOf)
    const page = readFileSync(folder.report, 'utf8')
    expect(page).not.toMatch(/<script|<link|@import|src=|url\(/)
    expect(page.replaceAll('http://www.w3.org/', '')).not.toMatch(/https?:/)
    expect(page).toContain('of &lt;this&gt; &amp; that')
    expect(page.match(/<svg[^>]* role="img" aria-label="/g)?.length).toBeGreaterThan(0)
    expect(page.match(/<caption>/g)?.length).toBe(page.match(/<table/g)?.length)
  })

  test('a surprise is shown with the lines that prove it', async () => {
    const folder = record([stalenessCell('content', 4, [shows(5_230, 'B', 'm1', 'm1')])])
    await summarise(folder.root, predictionOf)
    const page = readFileSync(folder.report, 'utf8')
    expect(page).toContain('K3 B: m1 is there twice')
    expect(page).toMatch(/<b>\d+<\/b> \{&quot;kind&quot;:&quot;witness&quot;/)
  })

  test('every row of the CSV has the same number of fields', async () => {
    const folder = record(sound())
    await summarise(folder.root, predictionOf)
    const lines = readFileSync(folder.summaryCsv, 'utf8').trimEnd().split('\r\n')
    const fields = lines.map((line) => line.replaceAll(/"(?:[^"]|"")*"/g, '').split(',').length)
    expect(new Set(fields).size).toBe(1)
  })

  test('JUnit: predicted staleness passes, a surprise fails, a cell that cannot be believed is an error', async () => {
    const hidden = stalenessCell('poll', 4, [lifecycle(2_000, 'B', 'visibilitychange', 'hidden')])
    const folder = record([stalenessCell('observed', null), stalenessCell('content', null), hidden])
    await summarise(folder.root, predictionOf)
    expect(readFileSync(folder.junit, 'utf8')).toContain(
      '<testsuites tests="3" failures="1" errors="1" skipped="0">',
    )
  })

  test('the findings are sentences', async () => {
    const folder = record(repeated())
    await summarise(folder.root, predictionOf)
    const said = readFileSync(folder.summaryMarkdown, 'utf8')
    expect(said).toContain(
      '`observed`**: Nothing was shown within 4 s, in all 4 valid cells. After a refresh everything was there.',
    )
    expect(said).toContain(
      '`content`**: Everything was shown within 4 s, in all 4 valid cells (median 2.5 ms).',
    )
  })

  test('a longer file than the footer says is refused, not trusted', () => {
    const folder = record([stalenessCell('observed', null)])
    appendFileSync(historyFile(folder, stalenessCell('observed', null).header.cellId), '{}\n')
    expect(judgeRun(folder.root, predictionOf).summary.unreadable).toHaveLength(1)
  })
})
