/** The pushes of a run, one total for each experiment, engine and way of delivery. */
import type {CellJudgement} from '../checkers/judge.ts'
import {isModelled} from '../scenario/delivery.ts'
import {ENGINES, engineOf, type Engine} from '../scenario/engine.ts'
import {pushInNumbers} from './push-in-numbers.ts'
import type {PushInNumbers} from './push-in-numbers.ts'

/** The pushes of an experiment taken together; raw and modelled ones never, nor those of two engines. */
export type PushTotal = PushInNumbers & {
  readonly experiment: string
  readonly engine: Engine
  readonly isModelled: boolean
}

export function pushTotals(judgements: readonly CellJudgement[]): readonly PushTotal[] {
  const valid = judgements.filter(({validity}) => validity === 'valid')
  const groups = Map.groupBy(valid, ({cell}) =>
    JSON.stringify([cell.experiment, engineOf(cell), isModelled(cell.conditions)]),
  )
  const totals = [...groups.values()].flatMap((group): PushTotal[] => {
    const [first] = group
    const numbers = pushInNumbers(group)
    if (first === undefined || numbers === null) return []
    const {experiment, conditions} = first.cell
    return [{experiment, engine: engineOf(first.cell), isModelled: isModelled(conditions), ...numbers}]
  })
  return totals.toSorted((a, b) => ENGINES.indexOf(a.engine) - ENGINES.indexOf(b.engine))
}
