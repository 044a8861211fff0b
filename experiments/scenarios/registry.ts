/** Every experiment there is, in the order a run takes them: the instrument's error first, what breaks things last. */
import {exploredExperiment} from '../explore/explored-experiment.ts'
import type {CellSpec} from '../history/history-event.ts'
import type {Experiment, Prediction} from '../scenario/experiment.ts'
import {calibration} from './calibration.ts'
import {crossTabStaleness} from './cross-tab-staleness.ts'
import {offlineRecovery} from './offline-recovery.ts'
import {pushRecovery} from './push-recovery.ts'
import {reconnection} from './reconnection.ts'
import {staleRead} from './stale-read.ts'
import {syncLatency} from './sync-latency.ts'
import {tabLifecycle} from './tab-lifecycle.ts'
import {triggers} from './triggers.ts'

export const experiments: readonly Experiment[] = [
  calibration,
  syncLatency,
  triggers,
  crossTabStaleness,
  tabLifecycle,
  reconnection,
  offlineRecovery,
  pushRecovery,
  staleRead,
]

/** What was explored is of no suite, but its cells are played again. */
export const experimentNamed = (name: string): Experiment | undefined =>
  [...experiments, exploredExperiment].find((experiment) => experiment.name === name)

/** Null for cells of experiments that this version does not know, and for cells with steps of their own (RP2). */
export const predictionOf = (cell: CellSpec): Prediction | null =>
  'script' in cell.conditions ? null : (experimentNamed(cell.experiment)?.predict(cell) ?? null)
