/** What a delivery model does to one message, drawn under its seed. Pure. Rules PU15–PU19. */
import {createHash} from 'node:crypto'
import {uniformFloat64} from 'pure-rand/distribution/uniformFloat64'
import {xoroshiro128plus} from 'pure-rand/generator/xoroshiro128plus'
import type {DeliveryModel} from '../delivery-model.ts'

export type DeliveryPlan = {
  readonly delayMs: number
  readonly isLost: boolean
  readonly copies: number
  readonly isHeld: boolean
}

const AT_ONCE: DeliveryPlan = {delayMs: 0, isLost: false, copies: 1, isHeld: false}

/** `ordinal` counts the messages that the model has been asked about; the same one always gets the same plan. */
export function planDelivery(model: DeliveryModel, ordinal: number): DeliveryPlan {
  if (isRaw(model)) return AT_ONCE
  const random = seededDraws(`${model.seed} delivery ${ordinal}`)
  // All are drawn, whatever the model uses: changing one rate leaves the other draws as they were.
  const [lost, doubled, held, first, second] = [random(), random(), random(), random(), random()]
  const isHeld = held < model.reorderRate
  const delayMs =
    model.delayMs + latencyMs(model.latencyMs, first, second) + (isHeld ? model.reorderWithinMs : 0)
  return {delayMs, isLost: lost < model.dropRate, copies: doubled < model.duplicateRate ? 2 : 1, isHeld}
}

const isRaw = ({latencyMs: latency, delayMs, dropRate, duplicateRate, reorderRate}: DeliveryModel): boolean =>
  latency === null && delayMs + dropRate + duplicateRate + reorderRate === 0

/** The 95 % quantile of the standard normal distribution. */
const Z95 = 1.6448536269514722

function latencyMs(quantiles: DeliveryModel['latencyMs'], first: number, second: number): number {
  if (quantiles === null) return 0
  const [low, high] = [Math.log(quantiles.p5), Math.log(quantiles.p95)]
  // Box–Muller; 1 − first lies in (0, 1].
  const normal = Math.sqrt(-2 * Math.log(1 - first)) * Math.cos(2 * Math.PI * second)
  return Math.exp((low + high) / 2 + (normal * (high - low)) / (2 * Z95))
}

/** As in model/seeded.ts, which would bring 45 MB of words with it. */
function seededDraws(key: string): () => number {
  const generator = xoroshiro128plus(createHash('sha256').update(key).digest().readInt32LE(0))
  return () => uniformFloat64(generator)
}
