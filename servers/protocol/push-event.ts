/**
 * The push back end's own book: what became of every message on its way to a browser. Invented; harness only.
 * `at` is milliseconds of CLOCK_MONOTONIC (process.hrtime). Carries ids and sizes, never contents, keys or tokens.
 * What follows `push-acked` (pushed to the service worker, heard and shown by a tab) the browser's witnesses tell.
 */
import * as v from 'valibot'

const at = v.pipe(v.number(), v.finite())
const sizeBytes = v.pipe(v.number(), v.integer(), v.minValue(0))
/** As the sender got it: the last part of `projects/{project}/messages/{id}`, or the Web Push message's id. */
const messageId = v.string()
/** One message on its way to one subscription: MCS `persistent_id`, autopush `version`. */
const deliveryId = v.string()
/** Of the subscription's page, such as `http://127.0.0.1:4180`; null where the back end was never told. */
const origin = v.nullable(v.string())

/** A send was answered with success. */
const accepted = v.object({
  kind: v.literal('push-accepted'),
  at,
  messageId,
  target: v.picklist(['token', 'topic', 'condition', 'endpoint']),
  deliveries: v.pipe(v.number(), v.integer(), v.minValue(0)),
  sizeBytes,
})

/** Durable in the queue of the subscription's device. */
const stored = v.object({
  kind: v.literal('push-stored'),
  at,
  messageId,
  deliveryId,
  deviceId: v.string(),
  origin,
})

/** Written to the device's link. More than once where it was sent again. */
const sent = v.object({
  kind: v.literal('push-sent'),
  at,
  deliveryId,
  origin,
  attempt: v.pipe(v.number(), v.minValue(1)),
})

/** The browser has it; its service worker need not have. */
const acked = v.object({kind: v.literal('push-acked'), at, deliveryId, origin})

/** It will never be sent (again). `fault`: the run's delivery model said so. */
const dropped = v.object({
  kind: v.literal('push-dropped'),
  at,
  deliveryId,
  origin,
  why: v.picklist(['expired', 'collapsed', 'storage-limit', 'unsubscribed', 'fault']),
})

const linkOpened = v.object({
  kind: v.literal('push-link-opened'),
  at,
  deviceId: v.string(),
  transport: v.picklist(['mcs', 'autopush']),
})
const linkClosed = v.object({kind: v.literal('push-link-closed'), at, deviceId: v.string(), why: v.string()})

/** `code` is Google's error code, an RFC 8030 status or what the MCS session said. */
const refused = v.object({kind: v.literal('push-refused'), at, where: v.string(), code: v.string()})

export const pushEvent = v.variant('kind', [
  accepted,
  stored,
  sent,
  acked,
  dropped,
  linkOpened,
  linkClosed,
  refused,
])
export type PushEvent = v.InferOutput<typeof pushEvent>
