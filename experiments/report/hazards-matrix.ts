/** The hazards of a run for the README: each with its cure, the conflict rules with the remedies, and one of them told. Pure. */
import type {ToldExample} from '../counterexamples/told-cell.ts'
import {matrixRows, NONE, remediesIn, sayCombined, sayMore, sayShown} from './hazards-in-words.ts'
import type {MatrixRow} from './hazards-in-words.ts'
import {COSTS} from './hazards-in-numbers.ts'
import type {HazardRow} from './hazards-in-numbers.ts'
import {inPlatformOrder} from './reading-order.ts'
import type {Summary} from './summary.ts'

/** What is told of the run's cells; null where nothing is. */
export function hazardsMatrix({hazards}: Summary, told: ToldExample | null): string {
  if (hazards === undefined) return 'No cell of the run was about a hazard.'
  const {rows, matrix} = hazards
  return [
    ...inPlatformOrder(rows.map(({platform}) => platform)).flatMap((platform) => [
      `On \`${platform}\`:`,
      hazardsTable(rows.filter((row) => row.platform === platform)),
    ]),
    ...(matrix.length === 0
      ? []
      : [
          'Every conflict rule with every remedy of the page: in how many cells the hazard showed.',
          rulesTable(matrixRows(matrix), remediesIn(matrix)),
        ]),
    ...(told === null ? [] : ['One of them, told by its counter-example:', `> ${told.words.join(' ')}`]),
  ].join('\n\n')
}

/** Where it was to show, and under its cure; what that costs a cell at the median. */
function hazardsTable(rows: readonly HazardRow[]): string {
  const lines = rows.map((row) => [
    row.hazard,
    sayShown(row.disease),
    row.cureInWords,
    sayShown(row.cure),
    ...COSTS.map((cost) => sayMore(cost, row)),
  ])
  return table(['hazard', 'shown', 'cure', 'shown under it', 'send later by', 'requests', 'bytes'], lines)
}

/** A line for each hazard and rule; platforms in one cell, in their order. */
function rulesTable(rows: readonly MatrixRow[], remedies: readonly string[]): string {
  const platforms = inPlatformOrder(rows.map(({platform}) => platform))
  const groups = Map.groupBy(rows, ({hazard, rule}) => JSON.stringify([hazard, rule]))
  const lines = [...groups.values()].map((own) => {
    const {hazard, rule} = own[0] ?? {hazard: '', rule: ''}
    const cells = remedies.map((remedy) => {
      const said = platforms.map((platform) =>
        sayCombined(own.find((row) => row.platform === platform)?.cells.get(remedy)),
      )
      return said.every((each) => each === NONE) ? NONE : said.join(' · ')
    })
    return [hazard, `\`${rule}\``, ...cells]
  })
  return table(
    [`hazard (${platforms.join(' · ')})`, 'rule', ...remedies.map((remedy) => `\`${remedy}\``)],
    lines,
  )
}

const table = (head: readonly string[], lines: readonly (readonly string[])[]): string =>
  [head, head.map(() => '---'), ...lines].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
