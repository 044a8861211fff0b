/**
 * What the command line and the runner say to each other: what to run, how it is going, how it ended.
 * Options arrive checked: names exist, numbers are in range, the results folder can be written to.
 */
import type {FaultSchedule} from '../history/fault.ts'
import type {Engine} from '../scenario/engine.ts'
import type {SuiteName} from '../scenario/experiment.ts'

export type RunOptions = {
  /** Names of experiments; empty means all. */
  readonly experiments: readonly string[]
  readonly suite: SuiteName
  readonly seed: string
  readonly browsers: readonly Engine[]
  /** Null means what the experiment and the suite say; so with the next seven. */
  readonly platforms: readonly string[] | null
  readonly policies: readonly string[] | null
  readonly states: readonly string[] | null
  /** How pushes are delivered, where an experiment has that factor. */
  readonly deliveries: readonly string[] | null
  /** Where an experiment is about hazards. */
  readonly hazards: readonly string[] | null
  readonly repetitions: number | null
  readonly windowMs: number | null
  readonly modelSpeed: number | null
  /** Played by the cells that play faults, instead of their own, and by no other cells; null where each plays its own. */
  readonly schedule: FaultSchedule | null
  /** The id of the run to go on with, a folder in `resultsFolder`. */
  readonly resume: string | null
  readonly resultsFolder: string
  /** The Chromium; empty where none of the browsers is one. */
  readonly browserPath: string
  /** Null where no Firefox is installed. */
  readonly firefoxPath: string | null
  readonly parallel: number
}

export type FinishedCell = {
  readonly cellId: string
  readonly label: string
  readonly validity: 'valid' | 'invalid' | 'unknown'
  /** In words: `as predicted`, `SURPRISE`, `no prediction`. */
  readonly outcome: string
  /** The cell's wall time less the scenario's own waits. */
  readonly fixedCostMs: number
}

export type Progress = {
  readonly phase: 'starting' | 'running' | 'judging' | 'done'
  readonly done: number
  readonly total: number
  /** The cell that runs now, or what is being done instead. */
  readonly current: string
  /** Null until enough is known to say. */
  readonly timeLeftMs: number | null
  readonly counts: {
    readonly valid: number
    readonly invalid: number
    readonly unknown: number
    readonly surprises: number
  }
  /** Present when this progress is the end of a cell. */
  readonly last?: FinishedCell
}

export type RunOutcome = {
  readonly runFolder: string
  /** 0 all valid and as predicted, 1 a surprise, 2 unknown or invalid cells. */
  readonly exitCode: 0 | 1 | 2
  /** For a person's terminal. */
  readonly table: string
  readonly interrupted: boolean
}

export type RunExperiments = (
  options: RunOptions,
  progress: (now: Progress) => void,
  signal: AbortSignal,
) => Promise<RunOutcome>
