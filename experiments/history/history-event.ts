/**
 * One line of a history. Header first, footer last; between them what the runner did, what the books of the servers and
 * of the push back end said, and what the witnesses in tabs and service workers said, each on the one clock (`at`,
 * milliseconds of CLOCK_MONOTONIC). Rules HI1–HI10.
 */
import * as v from 'valibot'
import {ledgerEvent} from '#protocol/ledger-event.ts'
import {pushEvent} from '#protocol/push-event.ts'
import {witnessEvent} from '#protocol/witness-event.ts'
import {faultEvent} from './fault-event.ts'
import {faultSchedule} from './fault.ts'

/**
 * 2 added pushes, service workers and closed tabs; 3 faults and more states of tabs; 4 raw frames, scripts, and acts on
 * whole conversations. What earlier ones say means the same.
 */
export const HISTORY_FORMATS = [1, 2, 3, 4] as const
export const HISTORY_FORMAT = 4

const at = v.pipe(v.number(), v.finite())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/**
 * `bfcache`: kept by the browser after a navigation, to be shown again as it was. `closed`: the page is gone, and only the
 * browser is left. `discarded`: its tab is there, its page is not. `crashed`: its renderer was ended.
 */
export const TAB_STATES = [
  'visible',
  'hidden',
  'throttled',
  'frozen',
  'bfcache',
  'discarded',
  'crashed',
  'closed',
] as const
export type TabState = (typeof TAB_STATES)[number]

/** What a cell is. Its id is the hash of exactly these. `conditions` are the experiment's own factors, as words or numbers. */
export const cellSpec = v.object({
  experiment: v.string(),
  platform: v.string(),
  policy: v.string(),
  conditions: v.record(v.string(), v.union([v.string(), v.number()])),
  seed: v.string(),
  repetition: v.pipe(v.number(), v.integer(), v.minValue(1)),
})
export type CellSpec = v.InferOutput<typeof cellSpec>

const header = v.object({
  kind: v.literal('header'),
  format: v.picklist(HISTORY_FORMATS),
  at,
  cellId: v.string(),
  cell: cellSpec,
  /** The scenario's steps in words, in order. */
  steps: v.array(v.string()),
  /** What is done to network, servers and push, and when; drawn from the seed or written in the scenario. */
  schedule: v.optional(faultSchedule),
  /** The steps themselves, where they are not the experiment's own: shrunk, explored or written by hand. */
  script: v.optional(v.array(v.looseObject({do: v.string()}))),
  browser: v.string(),
  /** Latency cells run alone; the others share the machine with cells beside them. */
  alone: v.boolean(),
})

/** The runner began or ended a declared step. A wait that was not met is an outcome, not an exception. */
const step = v.object({
  kind: v.literal('step'),
  at,
  index: v.number(),
  do: v.string(),
  tab: v.nullable(v.string()),
  phase: v.picklist(['began', 'ended']),
  outcome: v.picklist(['ok', 'not-met', 'failed']),
  note: v.nullable(v.string()),
})

/** A tab exists: where it lives and what its clock is worth. `errorMs` bounds |page time on the one clock − true time|. */
const tabOpened = v.object({
  kind: v.literal('tab-opened'),
  at,
  tab: v.string(),
  device: v.string(),
  userId: v.string(),
  navigationStartMs: v.number(),
  clockErrorMs: v.number(),
})

/** From here until the next such line the runner holds the tab in this state; the witness has to prove it. */
const tabState = v.object({
  kind: v.literal('tab-state'),
  at,
  tab: v.string(),
  state: v.picklist(TAB_STATES),
})

const witness = v.object({kind: v.literal('witness'), at, tab: v.string(), event: witnessEvent})
const ledger = v.object({kind: v.literal('ledger'), at, event: ledgerEvent})

/** The push back end's own book, as far as it concerns the cell's origin. */
const push = v.object({kind: v.literal('push'), at, event: pushEvent})

/**
 * What the service worker of the cell's origin on a device said of itself. `clockErrorMs` bounds how far `at` can be from
 * the truth; of a worker's life that ended before anybody looked at its clock it is a second.
 */
const worker = v.object({
  kind: v.literal('worker'),
  at,
  device: v.string(),
  clockErrorMs: v.number(),
  event: witnessEvent,
})

/** By which name the push back end knows a device. */
const device = v.object({kind: v.literal('device'), at, device: v.string(), pushDeviceId: v.string()})

/** The browser's own list: how many windows of the cell's origin a device has, and whether its service worker runs. */
const census = v.object({
  kind: v.literal('census'),
  at,
  device: v.string(),
  windows: count,
  /** Null where the engine does not tell. */
  workers: v.nullable(count),
})

/** What a fault did, and to whom: from the books of the fault proxy and of whoever carried another fault out. */
const fault = v.object({kind: v.literal('fault'), at, event: faultEvent})

/** What the server itself has of the conversation when the tabs are read: the path to its leaf. */
const serverView = v.object({
  kind: v.literal('server-view'),
  at,
  conversationId: v.string(),
  view: v.array(v.object({id: v.string(), chars: count, textHash: v.string(), status: v.string()})),
})

/** A measured latency window opens (after set-up, proofs and warm-up) or closes. Only what lies inside is a sample. */
const window = v.object({
  kind: v.literal('window'),
  at,
  name: v.picklist(['main', 'return', 'refresh']),
  phase: v.picklist(['opened', 'closed']),
  limitMs: v.number(),
})

/** What the runner saw of its own and the machine's health during the cell. */
const health = v.object({
  kind: v.literal('health'),
  at,
  eventLoopDelayP99Ms: v.number(),
  eventLoopDelayMaxMs: v.number(),
  serverEventLoopDelayP99Ms: v.number(),
  /** CPU time taken by other guests of the machine; null where the system does not tell. */
  stealPercent: v.nullable(v.number()),
})

/** A hand-written Playwright script's own sighting of a beacon; only in calibration. */
const rival = v.object({kind: v.literal('rival'), at, tab: v.string(), beacon: v.string()})

/**
 * What came over a channel, as the browser itself had it: a WebSocket frame (CDP) or a push (the worker's event). `raw` is
 * its text with tokens taken out; `bytes` are those of what came.
 */
const captured = v.object({
  kind: v.literal('captured'),
  at,
  channel: v.picklist(['celsius', 'fcm', 'answer-stream']),
  direction: v.picklist(['to-browser', 'to-server']),
  /** Null for what a worker was given. */
  tab: v.nullable(v.string()),
  device: v.string(),
  bytes: count,
  /** Bounds how far `at` can be from the truth; of a push it is the worker's own. */
  clockErrorMs: v.number(),
  raw: v.string(),
})

const footer = v.object({
  kind: v.literal('footer'),
  at,
  lines: v.number(),
  wallMs: v.number(),
  /** Milliseconds in the scenario's own windows and waits; the rest of `wallMs` is the cell's fixed cost. */
  waitedMs: v.number(),
  failure: v.nullable(v.string()),
})

export const historyEvent = v.variant('kind', [
  header,
  step,
  tabOpened,
  tabState,
  witness,
  ledger,
  push,
  worker,
  device,
  census,
  fault,
  serverView,
  window,
  health,
  rival,
  captured,
  footer,
])
export type HistoryEvent = v.InferOutput<typeof historyEvent>
export type HistoryHeader = v.InferOutput<typeof header>
export type HistoryFooter = v.InferOutput<typeof footer>

/** What lies between header and footer, with the 1-based line of the file it stands on: lines are the evidence. */
export type RecordedEvent = Exclude<HistoryEvent, HistoryHeader | HistoryFooter> & {readonly line: number}

/** A whole, decoded history. Events are sorted by `at`; events of one moment keep the order of the file. */
export type History = {
  readonly header: HistoryHeader
  readonly events: readonly RecordedEvent[]
  readonly footer: HistoryFooter
}
