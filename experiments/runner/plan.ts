/** Which cells a run has, and in which order it takes them. Pure: the same options give the same cells in the same order. */
import {createHash} from 'node:crypto'
import {xoroshiro128plus} from 'pure-rand/generator/xoroshiro128plus'
import {uniformInt} from 'pure-rand/distribution/uniformInt'
import {canonicalJson, cellId} from '../history/cell-id.ts'
import type {FaultSchedule} from '../history/fault.ts'
import type {CellSpec} from '../history/history-event.ts'
import {conditionsIn, engineOf, whyNotIn, type Engine} from '../scenario/engine.ts'
import type {Cell, Experiment} from '../scenario/experiment.ts'
import type {Step} from '../scenario/step.ts'
import type {RunOptions} from './run-options.ts'

export type PlannedCell = {
  readonly id: string
  readonly spec: CellSpec
  readonly experiment: Experiment
  /** Null where the cell plays no faults. */
  readonly schedule: FaultSchedule | null
  /** Steps that are not the experiment's own: shrunk, explored or written by hand. Null: the experiment's. */
  readonly script: readonly Step[] | null
}

export const stepsOf = ({
  spec,
  experiment,
  script,
}: Pick<PlannedCell, 'spec' | 'experiment' | 'script'>): readonly Step[] => script ?? experiment.steps(spec)

/**
 * The same cell with other steps and faults: another cell, whose texts are those of the first. `schedule` has to be null
 * where no step plays faults. Rule RP2.
 */
export function withScript(
  cell: PlannedCell,
  script: readonly Step[],
  schedule: FaultSchedule | null,
): PlannedCell {
  const conditions = {...cell.spec.conditions, script: hashOf({script, schedule})}
  const spec = {...cell.spec, conditions}
  return {...cell, id: cellId(spec), spec, script, schedule}
}

type Choice = Pick<
  RunOptions,
  | 'suite'
  | 'seed'
  | 'browsers'
  | 'platforms'
  | 'policies'
  | 'states'
  | 'deliveries'
  | 'hazards'
  | 'repetitions'
  | 'windowMs'
  | 'modelSpeed'
  | 'schedule'
>

export function plan(experiments: readonly Experiment[], choice: Choice): PlannedCell[] {
  return chosenCells(experiments, choice).filter((cell) => whyNot(cell) === null)
}

/** A cell that was chosen and that its browser cannot carry. */
export type NotCarried = PlannedCell & {readonly engine: Engine; readonly why: string}

export function notCarried(experiments: readonly Experiment[], choice: Choice): NotCarried[] {
  return chosenCells(experiments, choice).flatMap((cell) => {
    const why = whyNot(cell)
    return why === null ? [] : [{...cell, engine: engineOf(cell.spec), why}]
  })
}

const whyNot = (cell: PlannedCell): string | null =>
  whyNotIn(engineOf(cell.spec), stepsOf(cell), cell.schedule ?? [])

function chosenCells(experiments: readonly Experiment[], choice: Choice): PlannedCell[] {
  return experiments.flatMap((experiment) => {
    const chosen = experiment
      .cells(choice.suite)
      .filter(({platform}) => choice.platforms === null || choice.platforms.includes(platform))
      .filter((cell) => choice.policies === null || choice.policies.includes(cell.policy))
      .filter(({conditions}) => choice.states === null || choice.states.includes(String(conditions['state'])))
      .filter(({conditions}) => choice.hazards?.includes(String(conditions['hazard'])) ?? true)
      .flatMap((cell) => delivered(cell, choice.deliveries))
    const cells = choice.browsers.flatMap((engine) =>
      repeated(chosen, choice.repetitions).map((cell) => {
        const own = {
          ...cell,
          conditions: conditionsIn(engine, overridden(cell, choice)),
          experiment: experiment.name,
          seed: choice.seed,
        }
        const schedule = scheduleFor(experiment, own, choice.schedule)
        const spec = schedule === null || choice.schedule === null ? own : withSchedule(own, schedule)
        return {id: cellId(spec), spec, experiment, schedule, script: null}
      }),
    )
    const playing = choice.schedule === null ? cells : cells.filter(({schedule}) => schedule !== null)
    const once = [...new Map(playing.map((cell) => [cell.id, cell])).values()]
    return shuffled(once, `${choice.seed}/${experiment.name}`)
  })
}

/** Null where the scenario plays no faults. */
function scheduleFor(
  experiment: Experiment,
  cell: CellSpec,
  given: FaultSchedule | null,
): FaultSchedule | null {
  if (!experiment.steps(cell).some((step) => step.do === 'faults')) return null
  return given ?? experiment.schedule?.(cell) ?? []
}

/** A cell under another schedule is another cell. */
const withSchedule = (cell: CellSpec, schedule: FaultSchedule): CellSpec => ({
  ...cell,
  conditions: {...cell.conditions, schedule: hashOf(schedule)},
})

/** A cell whose pushes may be delivered otherwise is played once for each way that was asked for. */
function delivered(cell: Cell, deliveries: readonly string[] | null): readonly Cell[] {
  if (deliveries === null || !('delivery' in cell.conditions)) return [cell]
  return deliveries.map((delivery) => ({...cell, conditions: {...cell.conditions, delivery}}))
}

function repeated(cells: readonly Cell[], repetitions: number | null): readonly Cell[] {
  if (repetitions === null) return cells
  return cells
    .filter(({repetition}) => repetition === 1)
    .flatMap((cell) => Array.from({length: repetitions}, (_, index) => ({...cell, repetition: index + 1})))
}

/** Only factors that the experiment has can be overridden. */
function overridden({conditions}: Cell, {windowMs, modelSpeed}: Choice): Cell['conditions'] {
  return {
    ...conditions,
    ...('windowMs' in conditions && windowMs !== null ? {windowMs} : {}),
    ...('modelSpeed' in conditions && modelSpeed !== null ? {modelSpeed} : {}),
  }
}

const SHORT_HASH_LENGTH = 8
const hashOf = (value: unknown): string =>
  createHash('sha256').update(canonicalJson(value)).digest('hex').slice(0, SHORT_HASH_LENGTH)

/** A drift of the machine must not look like an effect of a policy: the order is drawn from the seed. */
function shuffled<T>(items: readonly T[], seed: string): T[] {
  const random = xoroshiro128plus(createHash('sha256').update(seed).digest().readInt32BE(0))
  const left = [...items]
  for (let last = left.length - 1; last > 0; last--) {
    const other = uniformInt(random, 0, last)
    const held = left[last] as T
    left[last] = left[other] as T
    left[other] = held
  }
  return left
}
