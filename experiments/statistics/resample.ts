/**
 * Seeded resampling with replacement. The seed is fixed, so that the same samples have the same interval whenever an old
 * run is judged again. Samples of one cell are treated as independent, which the report says.
 */
import {xoroshiro128plus} from 'pure-rand/generator/xoroshiro128plus'

const SEED = 0x7ab5
const RESAMPLES = 1_000
export const CONFIDENCE = 0.95

export type Interval = {readonly lower: number; readonly upper: number}

/** Draws indices below a bound, evenly. */
export type Draw = (below: number) => number

export function seededDraw(seed = SEED): Draw {
  const generator = xoroshiro128plus(seed)
  const TWO_TO_32 = 2 ** 32
  return (below) => Math.floor(((generator.next() >>> 0) / TWO_TO_32) * below)
}

/** The percentile interval of a statistic that is computed anew for each resample. */
export function bootstrap(statistic: (draw: Draw) => number, resamples = RESAMPLES): Interval {
  const draw = seededDraw()
  const values = Float64Array.from({length: resamples}, () => statistic(draw)).toSorted()
  return {lower: at(values, (1 - CONFIDENCE) / 2), upper: at(values, (1 + CONFIDENCE) / 2)}
}

const at = (sorted: Float64Array, p: number) =>
  sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))] ?? Number.NaN
