/** How recovering tabs are told: tables, curves, sentences, the README's matrix. */
import {readFileSync, rmSync} from 'node:fs'
import {afterEach, describe, expect, test} from 'vitest'
import {frame, heals, strikes} from '../checkers/test-recovery.ts'
import {cellId} from '../history/cell-id.ts'
import type {CellSpec, History} from '../history/history-event.ts'
import {commits, health, historyOf, reads, serverHas, shows, ticks} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {scheduleOf} from '../scenario/fault-condition.ts'
import {headlines} from './headlines.ts'
import {recoveryGroupOf} from './recovery-groups.ts'
import {recoveryMatrix} from './recovery-matrix.ts'
import {recordRun} from './run-builder.ts'
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
const judged = (...histories: readonly History[]) => judgeRun(record(...histories).root, () => null)

/** B is struck from 1500 to 3000 and shows the message written meanwhile so long after the heal, or never. */
function blackholeCell(policy: string, freshAfterMs: number | null, repetition = 1): History {
  const cell: CellSpec = {
    experiment: 'reconnection',
    platform: 'chatgpt',
    policy,
    conditions: {state: 'visible', fault: 'blackhole', deadlineMs: 6_000},
    seed: 'seed',
    repetition,
  }
  const shown: readonly Told[] = freshAfterMs === null ? [] : [shows(3_000 + freshAfterMs, 'B', 'm1')]
  const told = [
    ...frame(),
    ticks(620, 8_990, 'B', 170),
    ...strikes(1_500, 3_000),
    heals(3_001),
    commits(1_600, 'm1', {parentId: 'root'}),
    ...shown,
    reads(9_010, 'B', 'final', ...(freshAfterMs === null ? [] : ['m1'])),
    serverHas(9_020, 'm1'),
    health(9_030),
  ]
  return historyOf(told, {cell, cellId: cellId(cell), schedule: scheduleOf('blackhole', 'B')})
}

const cells = [
  blackholeCell('content', null),
  blackholeCell('content+resume', 400),
  blackholeCell('content+resume', 600, 2),
]

describe('tabs that had to recover', () => {
  test('the table says what was lost and how soon the rest was there; one sample has no interval', () => {
    const table = terminalTable(judged(...cells).summary, {color: false})
    expect(table).toMatch(/policy +valid lost +doubled +time to fresh p50/)
    expect(table).toMatch(/content +1\/1 +1\/1 +0 +> 6 s \(censored 1\/1\)/)
    expect(table).toMatch(/content\+resume +2\/2 +0\/2 +0 +\d+ \[\d+, \d+\] ms/)
    expect(terminalTable(judged(blackholeCell('content+resume', 400)).summary, {color: false})).toMatch(
      /399 ms \(n = 1\)/,
    )
  })

  test('the findings are sentences', () => {
    const said = headlines(judged(...cells).summary).map(({policy, text}) => `${policy}: ${text}`)
    expect(said[0]).toBe('content: Lost the one message there was, in the one valid cell.')
    expect(said[1]).toMatch(/^content\+resume: Nothing was lost, in all 2 valid cells. Fresh after \d+ ms/)
  })

  test("the README's matrix has the same numbers, and stresses a loss", () => {
    const matrix = recoveryMatrix(judged(...cells).judgements)
    expect(matrix).toMatch(/\| policy \| link faults \|/)
    expect(matrix).toMatch(/`content` \| > 6 s .*<br>\*\*lost 1\/1\*\*/)
    expect(matrix).toMatch(/`content\+resume` \| p50 .*<br>lost 0\/2/)
  })

  test('[FA14] the report draws the times and prints the schedules', async () => {
    const folder = record(...cells)
    await summarise(folder.root, () => null)
    const report = readFileSync(folder.report, 'utf8')
    expect(report).toContain('How long tabs take to be right again')
    expect(report).toContain('from 0 to 2500 ms, B: nothing gets through, and nobody is told (blackhole)')
  })

  test('every condition has its group', () => {
    const groupOf = (experiment: string, conditions: CellSpec['conditions']) =>
      recoveryGroupOf({experiment, conditions})
    expect(groupOf('reconnection', {state: 'hidden', fault: 'server killed'})).toBe(
      'server faults, hidden tab',
    )
    expect(groupOf('reconnection', {state: 'visible', fault: 'push dropped'})).toBe('push faults')
    expect(groupOf('reconnection', {state: 'frozen', fault: 'none'})).toBe('frozen tab')
    expect(groupOf('tab-lifecycle', {state: 'worker ended', who: 'all'})).toBe('shared socket lost')
    expect(groupOf('sync-latency', {state: 'visible'})).toBeNull()
  })
})
