/**
 * What can be done to the network, to a tab, to the servers or to the push channel, to whom and when: data that a
 * schedule, a history and a report share. `experiments/faults/` carries it out. Rules FA3–FA10, FA14, FA16–FA19.
 */
import * as v from 'valibot'

const MAX_MS = 86_400_000
const MAX_BYTES = 2 ** 40

const millis = v.pipe(
  v.number('a number of milliseconds'),
  v.minValue(0, 'a time of 0 ms or later'),
  v.maxValue(MAX_MS, 'a time within a day'),
)
const lengthMs = v.pipe(
  v.number('a number of milliseconds'),
  v.gtValue(0, 'more than 0 ms'),
  v.maxValue(MAX_MS, 'at most a day'),
)
const wholeAbove = (least: number, what: string) =>
  v.pipe(
    v.number(what),
    v.integer(what),
    v.minValue(least, what),
    v.maxValue(MAX_BYTES, `at most ${MAX_BYTES}`),
  )

export const DIRECTIONS = ['to-server', 'to-client'] as const
/** `to-server` is what a tab sends, `to-client` what it gets. */
export type Direction = (typeof DIRECTIONS)[number]
const direction = v.picklist(DIRECTIONS, DIRECTIONS.join(' or '))

/** How a connection is cut: in order, behind what was sent before, or at once. */
export const ENDINGS = ['fin', 'rst'] as const
export type Ending = (typeof ENDINGS)[number]

const networkFaults = [
  v.strictObject({name: v.literal('fin')}),
  v.strictObject({name: v.literal('rst')}),
  v.strictObject({name: v.literal('blackhole')}),
  v.strictObject({name: v.literal('half-open'), lost: direction}),
  v.strictObject({name: v.literal('latency'), ms: lengthMs}),
  /** Each chunk is late by a draw from [0, ms), on top of any latency. */
  v.strictObject({name: v.literal('jitter'), ms: lengthMs}),
  v.strictObject({
    name: v.literal('bandwidth'),
    bytesPerSecond: wholeAbove(1, 'a whole number of bytes a second, at least 1'),
  }),
  /** `bytes` pass in `direction`, the byte after them cuts. It heals itself after `times` cuts. */
  v.strictObject({
    name: v.literal('cut-after-bytes'),
    bytes: wholeAbove(0, 'a whole number of bytes, at least 0'),
    direction,
    by: v.picklist(ENDINGS, ENDINGS.join(' or ')),
    times: v.optional(wholeAbove(1, 'a whole number, at least 1'), 1),
  }),
] as const

/** The browser's own emulation: a half-open link that heals, which no worker notices. Of one tab. */
const tabFaults = [v.strictObject({name: v.literal('cdp-offline')})] as const

/** Aimed at everybody. All but `slow` and `overload` end the server process. */
const serverFaults = [
  /** SIGKILL; started again with what it had stored when the fault heals. */
  v.strictObject({name: v.literal('kill')}),
  /** Told to end, and started again at once. */
  v.strictObject({name: v.literal('restart')}),
  /** SIGKILL, and started again at once without the channel's log: another epoch. */
  v.strictObject({name: v.literal('restart-lost-history')}),
  /** Sockets are closed with 1012, spread over the time; nobody is let in until it heals. */
  v.strictObject({name: v.literal('drain'), overMs: millis}),
  /** Sockets are closed with 1013; requests are refused with 503 and Retry-After until it heals. */
  v.strictObject({
    name: v.literal('overload'),
    retryAfterS: wholeAbove(0, 'a whole number of seconds, at least 0'),
  }),
  /** Every answer, and every frame of the channel, begins so much later. */
  v.strictObject({name: v.literal('slow'), ms: lengthMs}),
] as const

/** Of the platform with push, aimed at everybody; carried out by the push back end. */
const pushFaults = [
  v.strictObject({name: v.literal('push-delay'), ms: lengthMs}),
  v.strictObject({name: v.literal('push-drop')}),
  v.strictObject({name: v.literal('push-duplicate')}),
  v.strictObject({name: v.literal('push-reorder'), withinMs: lengthMs}),
  /** The link of every device is cut. Chromium waits up to half a minute before it is back. */
  v.strictObject({name: v.literal('mcs-cut')}),
  /** The registrations are gone: what is sent to them is refused as UNREGISTERED. */
  v.strictObject({name: v.literal('token-expired')}),
] as const

const networkFault = v.variant('name', networkFaults)
export type NetworkFault = v.InferOutput<typeof networkFault>
export type ServerFault = v.InferOutput<(typeof serverFaults)[number]>
export type PushFault = v.InferOutput<(typeof pushFaults)[number]>

export const fault = v.variant('name', [...networkFaults, ...tabFaults, ...serverFaults, ...pushFaults])
export type Fault = v.InferOutput<typeof fault>

export const FAULT_NAMES = fault.options.map(({entries}) => entries.name.literal)
export const NETWORK_FAULT_NAMES = networkFault.options.map(({entries}) => entries.name.literal)
export const SERVER_FAULT_NAMES = serverFaults.map(({entries}) => entries.name.literal)
export const PUSH_FAULT_NAMES = pushFaults.map(({entries}) => entries.name.literal)

const namesNetwork: readonly string[] = NETWORK_FAULT_NAMES
export const isNetworkFault = (value: Fault): value is NetworkFault => namesNetwork.includes(value.name)
const namesServer: readonly string[] = SERVER_FAULT_NAMES
export const isServerFault = (value: Fault): value is ServerFault => namesServer.includes(value.name)
const namesPush: readonly string[] = PUSH_FAULT_NAMES
export const isPushFault = (value: Fault): value is PushFault => namesPush.includes(value.name)

/** Every tab, and what no tab has named itself on: idle connections, documents, static files. */
export const EVERYBODY = '*'

/**
 * Requests with their answers, or sockets (upgraded, or of a listener that is not read), or both; or, of the exchanges,
 * those that send a message or ask for another answer.
 */
export const PARTS = ['everything', 'exchanges', 'sockets', 'sends'] as const

const target = {
  /** A tab's name, a browser's for a listener of its own, or {@link EVERYBODY}. */
  owner: v.string('a tab or "*"'),
  on: v.optional(v.picklist(PARTS, PARTS.join(', ')), 'everything'),
}
export const faultTarget = v.strictObject(target)
export type FaultTarget = v.InferOutput<typeof faultTarget>

/** Milliseconds after the schedule's start. `healAtMs` null: it stays until everything is healed. */
export const scheduledFault = v.strictObject({
  atMs: millis,
  healAtMs: v.nullable(millis),
  ...target,
  fault,
})
export type ScheduledFault = v.InferOutput<typeof scheduledFault>

export const faultSchedule = v.array(scheduledFault, 'a list of faults')
export type FaultSchedule = readonly ScheduledFault[]
