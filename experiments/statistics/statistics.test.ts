import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {compare} from './compare.ts'
import {kaplanMeier, survivalQuantile} from './kaplan-meier.ts'
import type {Lifetime} from './kaplan-meier.ts'
import {linearFit} from './linear-fit.ts'
import {proportion} from './proportion.ts'
import {quantile} from './quantile.ts'

const oneTo = (n: number) => Array.from({length: n}, (_, i) => i + 1)
const numbers = fc.array(fc.double({min: 0, max: 1e5, noNaN: true}), {minLength: 1, maxLength: 60})

describe('quantile', () => {
  test('known values', () => {
    expect(quantile([3, 1, 2], 0.5)?.value).toBe(2)
    expect(quantile(oneTo(100), 0.99)?.value).toBeCloseTo(99.01)
    expect(quantile([], 0.5)).toBeNull()
  })

  test('the interval of the median of 1..100 is about ten to each side', () => {
    const median = quantile(oneTo(100), 0.5)
    expect(median?.interval.lower).toBeGreaterThan(36)
    expect(median?.interval.lower).toBeLessThan(46)
    expect(median?.interval.upper).toBeGreaterThan(55)
    expect(median?.interval.upper).toBeLessThan(65)
  })

  test('the same samples have the same interval, in whatever order', () => {
    expect(quantile(oneTo(50).toReversed(), 0.95)).toEqual(quantile(oneTo(50), 0.95))
  })

  test('of one sample it is that sample', () => {
    expect(quantile([7], 0.99)).toEqual({p: 0.99, value: 7, interval: {lower: 7, upper: 7}, count: 1})
  })

  test('value and interval lie among the samples', () => {
    fc.assert(
      fc.property(numbers, fc.double({min: 0, max: 1, noNaN: true}), (values, p) => {
        const {value, interval} = quantile(values, p)!
        const [least, most] = [Math.min(...values), Math.max(...values)]
        for (const each of [value, interval.lower, interval.upper]) {
          expect(each).toBeGreaterThanOrEqual(least - 1e-6)
          expect(each).toBeLessThanOrEqual(most + 1e-6)
        }
        expect(interval.lower).toBeLessThanOrEqual(interval.upper)
      }),
      {numRuns: 30},
    )
  })
})

/** Remission times of the 6-MP group (Freireich and others, 1963): the textbook example. `-` is censored. */
const leukaemia: readonly Lifetime[] = [
  6, 6, 6, -6, 7, -9, 10, -10, -11, 13, 16, -17, -19, -20, 22, 23, -25, -32, -32, -34, -35,
].map((weeks) => ({valueMs: Math.abs(weeks), censored: weeks < 0}))

describe('Kaplan–Meier', () => {
  test('the textbook example, with its log-log band', () => {
    const withEvents = kaplanMeier(leukaemia).steps.filter(({events}) => events > 0)
    const table = withEvents.map(({timeMs, atRisk, survival, lower, upper}) => [
      timeMs,
      atRisk,
      ...[survival, lower, upper].map((x) => x.toFixed(3)),
    ])
    expect(table).toEqual([
      [6, 21, '0.857', '0.620', '0.952'],
      [7, 17, '0.807', '0.563', '0.923'],
      [10, 15, '0.753', '0.503', '0.889'],
      [13, 12, '0.690', '0.432', '0.849'],
      [16, 11, '0.627', '0.368', '0.805'],
      [22, 7, '0.538', '0.268', '0.747'],
      [23, 6, '0.448', '0.188', '0.680'],
    ])
  })

  test('its median is 23 weeks, from 13 to nobody knows', () => {
    expect(survivalQuantile(kaplanMeier(leukaemia), 0.5)).toEqual({
      p: 0.5,
      valueMs: 23,
      lowerMs: 13,
      upperMs: null,
    })
  })

  test('when all are censored nothing is reached', () => {
    const survival = kaplanMeier([
      {valueMs: 15, censored: true},
      {valueMs: 14, censored: true},
    ])
    expect(survival).toMatchObject({count: 2, censored: 2, longestMs: 15})
    expect(survivalQuantile(survival, 0.5).valueMs).toBeNull()
  })

  test('of nothing there is nothing', () => {
    expect(kaplanMeier([])).toEqual({count: 0, censored: 0, longestMs: 0, steps: []})
  })

  test('without censoring it is the share that is left', () => {
    fc.assert(
      fc.property(numbers, (values) => {
        for (const {timeMs, survival} of kaplanMeier(values.map((valueMs) => ({valueMs, censored: false})))
          .steps) {
          expect(survival).toBeCloseTo(values.filter((value) => value > timeMs).length / values.length, 9)
        }
      }),
      {numRuns: 50},
    )
  })

  test('it never rises, and its band holds it', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.integer({min: 0, max: 20}), fc.boolean()), {maxLength: 40}),
        (told) => {
          const {steps} = kaplanMeier(told.map(([valueMs, censored]) => ({valueMs, censored})))
          let before = 1
          for (const {survival, lower, upper} of steps) {
            expect(survival).toBeLessThanOrEqual(before)
            expect(lower).toBeLessThanOrEqual(survival + 1e-12)
            expect(upper).toBeGreaterThanOrEqual(survival - 1e-12)
            before = survival
          }
        },
      ),
      {numRuns: 100},
    )
  })
})

describe('linear fit', () => {
  test('a line is found again', () => {
    const fit = linearFit([0, 5, 50, 500].map((x) => ({x, y: 3 + x})))
    expect(fit?.slope).toBeCloseTo(1, 9)
    expect(fit?.intercept).toBeCloseTo(3, 9)
    expect(fit?.residuals.p95).toBeCloseTo(0, 9)
    expect(fit?.slopeInterval.lower).toBeCloseTo(1, 9)
  })

  test('residuals are absolute', () => {
    const points = [0, 1, 2, 3].flatMap((x) => [-1, 1].map((off) => ({x, y: x + off})))
    expect(linearFit(points)).toMatchObject({
      residuals: {p50: expect.closeTo(1), p99: expect.closeTo(1)},
      count: 8,
    })
  })

  test('one x has no slope', () => {
    expect(
      linearFit([
        {x: 1, y: 1},
        {x: 1, y: 2},
      ]),
    ).toBeNull()
    expect(linearFit([])).toBeNull()
  })
})

describe('compare', () => {
  test('far apart', () => {
    expect(
      compare(
        oneTo(30),
        oneTo(30).map((n) => n + 100),
      ),
    ).toMatchObject({sign: '<', difference: -100})
    expect(
      compare(
        oneTo(30).map((n) => n + 100),
        oneTo(30),
      )?.sign,
    ).toBe('>')
  })
  test('the same, or nearly', () => {
    expect(compare(oneTo(30), oneTo(30))?.sign).toBe('~')
    expect(
      compare(
        oneTo(30),
        oneTo(30).map((n) => n + 1),
      )?.sign,
    ).toBe('~')
  })
  test('nothing to compare with', () => {
    expect(compare([], [1])).toBeNull()
  })
})

describe('a share', () => {
  test.each([
    [0, 20, 0, 0.16843],
    [20, 20, 0.83157, 1],
    [1, 20, 0.00127, 0.24873],
    [10, 20, 0.27196, 0.72804],
    [5, 1_000, 0.00163, 0.01163],
  ])(
    '%i of %i lies between %d and %d, as tables of Clopper and Pearson have it',
    (count, of, lower, upper) => {
      const {interval} = proportion(count, of)!
      expect(interval.lower).toBeCloseTo(lower, 4)
      expect(interval.upper).toBeCloseTo(upper, 4)
    },
  )

  test('of nothing there is none', () => {
    expect(proportion(0, 0)).toBeNull()
  })

  test('the interval holds the share, and that of the others is its mirror image', () => {
    fc.assert(
      fc.property(fc.integer({min: 1, max: 300}), fc.nat(300), (of, drawn) => {
        const count = drawn % (of + 1)
        const [one, other] = [proportion(count, of)!, proportion(of - count, of)!]
        expect(one.interval.lower).toBeLessThanOrEqual(one.share)
        expect(one.interval.upper).toBeGreaterThanOrEqual(one.share)
        expect(one.interval.lower).toBeCloseTo(1 - other.interval.upper, 6)
      }),
    )
  })
})
