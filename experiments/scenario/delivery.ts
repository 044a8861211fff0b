/**
 * How a cell's pushes are delivered (condition `delivery`, of platforms with push). `raw` adds nothing and is measured;
 * every other name is a model of the push back end's, is labelled so wherever it appears, and never shares a row or a
 * figure with what was measured.
 */
import {foundingDelivery, rawDelivery, type DeliveryModel} from '../../servers/fcm/delivery-model.ts'

export const DELIVERIES = ['raw', 'modelled', 'delayed', 'dropped', 'doubled', 'reordered'] as const
export type Delivery = (typeof DELIVERIES)[number]

const DELAY_MS = 1_000
/** Longer than what separates two messages of a turn in the quickest suite. */
const REORDER_WITHIN_MS = 2_000

/** The seed draws every message's own delay. */
export function deliveryModel(delivery: Delivery, seed: string): DeliveryModel {
  const none = {...rawDelivery, seed, name: `modelled ${delivery}`}
  switch (delivery) {
    case 'raw':
      return rawDelivery
    case 'modelled':
      return foundingDelivery(seed)
    case 'delayed':
      return {...none, delayMs: DELAY_MS}
    case 'dropped':
      return {...none, dropRate: 1}
    case 'doubled':
      return {...none, duplicateRate: 1}
    case 'reordered':
      return {...none, reorderRate: 1, reorderWithinMs: REORDER_WITHIN_MS}
  }
}

export const isDelivery = (word: unknown): word is Delivery => DELIVERIES.some((known) => known === word)

/** Whether a cell's pushes were delivered by a model, so that its numbers are not measured ones. */
export const isModelled = (conditions: Readonly<Record<string, string | number>>): boolean =>
  (conditions['delivery'] ?? 'raw') !== 'raw'
