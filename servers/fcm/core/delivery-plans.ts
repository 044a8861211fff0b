/** The delivery models in force, one per origin, and how far each has drawn. Rules PU15, PU16. */
import type {DeliveryModel} from '../delivery-model.ts'
import {planDelivery, type DeliveryPlan} from './delivery-plan.ts'

export type DeliveryPlans = {
  /** From now on, counting anew; null is every origin without a model of its own. */
  readonly set: (origin: string | null, model: DeliveryModel) => void
  readonly next: (origin: string | null) => DeliveryPlan
}

export function createDeliveryPlans(otherwise: DeliveryModel): DeliveryPlans {
  const inForce = new Map<string | null, {readonly model: DeliveryModel; drawn: number}>([
    [null, {model: otherwise, drawn: 0}],
  ])
  return {
    set: (origin, model) => void inForce.set(origin, {model, drawn: 0}),
    next(origin) {
      const its = inForce.get(origin) ?? inForce.get(null)!
      return planDelivery(its.model, its.drawn++)
    },
  }
}
