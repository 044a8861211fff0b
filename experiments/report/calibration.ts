/**
 * What the instrument is worth in this run: its own error, the scale of the delays it measures, and what a hand-written
 * script makes of the same events. Quoted in every output, with the limits it has to keep.
 */
import type {CellJudgement} from '../checkers/judge.ts'
import type {Measure} from '../checkers/sample.ts'
import type {Manifest} from '../history/manifest.ts'
import {ENGINES, engineOf, type Engine} from '../scenario/engine.ts'
import {linearFit} from '../statistics/linear-fit.ts'
import type {LinearFit} from '../statistics/linear-fit.ts'
import {sayCondition} from './conditions.ts'
import {plural, sayMs, sayNumber} from './format.ts'
import {spreadOf} from './measured.ts'
import type {Spread} from './measured.ts'

export const CALIBRATION = 'calibration'

export const CALIBRATION_LIMITS = {
  witnessP50Ms: 0.2,
  witnessP99Ms: 1,
  slopeOff: 0.01,
  residualP50Ms: 0.5,
  residualP95Ms: 2,
} as const

export type Calibration = {
  /** |witness − true| of the page's own changes. */
  readonly witness: Spread | null
  /** The same, and the script's, in the cell where a script watched the same changes. */
  readonly besideRival: Spread | null
  readonly rival: Spread | null
  readonly rivalRatio: number | null
  readonly delays: LinearFit | null
  readonly delaysLost: number
  readonly worstClockErrorMs: number | null
  /** Of service workers, where there were any: half of what their brackets leave open. */
  readonly workerClocks?: Spread
  readonly limits: readonly Limit[]
  /** Of the engines beside the first; each is an instrument of its own. */
  readonly others?: readonly {readonly engine: Engine; readonly calibration: Calibration}[]
  /** Quoted where the run has none of its own. */
  readonly earlier: Manifest['earlierCalibration']
}

export type Limit = {
  readonly what: string
  readonly value: number
  readonly limit: number
  readonly kept: boolean
}

export function calibrate(
  judgements: readonly CellJudgement[],
  earlier: Manifest['earlierCalibration'],
): Calibration {
  const byEngine = Map.groupBy(judgements, ({cell}) => engineOf(cell))
  const [first = 'chromium', ...others] = ENGINES.filter((engine) => byEngine.has(engine))
  const calibration = calibrateOne(byEngine.get(first) ?? [], earlier)
  if (others.length === 0) return calibration
  return {
    ...calibration,
    others: others.map((engine) => ({
      engine,
      calibration: calibrateOne(byEngine.get(engine) ?? [], null),
    })),
  }
}

function calibrateOne(
  judgements: readonly CellJudgement[],
  earlier: Manifest['earlierCalibration'],
): Calibration {
  const valid = judgements.filter(({validity}) => validity === 'valid')
  const own = valid.filter(({cell}) => cell.experiment === CALIBRATION)
  const withRival = own.filter(({samples}) => samples.some(({measure}) => measure === 'rival-error'))
  const alone = own.filter((judgement) => !withRival.includes(judgement))

  const witness = errorsOf(alone, 'witness-error')
  const besideRival = errorsOf(withRival, 'witness-error')
  const rival = errorsOf(withRival, 'rival-error')
  const injected = samplesOf(own, 'injected-delay')
  const delays = linearFit(
    injected
      .filter(({censored}) => !censored)
      .map(({about, valueMs}) => ({x: Number(about['injectedMs']), y: valueMs})),
  )
  const clocks = samplesOf(valid, 'clock-error').map(({valueMs}) => valueMs)
  const workerClocks = spreadOf(samplesOf(valid, 'worker-clock-error'), 0)
  return {
    witness,
    besideRival,
    rival,
    rivalRatio: ratio(rival?.p50.valueMs, (besideRival ?? witness)?.p50.valueMs),
    delays,
    delaysLost: injected.filter(({censored}) => censored).length,
    worstClockErrorMs: clocks.length === 0 ? null : clocks.reduce((a, b) => Math.max(a, b)),
    ...(workerClocks !== null && {workerClocks}),
    limits: limitsOf(witness, delays),
    earlier,
  }
}

const samplesOf = (judgements: readonly CellJudgement[], measure: Measure) =>
  judgements.flatMap(({samples}) => samples.filter((sample) => sample.measure === measure))

const errorsOf = (judgements: readonly CellJudgement[], measure: Measure) =>
  spreadOf(
    samplesOf(judgements, measure).map(({valueMs}) => ({valueMs: Math.abs(valueMs), censored: false})),
    0,
  )

const ratio = (a: number | null | undefined, b: number | null | undefined) =>
  typeof a === 'number' && typeof b === 'number' && b > 0 ? a / b : null

function limitsOf(witness: Spread | null, delays: LinearFit | null): readonly Limit[] {
  const L = CALIBRATION_LIMITS
  const own = [
    {what: '|witness error| p50, ms', value: witness?.p50.valueMs, limit: L.witnessP50Ms},
    {what: '|witness error| p99, ms', value: witness?.p99.valueMs, limit: L.witnessP99Ms},
    {what: '|slope − 1|', value: delays === null ? null : Math.abs(delays.slope - 1), limit: L.slopeOff},
    {what: '|residual| p50, ms', value: delays?.residuals.p50, limit: L.residualP50Ms},
    {what: '|residual| p95, ms', value: delays?.residuals.p95, limit: L.residualP95Ms},
  ]
  return own.flatMap(({what, value, limit}) =>
    typeof value === 'number' ? [{what, value, limit, kept: value <= limit}] : [],
  )
}

/** One fact a sentence; the first says whether the limits were kept. */
export function sayCalibration(calibration: Calibration): readonly string[] {
  const others = (calibration.others ?? []).flatMap(({engine, calibration: its}) =>
    sayOne(its).map((sentence) => `${sayCondition('browser', engine)}: ${sentence}`),
  )
  return [...sayOne(calibration), ...others]
}

function sayOne(calibration: Calibration): readonly string[] {
  const {witness, rival, besideRival, rivalRatio, delays, worstClockErrorMs, limits} = calibration
  if (witness === null && delays === null) {
    const clock =
      worstClockErrorMs === null ? '' : ` Clock of every tab known to ${sayMs(worstClockErrorMs)}.`
    return [
      `${sayEarlier(calibration.earlier)}${clock}`,
      ...(calibration.earlier?.sentences ?? []),
      ...sayWorkerClocks(calibration),
    ]
  }
  const broken = limits.filter(({kept}) => !kept)
  const said = [
    broken.length === 0
      ? `The instrument keeps all ${limits.length} limits of its calibration.`
      : `The instrument is OUTSIDE its limits: ${broken.map(({what, value, limit}) => `${what} ${sayNumber(value)}, at most ${limit}`).join('; ')}.`,
  ]
  if (witness !== null)
    said.push(
      `Witness against changes whose true time the page knows: |error| p50 ${orUnknown(witness.p50.valueMs)}, p99 ${orUnknown(witness.p99.valueMs)} (${plural(witness.count, 'event')}).`,
    )
  if (delays !== null) said.push(sayDelays(delays, calibration.delaysLost))
  if (rival !== null && rivalRatio !== null)
    said.push(
      `A hand-written Playwright script, same changes: error p50 ${orUnknown(rival.p50.valueMs)}, p99 ${orUnknown(rival.p99.valueMs)}; ours beside it p50 ${orUnknown(besideRival?.p50.valueMs ?? null)}: ${Math.round(rivalRatio)} times as far off (${plural(rival.count, 'event')}).`,
    )
  if (worstClockErrorMs !== null)
    said.push(`Clock of every tab known to ${sayMs(worstClockErrorMs)} or better.`)
  return [...said, ...sayWorkerClocks(calibration)]
}

const sayWorkerClocks = ({workerClocks}: Calibration): string[] =>
  workerClocks === undefined
    ? []
    : [
        `Clocks of service workers, by brackets alone: |error| at most ${orUnknown(workerClocks.p50.valueMs)} (p50), ${orUnknown(workerClocks.p99.valueMs)} (p99), of ${plural(workerClocks.count, 'push', 'pushes')} heard.`,
      ]

const sayEarlier = (earlier: Calibration['earlier']) =>
  earlier === null
    ? "This run has no calibration: nothing is known of the instrument's own error."
    : `This run has no calibration of its own. The newest on this machine is of run ${earlier.runId}, ${earlier.startedAt.slice(0, 16).replace('T', ' ')} UTC, and says what follows.`

function sayDelays({slope, slopeInterval, residuals, count}: LinearFit, lost: number): string {
  const range = `${sayNumber(slopeInterval.lower, 4)}, ${sayNumber(slopeInterval.upper, 4)}`
  const missing = lost === 0 ? '' : `, and ${lost} that never came`
  return `Delays put into the channel come back with slope ${sayNumber(slope, 4)} [${range}], |residual| p50 ${sayMs(residuals.p50)}, p95 ${sayMs(residuals.p95)} (${plural(count, 'message')}${missing}).`
}

const orUnknown = (valueMs: number | null) => (valueMs === null ? 'unknown' : sayMs(valueMs))
