/**
 * Delta encoding v1, reading side: a reducer that keeps one value per channel. Observed in vendor client code;
 * what it refuses beyond that is invented (DE12). The returned root is the decoder's own and changes with the next
 * delta. After an error the decoder is spent. Rules DE1–DE12.
 */
import {decodeValue} from './decode.ts'
import {DELTA_LIMITS, delta, deltaOp, initialDeltaState, type DeltaOp, type DeltaState} from './delta.ts'
import {isIndex, parsePointer} from './json-pointer.ts'
import {ProtocolError} from './protocol-error.ts'

export type DeltaDecoder = {
  /** Takes a delta as parsed JSON; returns the channel it changed and that channel's whole value. */
  readonly apply: (value: unknown) => {readonly channel: number; readonly root: unknown}
}

type Container = Record<string, unknown> | unknown[]

export function createDeltaDecoder(): DeltaDecoder {
  let state: DeltaState = initialDeltaState
  // Each root hangs in a holder under the key `root`, so that the empty path is no special case.
  const holders = new Map<number, {root?: unknown}>()

  function apply(value: unknown) {
    const given = decodeValue(delta, value)
    state = {c: given.c ?? state.c, o: given.o ?? state.o, p: given.p ?? state.p}
    const holder = holders.get(state.c) ?? {}
    if (!holders.has(state.c)) {
      if (holders.size >= DELTA_LIMITS.channels) throw new ProtocolError('bad-delta', 'too many channels')
      holders.set(state.c, holder)
    }
    applyOp(holder, 'root', {p: state.p, o: state.o, v: given.v}, 0)
    return {channel: state.c, root: holder.root}
  }

  return {apply}
}

/** Carries out an operation whose path starts at `holder[at]`. */
function applyOp(holder: Container, at: string, op: DeltaOp, depth: number): void {
  let container = holder
  let key = at
  for (const segment of parsePointer(op.p)) {
    container = childOf(container, key, segment)
    key = segment
  }
  if (op.o === 'patch') return applyPatch(container, key, op.v, depth + 1)
  if (op.o === 'remove') return remove(container, key)
  if (op.v === undefined) throw new ProtocolError('bad-delta', `${op.o} needs a value`)
  if (op.o === 'truncate') return write(container, key, truncated(read(container, key), op.v))

  const value = checkedCopy(op.v, 0)
  if (op.o === 'append') return write(container, key, appended(read(container, key), value))
  if (op.o === 'add' && Array.isArray(container)) {
    container.splice(indexIn(container, key, container.length), 0, value)
    return
  }
  write(container, key, value)
}

function applyPatch(container: Container, key: string, ops: unknown, depth: number): void {
  if (!Array.isArray(ops)) throw new ProtocolError('bad-delta', 'a patch needs a list of operations')
  if (ops.length > DELTA_LIMITS.opsPerPatch) throw new ProtocolError('too-large', 'the patch is too long')
  if (depth > DELTA_LIMITS.patchDepth) throw new ProtocolError('too-deep', 'patches in patches in patches')
  for (const op of ops) applyOp(container, key, decodeValue(deltaOp, op) as DeltaOp, depth)
}

/** The container under `key`, made when it is missing: a list when the next segment is an index (observed). */
function childOf(container: Container, key: string, next: string): Container {
  const child = read(container, key)
  if (child === undefined) {
    const made: Container = isIndex(next) ? [] : {}
    write(container, key, made)
    return made
  }
  if (isContainer(child)) return child
  throw new ProtocolError('bad-delta', 'the path leads through a value that has no parts')
}

const isContainer = (value: unknown): value is Container => typeof value === 'object' && value !== null

/** Lists never get holes: an index goes at most to `last`. */
function indexIn(list: readonly unknown[], key: string, last = list.length): number {
  const index = isIndex(key) ? Number(key) : Number.NaN
  if (index <= last) return index
  throw new ProtocolError('bad-delta', 'the list has no such place')
}

function read(container: Container, key: string): unknown {
  if (Array.isArray(container)) return container[indexIn(container, key)]
  return Object.hasOwn(container, key) ? container[key] : undefined
}

function write(container: Container, key: string, value: unknown): void {
  if (Array.isArray(container)) container[indexIn(container, key)] = value
  else container[key] = value
}

function remove(container: Container, key: string): void {
  if (Array.isArray(container)) container.splice(indexIn(container, key, container.length - 1), 1)
  else delete container[key]
}

function appended(target: unknown, value: unknown): unknown {
  if (target === undefined) return value
  if (typeof target === 'string' && typeof value === 'string') return target + value
  if (Array.isArray(target)) {
    if (Array.isArray(value)) for (const item of value) target.push(item)
    else target.push(value)
    return target
  }
  if (isContainer(target) && isContainer(value) && !Array.isArray(value)) return Object.assign(target, value)
  throw new ProtocolError('bad-delta', 'the value cannot be appended to what is there')
}

function truncated(target: unknown, length: unknown): unknown {
  if (typeof length !== 'number' || !Number.isSafeInteger(length) || length < 0) {
    throw new ProtocolError('bad-delta', 'truncate needs a length')
  }
  if (typeof target === 'string' || Array.isArray(target)) return target.slice(0, length)
  throw new ProtocolError('bad-delta', 'only texts and lists can be truncated')
}

/** Ours to change, of bounded depth, and without a way to a prototype. */
function checkedCopy(value: unknown, depth: number): unknown {
  if (!isContainer(value)) return value
  if (depth >= DELTA_LIMITS.valueDepth) throw new ProtocolError('too-deep', 'the value is nested too deeply')
  if (Array.isArray(value)) return value.map((item) => checkedCopy(item, depth + 1))
  const copy: Record<string, unknown> = {}
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__') throw new ProtocolError('bad-delta', 'a key must not lead to a prototype')
    copy[key] = checkedCopy(item, depth + 1)
  }
  return copy
}
