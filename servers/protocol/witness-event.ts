/**
 * What a tab, or the service worker of its origin, says of itself. Invented; harness only. `at` is the page's own `performance.now()` in milliseconds;
 * the runner moves it onto the one clock (NavigationStart + performance.now()). Rules WI1–WI11.
 */
import * as v from 'valibot'

const at = v.pipe(v.number(), v.finite())
const chars = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Bytes or a frame about a message reached the page's script. `via` says by which way. */
const received = v.object({
  kind: v.literal('received'),
  at,
  via: v.picklist(['celsius', 'fcm', 'answer-stream', 'refetch', 'relay']),
  topic: v.nullable(v.string()),
  messageIds: v.array(v.string()),
  bytes: v.number(),
  /** Of `fcm`: the id that the sender got for the push, too. */
  pushId: v.optional(v.string()),
})

/** The page's state now holds `chars` characters of the message. */
const applied = v.object({kind: v.literal('applied'), at, messageId: v.string(), chars})

/** What the transcript in the DOM shows: read from the DOM in a MutationObserver, so `at` is the DOM commit. */
const shown = v.object({
  kind: v.literal('shown'),
  at,
  view: v.array(v.object({id: v.string(), chars, status: v.string()})),
})

/** The frame after the shown event of `shownAt` was produced. Only painting tabs say so. */
const painted = v.object({kind: v.literal('painted'), at, shownAt: v.number()})

/** A full reading of the transcript with text hashes, on demand. */
const reading = v.object({
  kind: v.literal('reading'),
  at,
  label: v.string(),
  conversationId: v.nullable(v.string()),
  connection: v.string(),
  view: v.array(v.object({id: v.string(), chars, status: v.string(), textHash: v.string()})),
})

/** Lifecycle as the page hears it: visibilitychange, freeze, resume, pageshow, pagehide, focus, blur, loaded. */
const lifecycle = v.object({
  kind: v.literal('lifecycle'),
  at,
  event: v.string(),
  visibility: v.picklist(['visible', 'hidden']),
  focused: v.boolean(),
  persisted: v.boolean(),
})

/** How often a 50 ms interval really ticked between `fromAt` and `at`. The proof of throttling. */
const ticks = v.object({
  kind: v.literal('ticks'),
  at,
  fromAt: v.number(),
  count: v.number(),
  intervalMs: v.number(),
})

const connection = v.object({kind: v.literal('connection'), at, state: v.string()})

/** The person's act, as the page saw it. */
const acted = v.object({
  kind: v.literal('acted'),
  at,
  act: v.picklist(['sent', 'stopped', 'edited', 'regenerated']),
  messageId: v.nullable(v.string()),
  parentId: v.nullable(v.string()),
})

/** A calibration beacon: `trueAt` is known to the page itself or comes with the frame. */
const beaconSeen = v.object({
  kind: v.literal('beacon-seen'),
  at,
  beacon: v.string(),
  stage: v.picklist(['true', 'received', 'shown']),
})

/** The FCM message id; null where the push could not be read. */
const pushId = v.nullable(v.string())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** The service worker was given a push event: stamped before the Firebase SDK's own listener runs. */
const pushReceived = v.object({kind: v.literal('push-received'), at, pushId, bytes: chars})

/** The worker found a visible window, so the Firebase SDK posts the push to all windows and nothing is shown. */
const pushForwarded = v.object({
  kind: v.literal('push-forwarded'),
  at,
  pushId,
  windows: count,
  visibleWindows: count,
})

/** The browser took a notification; a later one of the same tag replaces it. `pushId` is null where a page asked for it. */
const notificationShown = v.object({kind: v.literal('notification-shown'), at, pushId, tag: v.string()})

/** A push reached the background handler and nothing is shown for it. */
const notificationSuppressed = v.object({
  kind: v.literal('notification-suppressed'),
  at,
  pushId,
  why: v.picklist(['seen', 'open-in-window', 'no-notice', 'unreadable', 'not-allowed']),
})

export const witnessEvent = v.variant('kind', [
  received,
  applied,
  shown,
  painted,
  reading,
  lifecycle,
  ticks,
  connection,
  acted,
  beaconSeen,
  pushReceived,
  pushForwarded,
  notificationShown,
  notificationSuppressed,
])
export type WitnessEvent = v.InferOutput<typeof witnessEvent>
