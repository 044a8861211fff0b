import {expect, test} from 'vitest'
import {judge} from '../checkers/judge.ts'
import {commits, holds, lifecycle, opens, says, shows} from '../history/history-builder.ts'
import {guaranteesInNumbers} from './guarantees-in-numbers.ts'
import {GUARANTEE_COLUMNS, sayBroken} from './guarantees-table.ts'
import {markdown} from './markdown.ts'
import {aManifest, calibrationCell, pushCell, stalenessCell} from './run-builder.ts'
import {summaryOf} from './summary.ts'
import {terminalTable} from './terminal-table.ts'

/** Another tab sends, at last, and has shown nothing. */
const forked = stalenessCell('observed', 8, [
  opens(5_300, 'C'),
  lifecycle(5_301, 'C', 'loaded', 'visible'),
  holds(5_302, 'C', 'visible'),
  says(5_400, 'C', {kind: 'acted', act: 'sent', messageId: 'm2', parentId: 'root'}),
  commits(5_500, 'm2', {parentId: 'root'}),
  shows(5_600, 'C', 'm2'),
])
const judged = [
  forked,
  stalenessCell('observed', 8, [], 2),
  stalenessCell('content', 8),
  pushCell('content', 300),
  pushCell('content', 300, 'modelled'),
  calibrationCell(0),
].map((history) => judge(history, null))
const summary = summaryOf(aManifest({order: judged.map(({cellId}) => cellId)}), judged)
const rowOf = (platform: string, policy: string, isModelled = false) =>
  guaranteesInNumbers(judged, ['cross-tab-staleness']).find(
    (row) => row.platform === platform && row.policy === policy && row.isModelled === isModelled,
  )!

test('[SG5] cells that broke a guarantee are counted of those that can be believed, the weakest first', () => {
  const {cells, broken} = rowOf('chatgpt', 'observed')
  expect(cells).toBe(2)
  expect(broken.map(({guarantee}) => guarantee)).toEqual(['writesFollowReadsOfPerson', 'noSilentFork'])
})

test('what nobody broke says so, modelled pushes have a row of their own, a calibration none', () => {
  expect(GUARANTEE_COLUMNS[2].say(rowOf('chatgpt', 'content'))).toBe('none')
  expect(rowOf('claude', 'content', true).cells).toBe(1)
  expect(summary.guarantees).toHaveLength(4)
})

test('[SG23] waits of several cells are taken together, not their shares', () => {
  const {pairs, visible} = rowOf('chatgpt', 'observed')
  expect(pairs).toBeGreaterThan(0)
  expect(visible.map(({withinMs}) => withinMs)).toEqual([100, 1_000, 5_000])
})

test('terminal and Markdown say the same', () => {
  const [said = ''] = sayBroken(rowOf('chatgpt', 'observed'))
  const plain = terminalTable(summary, {color: false}).replaceAll(/\s+/g, ' ')
  expect(plain).toContain(said)
  expect(markdown(summary)).toContain(said)
})
