/**
 * What a tab, or the service worker of its origin, says of itself. Invented; harness only. `at` is the page's own `performance.now()` in milliseconds;
 * the runner moves it onto the one clock (NavigationStart + performance.now()). Rules WI1–WI18.
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

/** `why`, `attempt`: how the last connection ended, and the how many-th attempt since it was last open this is. */
const connection = v.object({
  kind: v.literal('connection'),
  at,
  state: v.string(),
  why: v.optional(v.picklist(['closed', 'no-address', 'probe', 'watchdog', 'offline'])),
  /** The close code, where a socket closed. */
  code: v.optional(v.number()),
  attempt: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0))),
})

/** Remedy `probe`: a link that was suspect was checked. `tookMs` is how long the answer, or giving up, took. */
const probed = v.object({
  kind: v.literal('probed'),
  at,
  because: v.picklist(['shown', 'resumed', 'online', 'silence', 'clock-jump']),
  outcome: v.picklist(['alive', 'behind', 'dead']),
  tookMs: v.number(),
})

/** What the page tells the person changed: the sentence shown, by its name or its own words; null when it says nothing. */
const notice = v.object({kind: v.literal('notice'), at, text: v.nullable(v.string())})

/** The composer holds so many characters that were not sent. After a load: what was kept of them. */
const draft = v.object({kind: v.literal('draft'), at, chars, textHash: v.string()})

/** Remedies `leader` and `shared-worker`: what this tab is to the others of its browser. */
const role = v.object({
  kind: v.literal('role'),
  at,
  role: v.picklist(['leader', 'follower', 'worker-client']),
  why: v.string(),
})

/** The person's act, as the page saw it. */
const acted = v.object({
  kind: v.literal('acted'),
  at,
  act: v.picklist([
    'sent',
    'stopped',
    'edited',
    'regenerated',
    'renamed',
    'deleted',
    'model-chosen',
    'approved',
  ]),
  messageId: v.nullable(v.string()),
  parentId: v.nullable(v.string()),
})

/** The conversation's name as the page's heading has it, read from the DOM; and which model its picker names. */
const titled = v.object({kind: v.literal('titled'), at, chars, titleHash: v.string()})
const modelShown = v.object({kind: v.literal('model-shown'), at, model: v.string()})

/** The person chose a branch to see: where it leads. */
const branchChosen = v.object({kind: v.literal('branch-chosen'), at, messageId: v.string()})

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
  probed,
  notice,
  draft,
  role,
  acted,
  titled,
  modelShown,
  branchChosen,
  beaconSeen,
  pushReceived,
  pushForwarded,
  notificationShown,
  notificationSuppressed,
])
export type WitnessEvent = v.InferOutput<typeof witnessEvent>
