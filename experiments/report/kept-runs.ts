/** The runs that are kept with the project, and what the README says of each. Rule HI6. */
import {findingsMatrix} from './findings-matrix.ts'
import {hazardsInReadme} from './hazards-in-readme.ts'
import {recoveryMatrix} from './recovery-matrix.ts'
import type {Judged} from './summarise.ts'
import {triggersMatrix} from './triggers-words.ts'

export type KeptRun = {
  readonly folder: string
  /** Of the README, between its markers. */
  readonly block: string
  readonly inReadme: (judged: Judged) => string
  /** So many cells that judging them again takes longer than a suite of tests may be kept waiting. */
  readonly isLarge: boolean
}

export const KEPT_RUNS: readonly KeptRun[] = [
  {
    folder: 'results/reference',
    block: 'findings',
    inReadme: ({summary}) => findingsMatrix(summary),
    isLarge: false,
  },
  {
    folder: 'results/reference-faults',
    block: 'recovery',
    inReadme: ({judgements}) => recoveryMatrix(judgements),
    isLarge: false,
  },
  {folder: 'results/reference-hazards', block: 'hazards', inReadme: hazardsInReadme, isLarge: true},
  {
    folder: 'results/reference-triggers',
    block: 'triggers',
    inReadme: ({summary}) => triggersMatrix(summary.triggers),
    isLarge: false,
  },
]
