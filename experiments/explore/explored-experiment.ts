/** What was explored, as an experiment of real tabs: no suite plays it, but its cells can be played one by one. Rule RP16. */
import type {CellSpec} from '../history/history-event.ts'
import type {Experiment} from '../scenario/experiment.ts'
import {EXPLORE, interleavingOf} from './interleaving.ts'
import {toSteps, type RealScript} from './to-steps.ts'

/** Throws TypeError of a cell that real tabs cannot play. */
export function realScriptOf(cell: CellSpec): RealScript {
  const scripted = toSteps(interleavingOf(cell))
  if (!scripted.ok) throw new TypeError(scripted.why)
  return scripted.script
}

export const exploredExperiment: Experiment = {
  name: EXPLORE,
  question: 'Is what random acts of virtual tabs have found found in real tabs, too?',
  runs: 'beside-others',
  cells: () => [],
  steps: (cell) => realScriptOf(cell).steps,
  schedule: (cell) => realScriptOf(cell).schedule ?? [],
  predict: () => null,
}
