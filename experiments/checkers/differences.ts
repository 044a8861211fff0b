/** How a cell differs from what was predicted of it. Whatever tabs that recover are said to have done cites its lines. */
import type {HazardFinding} from '../hazards/hazard.ts'
import type {Amount, Prediction, RecoveryPrediction, Whether} from '../scenario/experiment.ts'
import {triggerDifferences} from '../triggers/differences.ts'
import type {TriggerFinding} from '../triggers/trigger-finding.ts'
import type {Seen} from './presence.ts'
import type {RecoveryClaim, TabRecovery} from './tab-recovery.ts'
import {sayLines} from './verdict.ts'

export type Observed = {
  readonly main: Seen | null
  readonly return: Seen | null
  readonly refresh: Seen | null
}

export type Difference = {readonly note: string; readonly isWorse: boolean}

export type Found = {
  readonly observed: Observed
  readonly recoveries: readonly TabRecovery[]
  readonly hazard: HazardFinding | null
  readonly triggers: readonly TriggerFinding[]
}

export const differencesIn = (
  prediction: Prediction,
  {observed, recoveries, hazard, triggers}: Found,
): readonly Difference[] => [
  ...windowDifferences(prediction, observed),
  ...(prediction.recovery === undefined ? [] : recoveryDifferences(prediction.recovery, recoveries)),
  ...(prediction.hazard === undefined || hazard === null ? [] : hazardDifferences(prediction.hazard, hazard)),
  ...(prediction.triggers === undefined ? [] : triggerDifferences(prediction.triggers, triggers)),
]

/** A hazard that shows under its cure is for the worse; one that does not show where it was to is only a surprise. */
function hazardDifferences(
  expected: NonNullable<Prediction['hazard']>,
  {hazard, isShown, because}: HazardFinding,
): readonly Difference[] {
  const seen = isShown ? 'shows' : 'absent'
  if (expected === 'either' || expected === seen) return []
  const [first] = because
  const why = first === undefined ? '' : `: ${first.rule} ${first.tab}: ${first.note}${sayLines(first.lines)}`
  return [{note: `${hazard}: predicted ${SAY_HAZARD[expected]}, ${SAY_HAZARD[seen]}${why}`, isWorse: isShown}]
}

const SAY_HAZARD = {shows: 'shown', absent: 'absent'} as const

function windowDifferences(prediction: Prediction, observed: Observed): readonly Difference[] {
  return (['main', 'return', 'refresh'] as const).flatMap((name) => {
    const expected = prediction[name]
    const seen = observed[name]
    if (expected === null || expected === 'either' || seen === null || expected === seen) return []
    const note = `${IN_WINDOW[name]}: predicted ${SAY[expected]}, seen ${SAY[seen]}`
    return [{note, isWorse: expected === 'shows'}]
  })
}

const IN_WINDOW = {main: 'within the window', return: 'on return', refresh: 'after a refresh'} as const
const SAY = {shows: 'everything', nothing: 'nothing', partly: 'a part'} as const satisfies Record<
  Seen,
  string
>

function recoveryDifferences(
  expected: RecoveryPrediction,
  recoveries: readonly TabRecovery[],
): readonly Difference[] {
  const stale = recoveries.flatMap((tab) => (tab.stale === null ? [] : [tab.stale]))
  const drafts = recoveries.flatMap(({draft}) => (draft === null ? [] : [draft]))
  const exact = recoveries.map((tab) => tab.exact)
  return [
    ...counted('lost', 'messages lost', expected.lost, recoveries),
    ...counted('doubled', 'messages doubled', expected.doubled, recoveries),
    ...counted('falseAlarms', 'false alarms', expected.falseAlarms, recoveries),
    ...whether('exact', "every text the server's", expected.exact, exact.every(Boolean), recoveries, 'yes'),
    ...(stale.length === 0
      ? []
      : [
          ...whether(
            'stale',
            'found by its position',
            expected.foundByPosition,
            stale.every(({byPositionMs}) => byPositionMs !== null),
            recoveries,
            'yes',
          ),
          ...whether(
            'stale',
            'found by its pongs',
            expected.foundByPing,
            stale.every(({byPingMs}) => byPingMs !== null),
            recoveries,
            'yes',
          ),
        ]),
    ...(drafts.length === 0 || expected.draft === undefined
      ? []
      : whether(
          'draft',
          'the draft kept',
          expected.draft === 'kept' ? 'yes' : 'no',
          drafts.every((draft) => draft === 'kept'),
          recoveries,
          'yes',
        )),
  ]
}

function counted(
  claim: 'lost' | 'doubled' | 'falseAlarms',
  what: string,
  expected: Amount | undefined,
  recoveries: readonly TabRecovery[],
): readonly Difference[] {
  const count = recoveries.reduce((sum, tab) => sum + tab[claim], 0)
  const seen = count === 0 ? 'none' : 'some'
  if (expected === undefined || expected === 'either' || expected === seen) return []
  const note = `${what}: predicted ${expected}, seen ${count === 0 ? 'none' : count}${evidence(claim, recoveries)}`
  return [{note, isWorse: expected === 'none'}]
}

/** `better`: what would be better to see than its contrary. */
function whether(
  claim: RecoveryClaim,
  what: string,
  expected: Whether | undefined,
  isSo: boolean,
  recoveries: readonly TabRecovery[],
  better: Whether,
): readonly Difference[] {
  const seen = isSo ? 'yes' : 'no'
  if (expected === undefined || expected === 'either' || expected === seen) return []
  const note = `${what}: predicted ${expected}, seen ${seen}${evidence(claim, recoveries)}`
  return [{note, isWorse: seen !== better}]
}

const evidence = (claim: RecoveryClaim, recoveries: readonly TabRecovery[]): string =>
  sayLines(recoveries.flatMap((tab) => tab.evidence[claim] ?? []))
