import {expect, test} from 'vitest'
import {foundingDelivery, rawDelivery, type DeliveryModel} from '../delivery-model.ts'
import {planDelivery} from './delivery-plan.ts'

const plans = (model: DeliveryModel, count = 2_000) =>
  Array.from({length: count}, (_, ordinal) => planDelivery(model, ordinal))
const share = <T>(list: readonly T[], is: (item: T) => boolean) => list.filter(is).length / list.length

test('[PU15] raw adds nothing and draws nothing', () => {
  expect(planDelivery(rawDelivery, 7)).toEqual({delayMs: 0, isLost: false, copies: 1, isHeld: false})
})

test('[PU16] the same seed gives the same plans, another gives others', () => {
  expect(plans(foundingDelivery('a'), 20)).toEqual(plans(foundingDelivery('a'), 20))
  expect(plans(foundingDelivery('a'), 20)).not.toEqual(plans(foundingDelivery('b'), 20))
})

test('[PU16] one rate more leaves the other draws as they were', () => {
  const latency = foundingDelivery('a')
  const delays = (model: DeliveryModel) => plans(model, 50).map(({delayMs}) => delayMs)
  expect(delays({...latency, dropRate: 0.5, duplicateRate: 0.5})).toEqual(delays(latency))
})

test('[PU17] a twentieth is faster than the 5 % quantile and a twentieth slower than the 95 % one', () => {
  const delays = plans(foundingDelivery('a')).map(({delayMs}) => delayMs)
  expect(share(delays, (ms) => ms < 500)).toBeCloseTo(0.05, 1.5)
  expect(share(delays, (ms) => ms > 2_000)).toBeCloseTo(0.05, 1.5)
  expect(share(delays, (ms) => ms > 1_000)).toBeCloseTo(0.5, 1)
  expect(
    Math.min(...plans({...foundingDelivery('a'), delayMs: 100}).map(({delayMs}) => delayMs)),
  ).toBeGreaterThan(100)
})

test('[PU18] [PU19] rates are what is lost, doubled and held back', () => {
  const faulty = {...rawDelivery, dropRate: 0.1, duplicateRate: 0.2, reorderRate: 0.3, reorderWithinMs: 50}
  const drawn = plans(faulty)
  expect(share(drawn, ({isLost}) => isLost)).toBeCloseTo(0.1, 1)
  expect(share(drawn, ({copies}) => copies === 2)).toBeCloseTo(0.2, 1)
  expect(share(drawn, ({isHeld}) => isHeld)).toBeCloseTo(0.3, 1)
  expect(drawn.every(({isHeld, delayMs}) => delayMs === (isHeld ? 50 : 0))).toBe(true)
})
