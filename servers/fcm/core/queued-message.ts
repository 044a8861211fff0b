/** What the queue of a device knows about a message; its body stays in the store. */
import type {Urgency} from '../push-core.ts'

export type QueuedMessage = {
  readonly deliveryId: string
  /** Strictly rising over all messages of a store: the order in which they were accepted. */
  readonly order: number
  readonly messageId: string
  readonly endpointToken: string
  readonly origin: string | null
  readonly topic: string | null
  readonly urgency: Urgency
  readonly ttlSeconds: number
  readonly acceptedAtMs: number
  /** The delivery model's: not sent before. */
  readonly dueAtMs: number
  /** The delivery model's: goes when the next of its subscription has gone, or when due. */
  readonly isHeld: boolean
  /** The delivery model's: how often it is sent when its time has come. */
  readonly copies: number
  /** How often it was sent. */
  readonly attempts: number
}

/** Messages with a TTL of 0 do not expire by the clock: they go when they are due, or not at all. */
export const expiresAtMs = ({acceptedAtMs, ttlSeconds}: QueuedMessage): number =>
  ttlSeconds === 0 ? Infinity : acceptedAtMs + ttlSeconds * 1_000
