/**
 * A cell to be played again, from its history alone. What cannot be played as it was is refused with the line that says why;
 * the history's file is never touched. Pure. Rules RP1, RP8.
 */
import {PLATFORMS} from '#protocol/platform.ts'
import {POLICY_NAMES} from '#protocol/policy.ts'
import {guaranteesOf} from '../guarantees/guarantees-of.ts'
import {cellId} from '../history/cell-id.ts'
import type {FaultSchedule} from '../history/fault.ts'
import type {History} from '../history/history-event.ts'
import {readScript} from '../history/read-script.ts'
import {withScript, type PlannedCell} from '../runner/plan.ts'
import {engineOf, whyNotIn} from '../scenario/engine.ts'
import type {Experiment} from '../scenario/experiment.ts'
import type {Step} from '../scenario/step.ts'
import {experimentNamed, experiments} from '../scenarios/registry.ts'
import {whyNonsense} from './sense.ts'

export type Planned =
  | {readonly ok: true; readonly cell: PlannedCell}
  | {readonly ok: false; readonly line: number; readonly why: string}

const refuse = (line: number, why: string): Planned => ({ok: false, line, why})
const HEADER = 1

export function plannedFrom(history: History): Planned {
  const {header} = history
  const {cell: spec, schedule = null} = header
  const disorder = stepOutOfOrder(history) ?? guaranteesOf(history).refused
  if (disorder !== null) return refuse(disorder.line, disorder.why)

  const experiment = experimentNamed(spec.experiment)
  if (experiment === undefined)
    return refuse(
      HEADER,
      unknown(
        'experiment',
        spec.experiment,
        experiments.map(({name}) => name),
      ),
    )
  if (!PLATFORMS.some((name) => name === spec.platform))
    return refuse(HEADER, unknown('platform', spec.platform, PLATFORMS))
  if (!POLICY_NAMES.some((name) => name === spec.policy))
    return refuse(HEADER, unknown('policy', spec.policy, POLICY_NAMES))

  const planned = header.script === undefined ? ownSteps(history, experiment) : scripted(history, experiment)
  if (!planned.ok) return planned
  const {cell} = planned
  const steps = cell.script ?? experiment.steps(spec)
  const nonsense = whyNonsense({steps, schedule})
  if (nonsense !== null) return refuse(HEADER, `the steps make no sense: ${nonsense}`)
  const notCarried = whyNotIn(engineOf(spec), steps, schedule ?? [])
  return notCarried === null ? planned : refuse(HEADER, notCarried)
}

/** The runner writes its own steps as it goes. */
function stepOutOfOrder({header, events}: History): {readonly line: number; readonly why: string} | null {
  let last = {at: header.at, line: HEADER}
  for (const event of events) {
    if (event.kind !== 'step') continue
    if (event.at < last.at || event.line < last.line)
      return {line: Math.max(event.line, last.line), why: 'a step is older than what stands before it'}
    last = event
  }
  return null
}

const unknown = (what: string, name: string, known: readonly string[]) =>
  `the ${what} "${name}" is unknown to this version of Tabwitness; known are ${known.join(', ')}`

function scripted({header}: History, experiment: Experiment): Planned {
  const {cell: spec, schedule = null} = header
  const read = readScript(header.script)
  if (!read.ok) return refuse(HEADER, read.why)
  const base: PlannedCell = {id: cellId(spec), spec, experiment, schedule, script: null}
  return {ok: true, cell: withScript(base, read.script, schedule)}
}

/** The record has an experiment's own steps in words alone: they are those of this version, or it is not the same cell. */
function ownSteps({header, events}: History, experiment: Experiment): Planned {
  const {cell: spec, schedule = null} = header
  let steps: readonly Step[]
  try {
    steps = experiment.steps(spec)
  } catch (error) {
    return refuse(
      HEADER,
      `${spec.experiment} has no such cell: ${error instanceof Error ? error.message : String(error)}`,
    )
  }
  const another = `it was recorded by another version of ${spec.experiment}`
  if (steps.length !== header.steps.length)
    return refuse(HEADER, `the cell had ${header.steps.length} steps and has ${steps.length} now; ${another}`)
  for (const event of events) {
    if (event.kind !== 'step') continue
    const step = steps[event.index]
    const tab = step !== undefined && 'tab' in step ? step.tab : null
    if (step?.do !== event.do || tab !== event.tab)
      return refuse(
        event.line,
        `step ${event.index + 1} was ${told(event.do, event.tab)} and is ${told(step?.do ?? 'none', tab)} now; ${another}`,
      )
  }
  const plays: FaultSchedule | null = steps.some((step) => step.do === 'faults') ? (schedule ?? []) : null
  return {ok: true, cell: {id: cellId(spec), spec, experiment, schedule: plays, script: null}}
}

const told = (what: string, tab: string | null) => (tab === null ? `"${what}"` : `"${what}" of ${tab}`)
