/**
 * The fault proxy's own book: which faults stood, and what they did to whose bytes at which end. Invented; harness only.
 * `at` is milliseconds of CLOCK_MONOTONIC (process.hrtime). Carries counts, never contents or addresses. Rule FA13.
 */
import * as v from 'valibot'
import {DIRECTIONS, ENDINGS, fault, faultTarget} from './fault.ts'

const at = v.pipe(v.number(), v.finite())
const count = v.pipe(v.number(), v.integer(), v.minValue(0))
/** Faults and connections are numbered from 1, each in the order they began. */
const faultId = count
const connection = count
const owner = v.nullable(v.string())
const direction = v.picklist(DIRECTIONS)

const began = v.object({kind: v.literal('fault-began'), at, faultId, fault, target: faultTarget})

const healed = v.object({
  kind: v.literal('fault-healed'),
  at,
  faultId,
  /** `spent`: a cut-after-bytes has cut as often as it was to. */
  why: v.picklist(['healed', 'spent']),
})

/** The first bytes of a connection, in one direction, that the fault held, delayed or swallowed. */
const bit = v.object({
  kind: v.literal('fault-bit'),
  at,
  faultId,
  connection,
  owner,
  direction,
  bytes: count,
})

/**
 * What became of all bytes that the fault touched in one direction of a connection: taken at one end, given at the other
 * or dropped. Written once nothing of them is held any more. `longestMs`: the longest that any of them was held.
 */
const told = v.object({
  kind: v.literal('fault-told'),
  at,
  faultId,
  connection,
  direction,
  takenBytes: count,
  givenBytes: count,
  droppedBytes: count,
  longestMs: v.number(),
})

/** One end of a connection was closed (`fin`) or reset (`rst`) by a fault. Once per end. */
const cut = v.object({
  kind: v.literal('connection-cut'),
  at,
  faultId,
  connection,
  owner,
  end: v.picklist(['client', 'server']),
  by: v.picklist(ENDINGS),
})

const opened = v.object({kind: v.literal('connection-opened'), at, connection})

const bytes = v.object({takenBytes: count, givenBytes: count, droppedBytes: count})

/** Both ends are closed. For every direction, taken = given + dropped. */
const closed = v.object({
  kind: v.literal('connection-closed'),
  at,
  connection,
  toServer: bytes,
  toClient: bytes,
})

/**
 * A fault that is none of the network's was carried out: the other end's testimony. `what` says in a word what was seen
 * (`server-ended`, `server-started`, `link-cut`, `page-offline`, `page-online`, `refused`, `slowed`, …).
 */
const carried = v.object({
  kind: v.literal('fault-carried-out'),
  at,
  faultId,
  what: v.string(),
  /** Whom it touched, where that is known: a tab, a device. */
  whom: v.nullable(v.string()),
})

export const faultEvent = v.variant('kind', [began, healed, bit, told, cut, opened, closed, carried])
export type FaultEvent = v.InferOutput<typeof faultEvent>
