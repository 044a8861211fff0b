/** The findings as Markdown, for a README, a pull request or an issue. */
import {PUSH_LEGS} from '../checkers/push-samples.ts'
import {sayCalibration} from './calibration.ts'
import {columnsFor} from './columns.ts'
import {GUARANTEE_COLUMNS, titleOfGuarantees} from './guarantees-table.ts'
import {HAZARD_COLUMNS, matrixRows, remediesIn, sayCombined} from './hazards-in-words.ts'
import {headlines} from './headlines.ts'
import {sayLeg, titleOf} from './push-table.ts'
import {sayCounts, sayFixedCost, sayMachine, sayRun, sayWindow} from './run-in-words.ts'
import {sectionsOf} from './sections.ts'
import type {Section} from './sections.ts'
import type {Summary} from './summary.ts'
import {triggersInMarkdown} from './triggers-table.ts'

export function markdown(summary: Summary): string {
  const parts = [
    `# Tabwitness: ${summary.manifest.runId}`,
    [sayRun(summary), sayWindow(summary)].join(' '),
    `Cells: ${sayCounts(summary)}. ${sayFixedCost(summary)}`.trimEnd(),
    '## Findings',
    headlines(summary)
      .map(({title, platform, policy, text}) => {
        const about = [title, ...(platform === null ? [] : [platform]), `\`${policy}\``].join(', ')
        return `- **${about}**: ${text}`
      })
      .join('\n') || 'None: no cell could be judged.',
    '## Calibration',
    sayCalibration(summary.calibration)
      .map((sentence) => `- ${sentence}`)
      .join('\n'),
    ...sectionsOf(summary).flatMap(sectionInMarkdown),
    ...hazardsInMarkdown(summary),
    ...triggersInMarkdown(summary),
    ...pushInMarkdown(summary),
    ...guaranteesInMarkdown(summary),
    ...(summary.unreadable.length === 0
      ? []
      : [
          '## Histories that cannot be read',
          summary.unreadable.map(({cellId, line, why}) => `- \`${cellId}\`, line ${line}: ${why}`).join('\n'),
        ]),
    '## Machine',
    sayMachine(summary.manifest),
  ]
  return `${parts.join('\n\n')}\n`
}

function sectionInMarkdown({title: heading, platforms, shared, blocks}: Section): string[] {
  const columns = columnsFor(blocks.flatMap(({rows}) => rows))
  const head = ['conditions', ...columns.map(({title}) => title)]
  const lines = blocks.flatMap(({title, rows}) =>
    rows.map((row) => [
      title || 'all',
      ...columns.map(({name, say}) => (name === 'policy' ? `\`${say(row)}\`` : say(row))),
    ]),
  )
  return [`## ${heading}`, [platforms.join(', '), shared].filter(Boolean).join('; '), tableOf(head, lines)]
}

function pushInMarkdown({pushes = []}: Summary): string[] {
  if (pushes.length === 0) return []
  const head = ['pushes', 'heard', ...PUSH_LEGS]
  const lines = pushes.map((total) => [
    titleOf(total),
    `${total.heard}/${total.stored}`,
    ...PUSH_LEGS.map((leg) => sayLeg(total, leg)),
  ])
  return ['## Push, leg by leg', 'Medians with 95 % intervals.', tableOf(head, lines)]
}

function hazardsInMarkdown({hazards}: Summary): string[] {
  if (hazards === undefined) return []
  const {rows, matrix} = hazards
  const remedies = remediesIn(matrix)
  const costs = tableOf(
    HAZARD_COLUMNS.map(({title}) => title),
    rows.map((row) => HAZARD_COLUMNS.map(({say}) => say(row))),
  )
  const rules = tableOf(
    ['hazard', 'on', 'rule', ...remedies.map((remedy) => `\`${remedy}\``)],
    matrixRows(matrix).map(({hazard, platform, rule, cells}) => [
      hazard,
      platform,
      `\`${rule}\``,
      ...remedies.map((remedy) => sayCombined(cells.get(remedy))),
    ]),
  )
  return [
    '## Hazards of a stale tab',
    ...(rows.length === 0 ? [] : [costs]),
    ...(matrix.length === 0 ? [] : ['Every conflict rule with every remedy of the page:', rules]),
  ]
}

function guaranteesInMarkdown({guarantees = []}: Summary): string[] {
  if (guarantees.length === 0) return []
  const head = ['experiment', 'policy', ...GUARANTEE_COLUMNS.map(({title}) => title)]
  const lines = guarantees.map((row) => [
    titleOfGuarantees(row),
    `\`${row.policy}\``,
    ...GUARANTEE_COLUMNS.map(({say}) => say(row)),
  ])
  return ['## Guarantees that were broken', tableOf(head, lines)]
}

const tableOf = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines]
    .map((cells) => `| ${cells.map(escapeCell).join(' | ')} |`)
    .join('\n')

const escapeCell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ')
