/** The findings of a run of `stale-read` as the README has them. */
import {hazardsMatrix} from './hazards-matrix.ts'
import type {Judged} from './summarise.ts'
import {toldCells} from './told-cells.ts'

/** The hazard that everything began with is the one that is told. */
export function hazardsInReadme({folder, summary, judgements}: Judged): string {
  const first = judgements.find(
    ({validity, hazard, cell}) =>
      validity === 'valid' &&
      hazard?.isShown === true &&
      hazard.hazard === 'silent fork' &&
      cell.conditions['as'] === 'disease',
  )
  const told = first === undefined ? undefined : toldCells(folder, [first]).get(first.cellId)
  return hazardsMatrix(summary, told?.examples[0] ?? null)
}
