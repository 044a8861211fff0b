/**
 * An experiment is data: a question, the cells of each suite, the scenario each cell plays, and what is predicted of it.
 * Does not know browsers or servers; the runner carries the steps out.
 */
import type {CellSpec} from '../history/history-event.ts'
import type {Step} from './step.ts'

export const SUITES = ['smoke', 'quick', 'full'] as const
export type SuiteName = (typeof SUITES)[number]

/** Did every message committed in the main window reach the observing tabs' screens: in that window, on return, on refresh? */
export type Prediction = {
  readonly main: 'shows' | 'nothing' | 'either'
  /** Null where the scenario has no return step (the tab was visible all the time). */
  readonly return: 'shows' | 'nothing' | null
  readonly refresh: 'shows' | null
  readonly because: string
}

export type Cell = Omit<CellSpec, 'experiment' | 'seed'>

/** What a platform does not offer, and why: said in the manifest and in the report, never left out in silence. */
export type Skipped = Omit<Cell, 'repetition'> & {readonly why: string}

export type Experiment = {
  readonly name: string
  readonly question: string
  /** Latency cells run alone; correctness cells may run beside each other. */
  readonly runs: 'alone' | 'beside-others'
  readonly cells: (suite: SuiteName) => readonly Cell[]
  readonly skipped?: (suite: SuiteName) => readonly Skipped[]
  readonly steps: (cell: CellSpec) => readonly Step[]
  /** Null where nothing is hypothesised (a calibration has limits instead). */
  readonly predict: (cell: CellSpec) => Prediction | null
}
