/**
 * Judges a cell from its history alone: may it be believed (proofs P1–P6), what is wrong in it (findings K1–K16, guarantees
 * SG7–SG23), is that what the experiment predicted, and what was measured. A checker that throws is `unknown`, and so is
 * the cell.
 */
import type {GuaranteeVerdicts} from '../guarantees/guarantees-of.ts'
import {CannotTell} from '../hazards/attempts.ts'
import {hazardIn} from '../hazards/hazard-in.ts'
import type {HazardFinding} from '../hazards/hazard.ts'
import {isPushFault} from '../history/fault.ts'
import type {FaultSchedule} from '../history/fault.ts'
import type {CellSpec, History} from '../history/history-event.ts'
import type {Prediction} from '../scenario/experiment.ts'
import {beaconSamples, clockErrorSamples, injectedDelaySamples} from './calibration-samples.ts'
import type {Checker} from './checker.ts'
import {clockProved} from './clock-proved.ts'
import {convergence} from './convergence.ts'
import {deliveredAgainstShown, talliesOf} from './delivered-against-shown.ts'
import type {Tally} from './delivered-against-shown.ts'
import {deviceStateProved} from './device-state-proved.ts'
import {differencesIn, type Observed} from './differences.ts'
import {duplicated} from './duplicated.ts'
import {faultsBit} from './faults-bit.ts'
import {paintSamples, timeToFreshSamples, tokenLatencySamples} from './freshness-samples.ts'
import {healthy} from './healthy.ts'
import {brokenPromises, doubtsAbout, exemptBy, guaranteesIn} from './kept-guarantees.ts'
import type {KeptGuarantee} from './kept-guarantees.ts'
import {lost} from './lost.ts'
import {monotonicViews} from './monotonic-views.ts'
import {presencesOf, sumUp} from './presence.ts'
import {pushDoubled, pushLost, pushReordered} from './push-heard.ts'
import {pushRecoverySamples} from './push-recovery-samples.ts'
import {pushLegSamples, workerClockSamples} from './push-samples.ts'
import {recovered, recoveredHonestly} from './recovered.ts'
import {recoverySamples} from './recovery-samples.ts'
import {recoveriesOf} from './recovery.ts'
import {reordered} from './reordered.ts'
import type {Sample, SampleOf} from './sample.ts'
import {staleness, stalenessSamples} from './staleness.ts'
import {stepsDone} from './steps-done.ts'
import type {TabRecovery} from './tab-recovery.ts'
import {tabStateProved} from './tab-state-proved.ts'
import {capturesProved} from '../triggers/captures-proved.ts'
import {triggerFindings, type TriggerFinding} from '../triggers/trigger-finding.ts'
import {triggerSamples} from '../triggers/trigger-samples.ts'
import {sayLines} from './verdict.ts'
import type {Verdict, Violation} from './verdict.ts'

/** Whether the cell can be believed at all. */
export const PROOFS = {
  stepsDone,
  tabStateProved,
  deviceStateProved,
  clockProved,
  healthy,
  faultsBit,
  capturesProved,
} as const satisfies Record<string, Checker>

/** What happened in it. */
export const FINDINGS = {
  lost,
  monotonicViews,
  duplicated,
  reordered,
  staleness,
  convergence,
  deliveredAgainstShown,
  pushLost,
  pushDoubled,
  pushReordered,
  recovered,
  recoveredHonestly,
} as const satisfies Record<string, Checker>

/** Loss within a window and delivery without showing are what experiments predict; these never are. */
const NEVER_PREDICTED = [
  'monotonicViews',
  'duplicated',
  'reordered',
  'convergence',
  'recoveredHonestly',
] as const
/** What these findings say already need not be said again as a guarantee. */
const SAID_BY = {
  noDuplicate: 'duplicated',
  inOrder: 'reordered',
  monotonicReads: 'monotonicViews',
} as const satisfies Partial<Record<KeptGuarantee, keyof typeof FINDINGS>>
/** What a delivery model, or a fault, is made to do is what it was made for. */
const NEVER_PREDICTED_OF_RAW_PUSH = ['pushLost', 'pushDoubled', 'pushReordered'] as const

function neverPredicted({header: {cell, schedule}, events}: History) {
  const isRaw =
    (cell.conditions['delivery'] ?? 'raw') === 'raw' &&
    !(schedule ?? []).some(({fault}) => isPushFault(fault)) &&
    // A worker that is killed with its browser has not told what it heard last (WI10).
    !events.some((event) => event.kind === 'step' && event.do === 'kill-browser')
  return isRaw ? [...NEVER_PREDICTED, ...NEVER_PREDICTED_OF_RAW_PUSH] : NEVER_PREDICTED
}

export type CheckerName = keyof typeof PROOFS | keyof typeof FINDINGS

export type Outcome = 'as predicted' | 'SURPRISE' | 'no prediction'

export type CellJudgement = {
  readonly cellId: string
  readonly cell: CellSpec
  /** The scenario in words. */
  readonly steps: readonly string[]
  /** What was done to network, servers and push. */
  readonly schedule: FaultSchedule
  readonly validity: 'valid' | 'invalid' | 'unknown'
  readonly whyNot: readonly string[]
  readonly findings: Readonly<Record<CheckerName, Verdict>>
  /** Null where nothing was committed, or where judging failed: then the cell is in doubt. */
  readonly guarantees: GuaranteeVerdicts | null
  /** Of the guarantees that are never predicted to be broken, those that are. The weakest first. */
  readonly brokenPromises: readonly KeptGuarantee[]
  /** Null where the cell is about none, or where it cannot be told: then the cell is in doubt. */
  readonly hazard: HazardFinding | null
  readonly observed: Observed
  readonly prediction: Prediction | null
  readonly outcome: Outcome
  /** How it differs from what was predicted; empty when it does not. */
  readonly surprises: readonly string[]
  /** A surprise for the worse: less was shown than predicted, or what no experiment ever predicts. */
  readonly isUnpredictedViolation: boolean
  readonly tallies: readonly Tally[]
  /** How each tab that had to came through; empty where the scenario has no step `recover`. */
  readonly recoveries: readonly TabRecovery[]
  /** What came of what was made to happen; empty where the scenario has no step `trigger`. */
  readonly triggers: readonly TriggerFinding[]
  readonly samples: readonly Sample[]
  readonly fixedCostMs: number
  /** Whether the machine was the cell's own; what it cost beside others is another number. */
  readonly alone: boolean
}

const MEASURES = [
  stalenessSamples,
  tokenLatencySamples,
  timeToFreshSamples,
  paintSamples,
  beaconSamples,
  injectedDelaySamples,
  clockErrorSamples,
  recoverySamples,
  pushLegSamples,
  pushRecoverySamples,
  workerClockSamples,
  triggerSamples,
]

export function judge(history: History, prediction: Prediction | null): CellJudgement {
  const {header, footer} = history
  const {cellId, cell} = header
  const findings = runAll({...PROOFS, ...FINDINGS}, history)
  const observed = observe(history)
  const sampled = attempt(() => MEASURES.flatMap((measure): readonly SampleOf[] => measure(history)))
  const tallied = attempt(() => talliesOf(history))
  const recovering = attempt(() => recoveriesOf(history))
  const holding = attempt(() => guaranteesIn(history))
  const guarantees = holding.ok ? holding.value : null
  const endangered = attempt(() => hazardIn(history))
  const hazard = endangered.ok ? endangered.value : null
  const recoveries = recovering.ok ? recovering.value : []
  const caused = attempt(() => triggerFindings(history))
  const triggers = caused.ok ? caused.value : []

  const invalid = Object.keys(PROOFS).flatMap((name) => violationsOf(findings[name as keyof typeof PROOFS]))
  const doubts = Object.entries(findings).flatMap(([name, verdict]) =>
    verdict.verdict === 'unknown' ? [`${name}: ${verdict.why}`] : [],
  )
  doubts.push(
    ...[sampled, tallied, recovering, holding, endangered, caused].flatMap((done) =>
      done.ok ? [] : [done.why],
    ),
  )
  doubts.push(...doubtsAbout(guarantees))
  if (prediction?.hazard !== undefined) {
    if (hazard === null && endangered.ok) doubts.push('the cell is about no hazard, and one was predicted')
  } else if (prediction?.triggers !== undefined) {
    if (triggers.length === 0) doubts.push('nothing was made to happen')
  } else if (prediction?.recovery !== undefined) {
    if (recoveries.length === 0) doubts.push('no tab was read after it had time to recover')
  } else if (prediction !== null && observed.main === null) {
    doubts.push('nothing was committed for anyone to see')
  }

  const exempt = exemptBy(hazard)
  const unkept = brokenPromises(guarantees, exempt.guarantees)
  const broken = [
    ...neverPredicted(history)
      .filter((name) => !exempt.findings.has(name))
      .flatMap((name) => violationsOf(findings[name])),
    ...unkept
      .filter(({guarantee}) => !isSaidAlready(guarantee, findings))
      .map(({violation}) => say(violation)),
  ]
  const differences =
    prediction === null ? [] : differencesIn(prediction, {observed, recoveries, hazard, triggers})
  const surprises = [...differences.map(({note}) => note), ...broken]
  return {
    cellId,
    cell,
    steps: header.steps,
    schedule: header.schedule ?? [],
    validity: invalid.length > 0 ? 'invalid' : doubts.length > 0 ? 'unknown' : 'valid',
    whyNot: [...invalid, ...doubts],
    findings,
    guarantees,
    brokenPromises: unkept.map(({guarantee}) => guarantee),
    hazard,
    observed,
    prediction,
    outcome: surprises.length > 0 ? 'SURPRISE' : prediction === null ? 'no prediction' : 'as predicted',
    surprises,
    isUnpredictedViolation: broken.length > 0 || differences.some(({isWorse}) => isWorse),
    tallies: tallied.ok ? tallied.value : [],
    recoveries,
    triggers,
    samples: sampled.ok ? sampled.value.map((sample) => ({cellId, ...sample})) : [],
    fixedCostMs: footer.wallMs - footer.waitedMs,
    alone: header.alone,
  }
}

function runAll(
  checkers: Readonly<Record<CheckerName, Checker>>,
  history: History,
): Record<CheckerName, Verdict> {
  const verdicts = Object.entries(checkers).map(([name, checker]) => {
    const done = attempt(() => checker(history))
    return [name, done.ok ? done.value : {verdict: 'unknown', why: done.why}]
  })
  return Object.fromEntries(verdicts) as Record<CheckerName, Verdict>
}

type Attempt<T> = {readonly ok: true; readonly value: T} | {readonly ok: false; readonly why: string}

function attempt<T>(act: () => T): Attempt<T> {
  try {
    return {ok: true, value: act()}
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      ok: false,
      why: error instanceof CannotTell ? `the hazard cannot be told: ${why}` : `the checker failed: ${why}`,
    }
  }
}

const violationsOf = (verdict: Verdict): readonly string[] =>
  verdict.verdict === 'invalid' ? verdict.because.map(say) : []

const say = ({rule, tab, note, lines}: Violation): string =>
  `${rule} ${tab === '' ? '' : `${tab}: `}${note}${sayLines(lines)}`

function isSaidAlready(guarantee: KeptGuarantee, findings: CellJudgement['findings']): boolean {
  const checkers: Partial<Record<KeptGuarantee, keyof typeof FINDINGS>> = SAID_BY
  const checker = checkers[guarantee]
  return checker !== undefined && findings[checker].verdict === 'invalid'
}

const sumUpKnown = (shown: readonly (boolean | null)[]) => sumUp(shown.filter((each) => each !== null))

function observe(history: History): Observed {
  const done = attempt(() => presencesOf(history))
  const presences = done.ok ? done.value : []
  return {
    main: sumUpKnown(presences.map(({main}) => main !== null)),
    return: sumUpKnown(presences.map((presence) => presence.return)),
    refresh: sumUpKnown(presences.map((presence) => presence.refresh)),
  }
}
