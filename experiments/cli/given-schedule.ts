/** `--schedule`: read for the cells that are to play it, before anything is started. What does not fit is one sentence. */
import {readFileSync} from 'node:fs'
import {isPushFault, type FaultSchedule} from '../history/fault.ts'
import {readFaultSchedule} from '../history/read-fault-schedule.ts'
import {plan, type PlannedCell} from '../runner/plan.ts'
import type {RunOptions} from '../runner/run-options.ts'
import {experiments} from '../scenarios/registry.ts'
import {UsageError} from '../usage-error.ts'

type Choice = Omit<Parameters<typeof plan>[1], 'schedule'> & Pick<RunOptions, 'experiments'>

/** `given`: JSON, or the path of a file that holds it. Throws {@link UsageError}. */
export function givenSchedule(given: string, choice: Choice): FaultSchedule {
  const chosen = experiments.filter(
    ({name}) => choice.experiments.length === 0 || choice.experiments.includes(name),
  )
  const cells = plan(chosen, {...choice, schedule: null}).filter(({schedule}) => schedule !== null)
  if (cells.length === 0) {
    throw new UsageError(
      `--schedule means nothing here, because no chosen cell plays faults; ${namesWithFaults(choice)}.`,
    )
  }
  const schedule = readFaultSchedule(textOf(given), commonTabs(cells))
  const push = schedule.find(({fault}) => isPushFault(fault))
  if (push !== undefined && cells.some(({spec}) => spec.platform === 'chatgpt')) {
    throw new UsageError(
      `--schedule has a ${push.fault.name}, and ChatGPT has no push; choose --platform claude, or another fault.`,
    )
  }
  return schedule
}

function namesWithFaults(choice: Choice): string {
  const playing = experiments.filter((experiment) => {
    const cells = plan([experiment], {...choice, schedule: null})
    return cells.some(({schedule}) => schedule !== null)
  })
  return playing.length === 0
    ? 'no experiment has such cells with these options'
    : `choose among: ${playing.map(({name}) => name).join(', ')}`
}

function textOf(given: string): string {
  if (/^\s*[[{]/.test(given)) return given
  try {
    return readFileSync(given, 'utf8')
  } catch {
    throw new UsageError(
      `--schedule "${given}" is neither a file that can be read nor a list of faults in JSON.`,
    )
  }
}

/** Those that every cell opens. */
function commonTabs(cells: readonly PlannedCell[]): readonly string[] {
  const tabs = cells.map(
    ({spec, experiment}) =>
      new Set(experiment.steps(spec).flatMap((step) => (step.do === 'open' ? [step.tab] : []))),
  )
  return tabs.length === 0 ? [] : [...tabs.reduce((common, these) => common.intersection(these))]
}
