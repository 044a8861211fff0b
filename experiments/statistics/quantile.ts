/** Quantiles of complete samples with a bootstrap 95 % interval. Censored samples belong to `kaplan-meier.ts`. */
import {quantileSorted} from 'simple-statistics'
import {bootstrap} from './resample.ts'
import type {Draw, Interval} from './resample.ts'

export type Quantile = {
  readonly p: number
  readonly value: number
  readonly interval: Interval
  readonly count: number
}

export const sorted = (values: readonly number[]): Float64Array => Float64Array.from(values).toSorted()

/** Null of nothing. */
export function quantile(values: readonly number[], p: number): Quantile | null {
  if (values.length === 0) return null
  const ordered = sorted(values)
  return {
    p,
    value: plainQuantile(ordered, p),
    interval: bootstrap((draw) => resampled(ordered, p, draw)),
    count: values.length,
  }
}

export const plainQuantile = (ordered: Float64Array, p: number): number => quantileSorted([...ordered], p)

/**
 * The quantile of one resample, without sorting it: how often each of the ordered values was drawn says where the rank
 * falls. Interpolates between neighbours as `quantileSorted` does.
 */
export function resampled(ordered: Float64Array, p: number, draw: Draw): number {
  const {length} = ordered
  const drawn = new Uint32Array(length)
  for (let i = 0; i < length; i += 1) {
    const index = draw(length)
    drawn[index] = (drawn[index] ?? 0) + 1
  }
  const rank = (length - 1) * p
  const below = Math.floor(rank)
  const low = valueAtRank(ordered, drawn, below)
  if (rank === below) return low
  return low + (valueAtRank(ordered, drawn, below + 1) - low) * (rank - below)
}

/** Ranks count from 0. */
function valueAtRank(ordered: Float64Array, drawn: Uint32Array, rank: number): number {
  let passed = 0
  for (let i = 0; i < ordered.length; i += 1) {
    passed += drawn[i] ?? 0
    if (passed > rank) return ordered[i] ?? Number.NaN
  }
  return ordered.at(-1) ?? Number.NaN
}
