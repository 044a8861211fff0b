/**
 * How long the back end takes between storing a message and handing it to the device's link, and what it does wrong on
 * the way. Pure data. `raw` adds nothing; every other model is modelled, never measured, and reports keep them apart.
 */

export type DeliveryModel = {
  /** `raw`, or a name for the report such as `modelled 0.5–2 s`. */
  readonly name: string
  readonly seed: string
  /** Lognormal with these 5 % and 95 % quantiles, in milliseconds; null adds nothing. */
  readonly latencyMs: {readonly p5: number; readonly p95: number} | null
  /** Added to every message, in milliseconds. */
  readonly delayMs: number
  /** Probabilities from 0 to 1, drawn per message. */
  readonly dropRate: number
  readonly duplicateRate: number
  /** A reordered message waits until the next one of its subscription has gone before it, or for this long. */
  readonly reorderRate: number
  readonly reorderWithinMs: number
}

export const rawDelivery: DeliveryModel = {
  name: 'raw',
  seed: 'raw',
  latencyMs: null,
  delayMs: 0,
  dropRate: 0,
  duplicateRate: 0,
  reorderRate: 0,
  reorderWithinMs: 0,
}

/** The founding comparison's estimate for FCM: 0.5 to 2 s. Modelled; nobody measured it. */
export const foundingDelivery = (seed: string): DeliveryModel => ({
  ...rawDelivery,
  name: 'modelled 0.5–2 s',
  seed,
  latencyMs: {p5: 500, p95: 2_000},
})
