/**
 * A share of cells with its exact 95 % interval (Clopper and Pearson 1934): the probabilities under which as many or more,
 * and as few or fewer, would have been seen once in forty times. Never too narrow, also where none or all were seen.
 */
import {bisect, gammaln} from 'simple-statistics'
import {CONFIDENCE} from './resample.ts'
import type {Interval} from './resample.ts'

export type Proportion = {
  readonly count: number
  readonly of: number
  readonly share: number
  readonly interval: Interval
}

const TAIL = (1 - CONFIDENCE) / 2
const STEPS = 60
const TOLERANCE = 1e-9

/** Null of nothing. */
export function proportion(count: number, of: number): Proportion | null {
  if (of === 0) return null
  const lower = count === 0 ? 0 : solve((p) => atLeast(count, of, p) - TAIL)
  const upper = count === of ? 1 : solve((p) => TAIL - (1 - atLeast(count + 1, of, p)))
  return {count, of, share: count / of, interval: {lower, upper}}
}

const solve = (rising: (p: number) => number): number => bisect(rising, 0, 1, STEPS, TOLERANCE)

/** The probability that at least `count` of `of` are seen where each is with probability `p`. */
function atLeast(count: number, of: number, p: number): number {
  if (p <= 0) return 0
  if (p >= 1) return 1
  let sum = 0
  for (let seen = count; seen <= of; seen += 1)
    sum += Math.exp(logOfWays(seen, of) + seen * Math.log(p) + (of - seen) * Math.log1p(-p))
  return Math.min(1, sum)
}

const logOfWays = (some: number, of: number): number =>
  gammaln(of + 1) - gammaln(some + 1) - gammaln(of - some + 1)
