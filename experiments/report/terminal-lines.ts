/** What a terminal is told in lines and not in columns: hazards, and guarantees that were broken. */
import type picocolors from 'picocolors'
import {sayBehind, sayBroken, titleOfGuarantees} from './guarantees-table.ts'
import {matrixRows, remediesIn, sayCombined, sayMore, sayShown} from './hazards-in-words.ts'
import type {HazardRow} from './hazards-in-numbers.ts'
import type {Summary} from './summary.ts'

export const WIDTH = 110

type Colors = ReturnType<typeof picocolors.createColors>

/** A hazard is two lines: how often it showed, and what its cure is worth. The matrix is one line for each rule. */
export function hazardLines({hazards}: Summary, colors: Colors): string[] {
  if (hazards === undefined) return []
  const {rows, matrix} = hazards
  const remedies = remediesIn(matrix)
  const combined = matrixRows(matrix).map(({hazard, platform, rule, cells}) => {
    const said = remedies.map((remedy) => `${remedy} ${sayCombined(cells.get(remedy))}`)
    return `${hazard}, ${platform}, ${rule}: ${said.join(', ')}`
  })
  return [
    '',
    `${colors.bold('hazards of a stale tab')}  ${colors.dim('in how many cells they showed [95 %]')}`,
    ...rows.flatMap((row) => sayHazard(row, colors)),
    ...(combined.length === 0
      ? []
      : ['', `${colors.bold('conflict rules and remedies')}  ${colors.dim('cells in which it showed')}`]),
    ...combined.flatMap(indented),
  ]
}

function sayHazard(row: HazardRow, colors: Colors): string[] {
  const {hazard, platform, disease, cure, cureInWords} = row
  const isCured = cure === null || cure.shown.count === 0
  const under = cure === null ? 'not played' : sayShown(cure)
  const cost = `send ${sayMore('sendMs', row)}, requests ${sayMore('requests', row)}, bytes ${sayMore('answerBytes', row)}`
  return [
    `${colors.bold(hazard)}, ${platform}: ${sayShown(disease)}`,
    ...indented(`  under ${cureInWords}: ${isCured ? colors.green(under) : colors.red(under)}; ${cost}`),
  ]
}

const indented = (text: string): readonly string[] =>
  wrap(text, WIDTH - 2).map((line, index) => (index === 0 ? line : `    ${line}`))

/** What nobody broke is one sentence; the rest is told row by row. */
export function guaranteeLines({guarantees = []}: Summary, colors: Colors): string[] {
  if (guarantees.length === 0) return []
  const broken = guarantees.filter((row) => row.broken.length > 0)
  const lines = broken.flatMap((row) =>
    wrap(
      `${titleOfGuarantees(row)}, ${row.platform}, ${row.policy}: ${sayBroken(row).join(', ')}; behind: ${sayBehind(row)}`,
      WIDTH - 2,
    ).map((said, index) => (index === 0 ? said : `  ${said}`)),
  )
  const kept = guarantees.length - broken.length
  return [
    '',
    `${colors.bold('guarantees')}  ${colors.dim('broken in how many of the cells, the weakest first')}`,
    ...lines,
    ...(kept === 0 ? [] : [`none broken in ${kept} of ${guarantees.length} pairs of platform and policy`]),
  ]
}

export function wrap(text: string, width: number): string[] {
  const lines: string[] = []
  for (const word of text.split(' ')) {
    const last = lines.at(-1)
    if (last === undefined || last.length + 1 + word.length > width) lines.push(word)
    else lines[lines.length - 1] = `${last} ${word}`
  }
  return lines
}
