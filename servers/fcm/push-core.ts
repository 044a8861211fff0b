/**
 * The middle of the push back end: endpoint → subscription → device queue. Both halves meet here: the application's side
 * (FCM send, Web Push) hands messages in, the device's side (MCS, autopush) takes them out. Knows no socket and no HTTP.
 */
import type {DeliveryModel} from './delivery-model.ts'

export type Transport = 'mcs' | 'autopush'

/** One service worker registration of one browser: what RFC 8030 calls a push resource. */
export type Subscription = {
  /** Last path segment of the endpoint's URL; unguessable, survives a lost store where the transport allows. */
  readonly endpointToken: string
  /** MCS: android id, decimal. Autopush: uaid. */
  readonly deviceId: string
  readonly transport: Transport
  /** MCS: the stanza's `category` (register3's `app`). Autopush: empty. */
  readonly app: string
  /** MCS: `X-subtype` as in register3, decoded. Autopush: the channel id. */
  readonly subtype: string
  /** The VAPID public key that alone may send here, base64url without padding; null where none was given. */
  readonly vapidKey: string | null
  /** Read from an MCS subtype (`wp:<origin>/#…`); null where the transport does not tell. */
  readonly origin: string | null
}

export type Urgency = 'very-low' | 'low' | 'normal' | 'high'

/** One message for one subscription, encrypted already. */
export type PushMessage = {
  readonly messageId: string
  readonly endpointToken: string
  /** RFC 8291 `aes128gcm` body with its header; null is a push without payload. */
  readonly body: Uint8Array | null
  /** 0 means now or never. */
  readonly ttlSeconds: number
  readonly urgency: Urgency
  /** RFC 8030 Topic or FCM collapse key: a queued message of the same topic is replaced. */
  readonly topic: string | null
  /** Where the sender's side knows it and the subscription does not. */
  readonly origin: string | null
}

export type PushOutcome =
  | {readonly ok: true; readonly deliveryId: string}
  /** `gone`: no such subscription (any more). */
  | {readonly ok: false; readonly why: 'gone' | 'too-large'}

/** What is handed to a device's link. The link answers through {@link PushCore.acked}. */
export type Delivery = {
  readonly deliveryId: string
  readonly subscription: Subscription
  readonly body: Uint8Array | null
  readonly ttlSeconds: number
  readonly sentAtMs: number
  readonly topic: string | null
  readonly urgency: Urgency
}

/** A browser's open connection, whatever it speaks. */
export type DeviceLink = {
  readonly transport: Transport
  deliver(delivery: Delivery): void
  /** A newer connection of the same device took over, or a fault cuts it. */
  close(why: string): void
}

export interface PushCore {
  subscribe(subscription: Subscription): void
  unsubscribe(endpointToken: string): void
  subscription(endpointToken: string): Subscription | undefined
  /** Whether the device has a subscription here. Autopush gives a browser without one a new id; MCS adopts any. */
  knowsDevice(deviceId: string): boolean
  /** Durable when it returns. What cannot be delivered now waits in the queue. */
  push(message: PushMessage): PushOutcome
  /** The newest link of a device wins. `confirmed`: delivery ids that the device says it has; they are dropped before the flush. */
  connected(deviceId: string, link: DeviceLink, confirmed: readonly string[]): void
  disconnected(deviceId: string, link: DeviceLink, why: string): void
  acked(deviceId: string, deliveryIds: readonly string[]): void
  /** Of all messages for pages of the origin, from now on; null is every origin without its own. */
  setDelivery(origin: string | null, model: DeliveryModel): void
  /** Cuts the links that are open now; null is every device's. A true cut: browsers back off before they return. */
  cutLinks(deviceId: string | null): void
  /** Delivers and expires what is due. Driven by a timer outside; tests turn the clock. */
  close(): void
}
