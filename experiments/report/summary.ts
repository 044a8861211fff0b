/** A run in numbers: one row per experiment, platform, policy and conditions. Everything the reports print comes from here. */
import {exitCode} from '../checkers/exit-code.ts'
import type {CellJudgement, Outcome} from '../checkers/judge.ts'
import type {Seen} from '../checkers/presence.ts'
import type {Measure, Sample} from '../checkers/sample.ts'
import type {Manifest} from '../history/manifest.ts'
import {canonicalJson} from '../history/cell-id.ts'
import {PUSH_FAULTS} from '../scenario/state-condition.ts'
import {calibrate} from './calibration.ts'
import type {Calibration} from './calibration.ts'
import {sayConditions, splitConditions} from './conditions.ts'
import type {Conditions} from './conditions.ts'
import {spreadOf} from './measured.ts'
import type {Spread} from './measured.ts'
import {pushInNumbers} from './push-in-numbers.ts'
import type {PushInNumbers} from './push-in-numbers.ts'
import {pushTotals} from './push-totals.ts'
import type {PushTotal} from './push-totals.ts'
import {guaranteesInNumbers} from './guarantees-in-numbers.ts'
import type {GuaranteeRow} from './guarantees-in-numbers.ts'
import {hazardNumbers, hazardsInNumbers} from './hazards-in-numbers.ts'
import type {HazardNumbers, HazardsInNumbers} from './hazards-in-numbers.ts'
import {inReadingOrder} from './reading-order.ts'
import {recoveryInNumbers} from './recovery-in-numbers.ts'
import type {RecoveryInNumbers} from './recovery-in-numbers.ts'
import {triggersInNumbers} from './triggers-in-numbers.ts'
import type {TriggerRow} from './triggers-in-numbers.ts'

export type Row = {
  readonly experiment: string
  readonly platform: string
  readonly policy: string
  readonly conditions: Conditions
  readonly cells: {
    readonly all: number
    readonly valid: number
    readonly invalid: number
    readonly unknown: number
  }
  /** Of valid cells only, from here on. Pairs of a message and a tab that should show it. */
  readonly expected: number
  readonly delivered: {readonly content: number; readonly hint: number; readonly completion: number}
  readonly shownInMain: number
  readonly shownOnReturn: number | null
  readonly shownAfterRefresh: number | null
  readonly observed: Readonly<Record<Seen, number>>
  readonly outcome: Outcome | 'not judged'
  readonly surprises: number
  readonly because: string | null
  readonly staleness: Spread | null
  /** Staleness of messages that were sent whole, that is, of persons' messages. */
  readonly messageLatency: Spread | null
  readonly tokenLatency: Spread | null
  readonly paint: Spread | null
  readonly freshAfterReturn: Spread | null
  readonly freshAfterRefresh: Spread | null
  /** Absent where nothing was pushed. */
  readonly push?: PushInNumbers
  /** Absent where no tab had to recover. */
  readonly recoveries?: RecoveryInNumbers
  /** Absent where the cells are about no hazard. */
  readonly hazard?: HazardNumbers
  /** Absent where no push channel was broken. */
  readonly pushRecovery?: {
    /** From the break to the browser's next link: Chromium's own back-off. Null where the link stayed. */
    readonly linkBack: Spread | null
    /** From the break to the last of what had waited for it being heard. */
    readonly allHeard: Spread | null
  }
}

/** A cell that was a surprise or cannot be believed, and why. */
export type NotableCell = {
  readonly cellId: string
  readonly label: string
  readonly kind: 'SURPRISE' | 'invalid' | 'unknown'
  readonly notes: readonly string[]
}

export type UnreadCell = {readonly cellId: string; readonly why: string; readonly line: number}

export type Summary = {
  readonly format: 1
  readonly manifest: Manifest
  readonly counts: {
    readonly valid: number
    readonly invalid: number
    readonly unknown: number
    readonly surprises: number
    readonly missing: number
  }
  readonly exitCode: 0 | 1 | 2
  readonly calibration: Calibration
  readonly rows: readonly Row[]
  /** Absent where nothing was pushed. */
  readonly pushes?: readonly PushTotal[]
  /** Absent where nothing was made to happen for a channel to speak of. */
  readonly triggers?: readonly TriggerRow[]
  /** Absent where nothing was committed. */
  readonly guarantees?: readonly GuaranteeRow[]
  /** Absent where no cell was about a hazard. */
  readonly hazards?: HazardsInNumbers
  readonly fixedCost: {
    readonly alone: Spread | null
    readonly shared: Spread | null
    /** Absent in a run on one platform: a fresh origin with its own push registration costs more than a page. */
    readonly byPlatform?: Readonly<
      Record<string, {readonly alone: Spread | null; readonly shared: Spread | null}>
    >
  }
  readonly notable: readonly NotableCell[]
  /** Cells whose history cannot be read; each counts as unknown. */
  readonly unreadable: readonly UnreadCell[]
  /** Cells of the manifest that were not done (yet). */
  readonly missing: readonly string[]
}

export function summaryOf(
  manifest: Manifest,
  judgements: readonly CellJudgement[],
  unreadable: readonly UnreadCell[] = [],
): Summary {
  const done = new Set([...judgements, ...unreadable].map(({cellId}) => cellId))
  const missing = manifest.order.filter((id) => !done.has(id))
  const count = (validity: CellJudgement['validity']) =>
    judgements.filter((each) => each.validity === validity).length
  const code = exitCode(judgements)
  const pushes = pushTotals(judgements)
  const triggers = triggersInNumbers(judgements)
  const guarantees = guaranteesInNumbers(judgements, manifest.experiments)
  const hazards = hazardsInNumbers(judgements)
  return {
    format: 1,
    manifest,
    counts: {
      valid: count('valid'),
      invalid: count('invalid'),
      unknown: count('unknown') + unreadable.length,
      surprises: judgements.filter(isSurprise).length,
      missing: missing.length,
    },
    exitCode: code === 0 && unreadable.length + missing.length > 0 ? 2 : code,
    calibration: calibrate(judgements, manifest.earlierCalibration),
    rows: rowsOf(manifest, judgements),
    ...(pushes.length > 0 && {pushes}),
    ...(triggers.length > 0 && {triggers}),
    ...(guarantees.length > 0 && {guarantees}),
    ...(hazards !== null && {hazards}),
    fixedCost: fixedCosts(judgements),
    notable: notableOf(manifest, judgements),
    unreadable,
    missing,
  }
}

function fixedCosts(judgements: readonly CellJudgement[]): Summary['fixedCost'] {
  const both = (own: readonly CellJudgement[]) => ({
    alone: fixedCostOf(own.filter(({alone}) => alone)),
    shared: fixedCostOf(own.filter(({alone}) => !alone)),
  })
  const byPlatform = Map.groupBy(judgements, ({cell}) => cell.platform)
  if (byPlatform.size < 2) return both(judgements)
  return {
    ...both(judgements),
    byPlatform: Object.fromEntries([...byPlatform].map(([platform, own]) => [platform, both(own)])),
  }
}

const fixedCostOf = (judgements: readonly CellJudgement[]) =>
  spreadOf(
    judgements.map(({fixedCostMs}) => ({valueMs: fixedCostMs, censored: false})),
    0,
  )

function notableOf(manifest: Manifest, judgements: readonly CellJudgement[]): readonly NotableCell[] {
  const byExperiment = Map.groupBy(judgements, ({cell}) => cell.experiment)
  const varying = new Map(
    [...byExperiment].map(([name, own]) => [
      name,
      splitConditions(own.map(({cell}) => cell.conditions)).varying,
    ]),
  )
  return judgements
    .filter((judgement) => judgement.validity !== 'valid' || isSurprise(judgement))
    .toSorted((a, b) => inReadingOrder(manifest)(a.cell, b.cell))
    .map(({cellId, cell, validity, whyNot, surprises}) => ({
      cellId,
      label: [
        cell.experiment,
        cell.platform,
        cell.policy,
        sayConditions(cell.conditions, varying.get(cell.experiment)),
      ]
        .filter(Boolean)
        .join(', '),
      kind: validity === 'valid' ? 'SURPRISE' : validity,
      notes: validity === 'valid' ? surprises : whyNot,
    }))
}

/** What a cell that cannot be believed shows is no surprise. */
export const isSurprise = ({validity, outcome}: CellJudgement): boolean =>
  validity === 'valid' && outcome === 'SURPRISE'

function rowsOf(manifest: Manifest, judgements: readonly CellJudgement[]): readonly Row[] {
  const groups = Map.groupBy(judgements, ({cell: {experiment, platform, policy, conditions}}) =>
    canonicalJson({experiment, platform, policy, conditions}),
  )
  return [...groups.values()].map((group) => rowOf(manifest, group)).toSorted(inReadingOrder(manifest))
}

function rowOf(manifest: Manifest, group: readonly CellJudgement[]): Row {
  const [first] = group
  if (first === undefined) throw new TypeError('a row without cells')
  const {experiment, platform, policy, conditions} = first.cell
  const valid = group.filter(({validity}) => validity === 'valid')
  const tallies = valid.flatMap((judgement) => judgement.tallies)
  const sum = (pick: (tally: (typeof tallies)[number]) => number) =>
    tallies.reduce((total, tally) => total + pick(tally), 0)
  const sumKnown = (pick: (tally: (typeof tallies)[number]) => number | null) =>
    tallies.some((tally) => pick(tally) !== null) ? sum((tally) => pick(tally) ?? 0) : null
  const limitMs = Number(conditions['windowMs'] ?? conditions['deadlineMs'] ?? manifest.windowMs)
  const spread = (measure: Measure, isMeant: (sample: Sample) => boolean = () => true) =>
    spreadOf(
      valid.flatMap(({samples}) => samples.filter((sample) => sample.measure === measure && isMeant(sample))),
      limitMs,
    )
  const push = pushInNumbers(valid)
  const recoveries = recoveryInNumbers(valid)
  const endangered = hazardNumbers(valid.flatMap(({hazard}) => hazard ?? []))
  const isPushBroken = PUSH_FAULTS.some((fault) => fault === conditions['fault'])
  return {
    experiment,
    platform,
    policy,
    conditions,
    cells: {
      all: group.length,
      valid: valid.length,
      invalid: group.filter(({validity}) => validity === 'invalid').length,
      unknown: group.filter(({validity}) => validity === 'unknown').length,
    },
    expected: sum((tally) => tally.expected),
    delivered: {
      content: sum((tally) => tally.deliveredContent),
      hint: sum((tally) => tally.deliveredHint),
      completion: sum((tally) => tally.deliveredCompletion),
    },
    shownInMain: sum((tally) => tally.shownInMain),
    shownOnReturn: sumKnown((tally) => tally.shownOnReturn),
    shownAfterRefresh: sumKnown((tally) => tally.shownAfterRefresh),
    observed: {
      shows: valid.filter(({observed}) => observed.main === 'shows').length,
      partly: valid.filter(({observed}) => observed.main === 'partly').length,
      nothing: valid.filter(({observed}) => observed.main === 'nothing').length,
    },
    outcome: outcomeOf(valid),
    surprises: valid.filter(isSurprise).length,
    because: first.prediction?.because ?? null,
    staleness: spread('staleness'),
    messageLatency: spread('staleness', ({about}) => about['role'] === 'user'),
    tokenLatency: spread('token-latency', ({about}) => about['by'] === 'observer'),
    paint: spread('paint'),
    freshAfterReturn: spread('time-to-fresh', ({about}) => about['window'] === 'return'),
    freshAfterRefresh: spread('time-to-fresh', ({about}) => about['window'] === 'refresh'),
    ...(push !== null && {push}),
    ...(recoveries !== null && {recoveries}),
    ...(endangered !== null && {hazard: endangered}),
    ...(isPushBroken && {
      pushRecovery: {
        linkBack: spread('push-recovery', ({about}) => about['what'] === 'link back'),
        allHeard: spread('push-recovery', ({about}) => about['what'] === 'all heard'),
      },
    }),
  }
}

function outcomeOf(valid: readonly CellJudgement[]): Row['outcome'] {
  if (valid.length === 0) return 'not judged'
  if (valid.some(isSurprise)) return 'SURPRISE'
  return valid.some(({outcome}) => outcome === 'as predicted') ? 'as predicted' : 'no prediction'
}
