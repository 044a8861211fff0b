/**
 * An experiment is data: a question, the cells of each suite, the scenario each cell plays, and what is predicted of it.
 * Does not know browsers or servers; the runner carries the steps out. Some conditions are settings that the runner
 * itself reads, by these names: `modelSpeed`, `tokensPerSecond`, `tokens`, `channelDelayMs`, `delivery`, and of the
 * channel `keepAliveMs`, `pingMs`, `positionBoundMs`.
 */
import type {FaultSchedule} from '../history/fault.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {TriggerPredictions} from '../triggers/differences.ts'
import type {Step} from './step.ts'

export const SUITES = ['smoke', 'quick', 'full'] as const
export type SuiteName = (typeof SUITES)[number]

/** `none` is 0, `some` at least one; `either` claims nothing. */
export type Amount = 'none' | 'some' | 'either'
export type Whether = 'yes' | 'no' | 'either'

/** Of all the tabs of a cell that have to recover, together. What is not named is not predicted. */
export type RecoveryPrediction = {
  /** Messages that a tab does not show whole at the deadline. */
  readonly lost: Amount
  readonly doubled: Amount
  /** The last reading of every tab has exactly the server's texts. */
  readonly exact: Whether
  /** Healthy connections that a page destroyed. */
  readonly falseAlarms?: Amount
  /** Whether the server finds a frozen tab by its position, or by its pongs, before it comes back. */
  readonly foundByPosition?: Whether
  readonly foundByPing?: Whether
  readonly draft?: 'kept' | 'lost'
}

/** Did every message committed in the main window reach the observing tabs' screens: in that window, on return, on refresh? */
export type Prediction = {
  readonly main: 'shows' | 'nothing' | 'either'
  /** Null where the scenario has no return step (the tab was visible all the time). */
  readonly return: 'shows' | 'nothing' | null
  readonly refresh: 'shows' | null
  /** Of scenarios with the step `recover`. A cut answer shown as complete, or a message sent twice, is never predicted. */
  readonly recovery?: RecoveryPrediction
  /** Of `stale-read`: whether the cell's hazard shows. Nothing is measured there in windows. */
  readonly hazard?: 'shows' | 'absent' | 'either'
  /** Of `triggers`: whether the channel of the tab that does nothing speaks of what happens in the cell. */
  readonly triggers?: TriggerPredictions
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
  /** What the step `faults` plays. Owners are tabs of the scenario, or everybody. */
  readonly schedule?: (cell: CellSpec) => FaultSchedule
  /** Null where nothing is hypothesised (a calibration has limits instead). */
  readonly predict: (cell: CellSpec) => Prediction | null
}
