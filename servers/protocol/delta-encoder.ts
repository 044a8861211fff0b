/**
 * Delta encoding v1, writing side: pure, from what was sent before and two values to what to send now.
 * After a snapshot or a patch path and operation are always said, since readers differ there (DE6). Rules DE1–DE11.
 */
import {DELTA_LIMITS, type Delta, type DeltaOp, type DeltaState} from './delta.ts'
import {formatPointer} from './json-pointer.ts'

export {initialDeltaState, type DeltaState} from './delta.ts'

export type Json = null | boolean | number | string | readonly Json[] | {readonly [key: string]: Json}

export type Encoded = {readonly delta: Delta; readonly state: DeltaState}

/** The whole value of a channel, with everything said, as the observed streams begin. */
export function encodeSnapshot(channel: number, root: unknown): Encoded {
  return {
    delta: {p: '', o: 'add', v: root, c: channel},
    state: {c: channel, o: 'add', p: ''},
  }
}

/** Says nothing that is inherited; several operations travel as one patch. */
export function encodeOps(state: DeltaState, channel: number, ops: readonly DeltaOp[]): Encoded {
  const [only] = ops
  if (!only || ops.length > DELTA_LIMITS.opsPerPatch) throw new TypeError('a delta has 1 to 1000 operations')
  const op: DeltaOp = ops.length === 1 ? only : {p: '', o: 'patch', v: ops}
  const inherits = op.p === state.p && op.o === state.o && op.p !== '' && op.o !== 'patch'
  const delta: Delta = {
    ...(inherits ? {} : {p: op.p, o: op.o}),
    ...(op.o === 'remove' ? {} : {v: op.v}),
    ...(channel === state.c ? {} : {c: channel}),
  }
  return {delta, state: {c: channel, o: op.o, p: op.p}}
}

/** From one value of a channel to the next; `before` is undefined when the channel is new. Null when nothing changed. */
export function encodeChange(
  state: DeltaState,
  channel: number,
  before: Json | undefined,
  after: Json,
): Encoded | null {
  if (before === undefined) return encodeSnapshot(channel, after)
  const ops = [...differences([], before, after)]
  if (ops.length === 0) return null
  return isWithinLimits(ops) ? encodeOps(state, channel, ops) : encodeSnapshot(channel, after)
}

const isWithinLimits = (ops: readonly DeltaOp[]): boolean =>
  ops.length <= DELTA_LIMITS.opsPerPatch &&
  ops.every(({p}) => p.length <= DELTA_LIMITS.pathChars && p.split('/').length <= DELTA_LIMITS.pathSegments)

function* differences(path: readonly string[], before: Json, after: Json): Generator<DeltaOp> {
  if (before === after) return
  const p = formatPointer(path)
  if (typeof before === 'string' && typeof after === 'string') yield textDifference(p, before, after)
  else if (isList(before) && isList(after)) yield* listDifferences(path, before, after)
  else if (isObject(before) && isObject(after)) yield* objectDifferences(path, before, after)
  else yield {p, o: 'replace', v: after}
}

function textDifference(p: string, before: string, after: string): DeltaOp {
  if (after.startsWith(before)) return {p, o: 'append', v: after.slice(before.length)}
  if (before.startsWith(after)) return {p, o: 'truncate', v: after.length}
  return {p, o: 'replace', v: after}
}

function* listDifferences(path: readonly string[], before: readonly Json[], after: readonly Json[]) {
  for (const [index, item] of after.slice(0, before.length).entries()) {
    yield* differences([...path, String(index)], before[index]!, item)
  }
  const p = formatPointer(path)
  if (after.length < before.length) yield {p, o: 'truncate', v: after.length} satisfies DeltaOp
  if (after.length > before.length) yield {p, o: 'append', v: after.slice(before.length)} satisfies DeltaOp
}

type JsonObject = {readonly [key: string]: Json}

function* objectDifferences(
  path: readonly string[],
  before: JsonObject,
  after: JsonObject,
): Generator<DeltaOp> {
  const added: Record<string, Json> = {}
  for (const [key, value] of Object.entries(after)) {
    if (Object.hasOwn(before, key)) yield* differences([...path, key], before[key]!, value)
    else added[key] = value
  }
  for (const key of Object.keys(before)) {
    if (!Object.hasOwn(after, key)) yield {p: formatPointer([...path, key]), o: 'remove'}
  }
  if (Object.keys(added).length > 0) yield {p: formatPointer(path), o: 'append', v: added}
}

const isList = (value: Json): value is readonly Json[] => Array.isArray(value)
const isObject = (value: Json): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
