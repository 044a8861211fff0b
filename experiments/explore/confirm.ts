/** Plays finds in real tabs, and judges what those showed by the same guarantees. Rule RP16. */
import {mkdirSync} from 'node:fs'
import {basename} from 'node:path'
import {guaranteesOf} from '../guarantees/guarantees-of.ts'
import {cellId} from '../history/cell-id.ts'
import {readHistory} from '../history/history-reader.ts'
import {playCells, type PlayedCell} from '../runner/play-cells.ts'
import type {PlannedCell} from '../runner/plan.ts'
import type {Find} from './batch.ts'
import {exploredExperiment} from './explored-experiment.ts'
import {specOf, type Interleaving} from './interleaving.ts'
import {guaranteeOf} from './sought.ts'
import {toSteps} from './to-steps.ts'

export type Confirmation =
  | {
      readonly name: 'played'
      readonly times: number
      readonly confirmed: number
      /** Names of the histories' files. */
      readonly files: readonly string[]
    }
  | {readonly name: 'not-played'; readonly why: string}

export type ConfirmOptions = {
  readonly times: number
  readonly browserPath: string
  /** Gets the histories. */
  readonly folder: string
  readonly seed: string
  readonly parallel: number
  readonly signal: AbortSignal
}

/** The model begins within 50 ms; `slowly` its answers last about 2 s. */
const MODELS = {
  'at-once': {modelSpeed: 40, tokens: 8, tokensPerSecond: 2},
  slowly: {modelSpeed: 40, tokens: 60, tokensPerSecond: 0.75},
} as const

/** For each find, in their order. */
export async function confirmFinds(
  finds: readonly Find[],
  options: ConfirmOptions,
): Promise<readonly Confirmation[]> {
  const planned = finds.map(({interleaving, principal}) =>
    guaranteeOf(principal) === null
      ? 'a tab that does not come back breaks no guarantee'
      : cellOf(interleaving),
  )
  const cells = planned.flatMap((cell) => (typeof cell === 'string' ? [] : repeated(cell, options.times)))
  mkdirSync(options.folder, {recursive: true})
  const played = await playCells(cells, {...options, firefoxPath: null})
  return finds.map((find, index) => {
    const cell = planned[index]
    if (cell === undefined || typeof cell === 'string') return {name: 'not-played', why: cell ?? ''}
    return judged(
      find,
      played.filter((each) => each.cell.spec === cell.spec),
    )
  })
}

/** Or why there is none. */
function cellOf(interleaving: Interleaving): PlannedCell | string {
  const scripted = toSteps(interleaving)
  if (!scripted.ok) return scripted.why
  const virtual = specOf(interleaving)
  const spec = {...virtual, conditions: {...virtual.conditions, ...MODELS[interleaving.pace]}}
  const {schedule} = scripted.script
  return {id: cellId(spec), spec, experiment: exploredExperiment, schedule, script: null}
}

const repeated = (cell: PlannedCell, times: number): readonly PlannedCell[] =>
  Array.from({length: times}, (_, index) => (index === 0 ? cell : {...cell, id: `${cell.id}-${index + 1}`}))

function judged({principal}: Find, played: readonly PlayedCell[]): Confirmation {
  const confirmed = played.filter(({file}) => {
    const read = readHistory(file)
    return read.ok && guaranteesOf(read.history).broken.some((name) => name === guaranteeOf(principal))
  })
  return {
    name: 'played',
    times: played.length,
    confirmed: confirmed.length,
    files: played.map(({file}) => basename(file)),
  }
}
