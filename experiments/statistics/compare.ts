/** Which of two sets of samples is the smaller? `~` where the data do not carry a claim. */
import {plainQuantile, resampled, sorted} from './quantile.ts'
import {bootstrap} from './resample.ts'
import type {Interval} from './resample.ts'

export type Comparison = {
  readonly sign: '<' | '>' | '~'
  /** Quantile of the first less that of the second. */
  readonly difference: number
  readonly interval: Interval
}

/** Null when one side is empty. */
export function compare(a: readonly number[], b: readonly number[], p = 0.5): Comparison | null {
  if (a.length === 0 || b.length === 0) return null
  const [first, second] = [sorted(a), sorted(b)]
  const interval = bootstrap((draw) => resampled(first, p, draw) - resampled(second, p, draw))
  const difference = plainQuantile(first, p) - plainQuantile(second, p)
  return {sign: signOf(interval), difference, interval}
}

function signOf({lower, upper}: Interval): Comparison['sign'] {
  if (upper < 0) return '<'
  return lower > 0 ? '>' : '~'
}
