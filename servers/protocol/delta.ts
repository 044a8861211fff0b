/**
 * One delta of encoding v1, with its short keys: channel, path, operation, value. Observed in vendor client code.
 * `c`, `p` and `o` are inherited from the delta before, `v` never is. Rules DE1–DE9; limits are invented (DE12).
 */
import * as v from 'valibot'

export const DELTA_OPS = ['add', 'append', 'replace', 'remove', 'truncate', 'patch'] as const
export type DeltaOpName = (typeof DELTA_OPS)[number]

/** A hostile stream must not cost more than this. */
export const DELTA_LIMITS = {
  pathChars: 1_024,
  pathSegments: 32,
  valueDepth: 64,
  opsPerPatch: 1_000,
  patchDepth: 4,
  channels: 256,
} as const

const path = v.pipe(v.string(), v.maxLength(DELTA_LIMITS.pathChars))

/** An operation with everything said; what a patch contains, and what a delta is once it has inherited. */
export const deltaOp = v.object({p: path, o: v.picklist(DELTA_OPS), v: v.optional(v.unknown())})
export type DeltaOp = {readonly p: string; readonly o: DeltaOpName; readonly v?: unknown}

export const delta = v.strictObject({
  p: v.optional(path),
  o: v.optional(v.picklist(DELTA_OPS)),
  v: v.optional(v.unknown()),
  c: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))),
})
export type Delta = v.InferOutput<typeof delta>

/** What the next delta inherits. */
export type DeltaState = {readonly c: number; readonly o: DeltaOpName; readonly p: string}
export const initialDeltaState: DeltaState = {c: 0, o: 'add', p: ''}
