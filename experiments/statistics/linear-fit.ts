/** A straight line through measured against injected delays: its slope says whether the instrument has the right scale. */
import {linearRegression, linearRegressionLine} from 'simple-statistics'
import {plainQuantile, sorted} from './quantile.ts'
import {bootstrap} from './resample.ts'
import type {Interval} from './resample.ts'

export type Point = {readonly x: number; readonly y: number}

export type LinearFit = {
  readonly slope: number
  readonly slopeInterval: Interval
  readonly intercept: number
  readonly residuals: {readonly p50: number; readonly p95: number; readonly p99: number}
  readonly count: number
}

/** Null unless there are two different x. Residuals are absolute. */
export function linearFit(points: readonly Point[]): LinearFit | null {
  if (new Set(points.map(({x}) => x)).size < 2) return null
  const {m, b} = linearRegression(points.map(({x, y}) => [x, y]))
  const line = linearRegressionLine({m, b})
  const residuals = sorted(points.map(({x, y}) => Math.abs(y - line(x))))
  return {
    slope: m,
    slopeInterval: bootstrap((draw) => resampledSlope(points, draw)),
    intercept: b,
    residuals: {
      p50: plainQuantile(residuals, 0.5),
      p95: plainQuantile(residuals, 0.95),
      p99: plainQuantile(residuals, 0.99),
    },
    count: points.length,
  }
}

function resampledSlope(points: readonly Point[], draw: (below: number) => number): number {
  const drawn = points.map(() => points[draw(points.length)] ?? {x: 0, y: 0})
  // A resample may consist of one x only; it has no slope and is drawn again.
  if (drawn.every(({x}) => x === drawn[0]?.x)) return resampledSlope(points, draw)
  return linearRegression(drawn.map(({x, y}) => [x, y])).m
}
