/**
 * Survival of staleness: the share of messages still not shown after a time, when some were never seen to be shown
 * because the window ended first. Kaplan–Meier, with Greenwood's variance on the log-log scale for the 95 % band.
 */
import type {Interval} from './resample.ts'

/** 97.5 % point of the normal distribution. */
const Z = 1.959964

export type Lifetime = {readonly valueMs: number; readonly censored: boolean}

export type SurvivalStep = {
  readonly timeMs: number
  readonly atRisk: number
  readonly events: number
  readonly censored: number
  /** The share still stale just after this time. */
  readonly survival: number
  readonly lower: number
  readonly upper: number
}

export type Survival = {
  readonly count: number
  readonly censored: number
  readonly longestMs: number
  readonly steps: readonly SurvivalStep[]
}

/** One step per distinct time, in order. An event and a censoring of one moment: the event came first. */
export function kaplanMeier(lifetimes: readonly Lifetime[]): Survival {
  const byTime = [...Map.groupBy(lifetimes, ({valueMs}) => valueMs)].toSorted(([a], [b]) => a - b)
  let atRisk = lifetimes.length
  let survival = 1
  let greenwood = 0

  const steps = byTime.map(([timeMs, here]) => {
    const censored = here.filter((each) => each.censored).length
    const events = here.length - censored
    const risk = atRisk
    survival *= 1 - events / risk
    greenwood += risk === events ? 0 : events / (risk * (risk - events))
    atRisk -= here.length
    return {timeMs, atRisk: risk, events, censored, survival, ...band(survival, greenwood)}
  })
  return {
    count: lifetimes.length,
    censored: lifetimes.filter(({censored}) => censored).length,
    longestMs: byTime.at(-1)?.[0] ?? 0,
    steps,
  }
}

/** Nothing can be said of a band where nobody was shown it yet, or everybody was. */
function band(survival: number, greenwood: number): Interval {
  if (survival >= 1 || survival <= 0 || greenwood === 0) return {lower: survival, upper: survival}
  const spread = (Z * Math.sqrt(greenwood)) / Math.abs(Math.log(survival))
  return {lower: survival ** Math.exp(spread), upper: survival ** Math.exp(-spread)}
}

export type SurvivalQuantile = {
  readonly p: number
  /** Null: not reached within the window. */
  readonly valueMs: number | null
  /** `upperMs` null: the band does not come down that far. */
  readonly lowerMs: number | null
  readonly upperMs: number | null
}

/** The time by which a share `p` was shown, with the times at which the band crosses it (Brookmeyer and Crowley). */
export function survivalQuantile({steps}: Survival, p: number): SurvivalQuantile {
  const remaining = 1 - p
  // Products of fractions: 0.5 may come out as 0.5000000000000001.
  const reaches = (share: number) => share <= remaining + 1e-12
  return {
    p,
    valueMs: steps.find(({survival}) => reaches(survival))?.timeMs ?? null,
    lowerMs: steps.find(({lower}) => reaches(lower))?.timeMs ?? null,
    upperMs: steps.find(({upper}) => reaches(upper))?.timeMs ?? null,
  }
}
