/**
 * Which guarantees the cells of an experiment broke under each policy, and how stale what tabs showed was by the two measures
 * of Bailis and others: by how many commits, and with what probability within a time. Of valid cells in which something
 * was committed.
 */
import type {CellJudgement} from '../checkers/judge.ts'
import {GUARANTEES} from '../guarantees/guarantee.ts'
import type {GuaranteeName} from '../guarantees/guarantee.ts'
import type {KStaleness} from '../guarantees/k-staleness.ts'
import {visibleWithin} from '../guarantees/t-visibility.ts'
import type {Visibility} from '../guarantees/t-visibility.ts'
import {isModelled} from '../scenario/delivery.ts'
import {ENGINES, engineOf} from '../scenario/engine.ts'
import type {Engine} from '../scenario/engine.ts'
import {kaplanMeier} from '../statistics/kaplan-meier.ts'
import {CALIBRATION} from './calibration.ts'
import {inPlatformOrder, inPolicyOrder} from './reading-order.ts'

export type GuaranteeRow = {
  readonly experiment: string
  readonly engine: Engine
  readonly isModelled: boolean
  readonly platform: string
  readonly policy: string
  readonly cells: number
  /** The weakest first. */
  readonly broken: readonly {readonly guarantee: GuaranteeName; readonly cells: number}[]
  readonly reads: Omit<KStaleness, 'byBehind'> & {readonly behind: number}
  /** Pairs of a commit and a tab that was to show it. */
  readonly pairs: number
  readonly visible: readonly Visibility[]
}

export const VISIBLE_WITHIN_MS = [100, 1_000, 5_000] as const

export function guaranteesInNumbers(
  judgements: readonly CellJudgement[],
  experiments: readonly string[],
): readonly GuaranteeRow[] {
  const judged = judgements.filter(
    ({validity, guarantees, cell}) =>
      validity === 'valid' && guarantees !== null && cell.experiment !== CALIBRATION,
  )
  const groups = Map.groupBy(judged, ({cell: {experiment, conditions, platform, policy}}) =>
    JSON.stringify([experiment, engineOf({conditions}), isModelled(conditions), platform, policy]),
  )
  const rows = [...groups.values()].flatMap(rowOf)
  const platforms = inPlatformOrder(rows.map(({platform}) => platform))
  const policies = inPolicyOrder(rows.map(({policy}) => policy))
  const placeOf = ({experiment, engine, isModelled: modelled, platform, policy}: GuaranteeRow) => [
    experiments.indexOf(experiment),
    ENGINES.indexOf(engine),
    modelled ? 1 : 0,
    platforms.indexOf(platform),
    policies.indexOf(policy),
  ]
  return rows.toSorted((a, b) => firstDifference(placeOf(a), placeOf(b)))
}

const firstDifference = (a: readonly number[], b: readonly number[]): number =>
  a.map((place, index) => place - (b[index] ?? 0)).find((difference) => difference !== 0) ?? 0

function rowOf(group: readonly CellJudgement[]): readonly GuaranteeRow[] {
  const [first] = group
  if (first === undefined) return []
  const {experiment, platform, policy, conditions} = first.cell
  const all = group.flatMap(({guarantees}) => guarantees ?? [])
  const names = Object.keys(GUARANTEES) as GuaranteeName[]
  const broken = names.flatMap((guarantee) => {
    const cells = all.filter((each) => each.broken.includes(guarantee)).length
    return cells === 0 ? [] : [{guarantee, cells}]
  })
  const stale = all.flatMap(({kStaleness}) => kStaleness ?? [])
  const waits = all.flatMap(({tVisibility}) => tVisibility?.waits ?? [])
  const survival = kaplanMeier(waits)
  return [
    {
      experiment,
      engine: engineOf({conditions}),
      isModelled: isModelled(conditions),
      platform,
      policy,
      cells: all.length,
      broken,
      reads: {
        reads: sum(stale.map(({reads}) => reads)),
        behind: sum(stale.map(({reads, byBehind}) => reads - (byBehind[0] ?? 0))),
        maxBehind: Math.max(0, ...stale.map(({maxBehind}) => maxBehind)),
        maxBehindAtActs: Math.max(0, ...stale.map(({maxBehindAtActs}) => maxBehindAtActs)),
      },
      pairs: waits.length,
      visible: VISIBLE_WITHIN_MS.map((withinMs) => visibleWithin(survival, withinMs)),
    },
  ]
}

const sum = (counts: readonly number[]): number => counts.reduce((total, count) => total + count, 0)
