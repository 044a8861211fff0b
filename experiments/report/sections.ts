/** How the rows are laid out for reading: by experiment, then by conditions, so that policies stand under each other. */
import {CALIBRATION} from './calibration.ts'
import {sayConditions, splitConditions} from './conditions.ts'
import type {Row, Summary} from './summary.ts'

export type Section = {
  readonly experiment: string
  readonly platforms: readonly string[]
  /** The conditions that all rows share, in words. */
  readonly shared: string
  readonly blocks: readonly Block[]
}

export type Block = {
  /** The conditions of these rows, in words; empty when nothing varies. */
  readonly title: string
  readonly rows: readonly Row[]
}

export function sectionsOf({rows}: Pick<Summary, 'rows'>): readonly Section[] {
  const byExperiment = Map.groupBy(
    rows.filter(({experiment}) => experiment !== CALIBRATION),
    ({experiment}) => experiment,
  )
  return [...byExperiment].map(([experiment, own]) => {
    const {varying, shared} = splitConditions(own.map(({conditions}) => conditions))
    const platforms = [...new Set(own.map(({platform}) => platform))]
    const blocks = Map.groupBy(own, ({platform, conditions}) =>
      [...(platforms.length > 1 ? [platform] : []), sayConditions(conditions, varying)]
        .filter(Boolean)
        .join(', '),
    )
    return {
      experiment,
      platforms,
      shared: sayConditions(own[0]?.conditions ?? {}, shared),
      blocks: [...blocks].map(([title, blockRows]) => ({title, rows: blockRows})),
    }
  })
}
