/** The quantiles of a set of samples: from a bootstrap where all were seen, from the survival curve where some were not. */
import type {Sample} from '../checkers/sample.ts'
import {kaplanMeier, survivalQuantile} from '../statistics/kaplan-meier.ts'
import {quantile} from '../statistics/quantile.ts'

export type Reached = {
  /** Null: not reached before the window ended. */
  readonly valueMs: number | null
  readonly lowerMs: number | null
  readonly upperMs: number | null
}

export type Spread = {
  readonly count: number
  readonly censored: number
  /** How long the samples were watched at most. */
  readonly limitMs: number
  readonly method: 'bootstrap' | 'kaplan-meier'
  readonly p50: Reached
  readonly p95: Reached
  readonly p99: Reached
}

/** Null of nothing. */
export function spreadOf(
  samples: readonly Pick<Sample, 'valueMs' | 'censored'>[],
  limitMs: number,
): Spread | null {
  if (samples.length === 0) return null
  const censored = samples.filter((sample) => sample.censored).length
  const reached = censored === 0 ? fromBootstrap(samples) : fromSurvival(samples)
  return {
    count: samples.length,
    censored,
    limitMs,
    method: censored === 0 ? 'bootstrap' : 'kaplan-meier',
    p50: reached(0.5),
    p95: reached(0.95),
    p99: reached(0.99),
  }
}

function fromBootstrap(samples: readonly Pick<Sample, 'valueMs'>[]): (p: number) => Reached {
  const values = samples.map(({valueMs}) => valueMs)
  return (p) => {
    const found = quantile(values, p)
    if (found === null) return {valueMs: null, lowerMs: null, upperMs: null}
    return {valueMs: found.value, lowerMs: found.interval.lower, upperMs: found.interval.upper}
  }
}

function fromSurvival(samples: readonly Pick<Sample, 'valueMs' | 'censored'>[]): (p: number) => Reached {
  const survival = kaplanMeier(samples)
  return (p) => {
    const {valueMs, lowerMs, upperMs} = survivalQuantile(survival, p)
    return {valueMs, lowerMs, upperMs}
  }
}
