/** Counter-examples for a person at a terminal, and for machines: every surprise, and of each hazard the first on a platform. */
import type {CellJudgement} from '../checkers/judge.ts'
import {HAZARDS} from '../hazards/hazard.ts'
import type {Hazard} from '../hazards/hazard.ts'
import {plural} from './format.ts'
import {inPlatformOrder} from './reading-order.ts'
import {WIDTH, wrap} from './terminal-lines.ts'
import type {ToldCell, ToldCells} from './told-cells.ts'

export type Representative = {
  readonly hazard: Hazard
  readonly platform: string
  readonly cell: ToldCell
  /** Cells in which the same was to be told. */
  readonly others: number
}

/** One of each hazard on each platform: the first that showed where it was to. */
export function representatives(told: ToldCells): readonly Representative[] {
  const shown = [...told.values()].filter(({judgement}) => judgement.hazard?.isShown === true)
  const groups = Map.groupBy(shown, ({judgement: {hazard, cell}}) =>
    JSON.stringify([hazard?.hazard, cell.platform]),
  )
  const found = [...groups.values()].flatMap((own): Representative[] => {
    const cell = own.find(({judgement}) => judgement.cell.conditions['as'] === 'disease') ?? own[0]
    const hazard = cell?.judgement.hazard?.hazard
    if (cell === undefined || hazard === undefined) return []
    return [{hazard, platform: cell.judgement.cell.platform, cell, others: own.length - 1}]
  })
  const platforms = inPlatformOrder(found.map(({platform}) => platform))
  return HAZARDS.flatMap((hazard) =>
    platforms.flatMap((platform) =>
      found.filter((each) => each.hazard === hazard && each.platform === platform),
    ),
  )
}

const MOST_SURPRISES = 8

/** Empty where there is nothing to tell. */
export function toldInLines(told: ToldCells): readonly string[] {
  const surprises = [...told.values()].filter(({judgement}) => judgement.outcome === 'SURPRISE')
  const expected = representatives(told).filter(({cell}) => cell.judgement.outcome !== 'SURPRISE')
  if (surprises.length + expected.length === 0) return []
  const more = surprises.length - MOST_SURPRISES
  return [
    'counter-examples',
    ...surprises.slice(0, MOST_SURPRISES).flatMap((cell) => linesOf(cell, 0)),
    ...(more > 0 ? [`and ${plural(more, 'more surprise')}: see artifacts/`] : []),
    ...expected.flatMap(({cell, others}) => linesOf(cell, others)),
  ]
}

function linesOf({judgement, examples}: ToldCell, others: number): readonly string[] {
  const {cellId, cell, outcome} = judgement
  const surprise = outcome === 'SURPRISE' ? 'SURPRISE ' : ''
  const like = others === 0 ? '' : `, and ${plural(others, 'other cell')}`
  return examples.flatMap(({about, rule, words, lines}, index) => [
    `${surprise}${about} (${rule}) on ${cell.platform}, ${cell.policy}, cell ${cellId}${like}`,
    ...wrap(words.join(' '), WIDTH - 2).map((line) => `  ${line}`),
    ...wrap(
      `lines ${lines.join(', ')} of cells/${cellId}.jsonl; artifacts/${cellId}/counter-example${index === 0 ? '' : `-${index + 1}`}.svg`,
      WIDTH - 2,
    ).map((line) => `  ${line}`),
  ])
}

/** A judged cell as one JSON object, without what only pictures need. */
export function verdictInJson(judgement: CellJudgement, told: ToldCells) {
  const {cellId, cell, validity, whyNot, outcome, surprises, hazard, guarantees} = judgement
  const examples = told.get(cellId)?.examples ?? []
  return {
    type: 'verdict',
    cellId,
    cell,
    validity,
    whyNot,
    outcome,
    surprises,
    hazard: hazard === null ? null : {name: hazard.hazard, isShown: hazard.isShown},
    broken: guarantees?.broken ?? [],
    counterExamples: examples.map(({about, rule, words, lines}) => ({about, rule, words, lines})),
  } as const
}
