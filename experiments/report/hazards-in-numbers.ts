/**
 * How often each hazard of `stale-read` showed, and what its cure cost, of cells that can be believed. A cell is its own
 * witness: cells of one hazard differ by their repetition alone, so that the share has an exact interval.
 */
import type {CellJudgement} from '../checkers/judge.ts'
import {HAZARDS} from '../hazards/hazard.ts'
import type {Hazard, HazardFinding} from '../hazards/hazard.ts'
import {cureInWords} from '../scenarios/stale-read-settings.ts'
import {compare} from '../statistics/compare.ts'
import type {Comparison} from '../statistics/compare.ts'
import {proportion} from '../statistics/proportion.ts'
import type {Proportion} from '../statistics/proportion.ts'
import {quantile} from '../statistics/quantile.ts'
import type {Quantile} from '../statistics/quantile.ts'
import {inPlatformOrder} from './reading-order.ts'

/** Medians; null where nothing was measured: a send that was refused was not committed. */
export type HazardNumbers = {
  readonly shown: Proportion
  readonly requests: Quantile | null
  readonly answerBytes: Quantile | null
  readonly sendMs: Quantile | null
}

export const COSTS = ['sendMs', 'requests', 'answerBytes'] as const
export type Cost = (typeof COSTS)[number]

export type HazardRow = {
  readonly hazard: Hazard
  readonly platform: string
  /** As the product does, or with the habit that the hazard needs. */
  readonly disease: HazardNumbers | null
  readonly cure: HazardNumbers | null
  readonly cureInWords: string
  /** What a cell under the cure costs more than one without, of the medians. */
  readonly more: Readonly<Record<Cost, Comparison | null>>
}

export type Combined = {
  readonly hazard: Hazard
  readonly platform: string
  readonly rule: string
  readonly remedy: string
  readonly shown: number
  readonly of: number
}

export type HazardsInNumbers = {readonly rows: readonly HazardRow[]; readonly matrix: readonly Combined[]}

/** Where the stale tab sends nothing, how long a send took says nothing of the cure. */
const WITHOUT_SEND: ReadonlySet<Hazard> = new Set([
  'stale regenerate',
  'stopped by another tab',
  'draft lost',
])

type Judged = CellJudgement & {readonly hazard: HazardFinding}

/** Null where no cell was about a hazard. */
export function hazardsInNumbers(judgements: readonly CellJudgement[]): HazardsInNumbers | null {
  const judged = judgements.filter(
    (each): each is Judged => each.validity === 'valid' && each.hazard !== null,
  )
  if (judged.length === 0) return null
  const platforms = inPlatformOrder(judged.map(({cell}) => cell.platform))
  const each = HAZARDS.flatMap((hazard) => platforms.map((platform) => ({hazard, platform})))
  return {
    rows: each.flatMap(({hazard, platform}) => rowOf(hazard, platform, judged)),
    matrix: each.flatMap(({hazard, platform}) => matrixOf(hazard, platform, judged)),
  }
}

export function hazardNumbers(findings: readonly HazardFinding[]): HazardNumbers | null {
  const shown = proportion(findings.filter(({isShown}) => isShown).length, findings.length)
  if (shown === null) return null
  const median = (cost: Cost) => quantile(valuesOf(findings, cost), 0.5)
  return {
    shown,
    requests: median('requests'),
    answerBytes: median('answerBytes'),
    sendMs: median('sendMs'),
  }
}

const valuesOf = (findings: readonly HazardFinding[], name: Cost): readonly number[] =>
  findings.flatMap(({cost, hazard}) =>
    name === 'sendMs' && WITHOUT_SEND.has(hazard) ? [] : (cost[name] ?? []),
  )

function rowOf(hazard: Hazard, platform: string, judged: readonly Judged[]): readonly HazardRow[] {
  const as = (role: string) =>
    judged
      .filter(
        ({cell, hazard: finding}) =>
          finding.hazard === hazard && cell.platform === platform && cell.conditions['as'] === role,
      )
      .map((each) => each.hazard)
  const [sick, cured] = [as('disease'), as('cure')]
  if (sick.length + cured.length === 0) return []
  const more = COSTS.map((cost) => [cost, compare(valuesOf(cured, cost), valuesOf(sick, cost))])
  return [
    {
      hazard,
      platform,
      disease: hazardNumbers(sick),
      cure: hazardNumbers(cured),
      cureInWords: cureInWords(hazard),
      more: Object.fromEntries(more) as HazardRow['more'],
    },
  ]
}

function matrixOf(hazard: Hazard, platform: string, judged: readonly Judged[]): readonly Combined[] {
  const own = judged.filter(
    ({cell, hazard: finding}) =>
      finding.hazard === hazard && cell.platform === platform && cell.conditions['as'] === 'matrix',
  )
  const groups = Map.groupBy(own, ({cell}) =>
    JSON.stringify([String(cell.conditions['rule']), remedyOf(cell)]),
  )
  return [...groups].map(([key, cells]) => {
    const [rule = '', remedy = ''] = JSON.parse(key) as readonly string[]
    const shown = cells.filter((each) => each.hazard.isShown).length
    return {hazard, platform, rule, remedy, shown, of: cells.length}
  })
}

/** A policy other than the observed one, or the guards of the page. */
const remedyOf = ({policy, conditions}: Judged['cell']): string =>
  policy === 'observed' ? String(conditions['guards'] ?? 'none') : policy
