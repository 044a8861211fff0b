/**
 * Cuts what comes off a socket into frames: a version byte, then tag, size (varint) and protobuf, again and again. Pure;
 * holds no more than one stanza, and nothing is set aside for a size before its bytes are there. Rules MC2, MC3.
 */
import {McsRefusal} from './mcs-refusal.ts'

export const MCS_VERSION = 41

export type Frame = {readonly tag: number; readonly body: Buffer}

export type FrameState =
  | {readonly name: 'version'}
  | {readonly name: 'tag'}
  | {readonly name: 'size'; readonly tag: number; readonly value: number; readonly shift: number}
  | {readonly name: 'body'; readonly tag: number; readonly parts: readonly Buffer[]; readonly missing: number}

export type FrameRules = {readonly tags: ReadonlySet<number>; readonly maxStanzaBytes: number}

export const newFrames: FrameState = {name: 'version'}

/** Throws {@link McsRefusal}; what came before the fault in the same chunk is lost with the connection. */
export function readFrames(
  before: FrameState,
  chunk: Buffer,
  rules: FrameRules,
): {readonly state: FrameState; readonly frames: readonly Frame[]} {
  const frames: Frame[] = []
  let state = before
  let offset = 0
  while (offset < chunk.length) {
    if (state.name !== 'body') {
      state = readHead(state, chunk[offset++]!, rules)
      if (state.name !== 'body' || state.missing > 0) continue
    }
    const part: Buffer = chunk.subarray(offset, offset + state.missing)
    offset += part.length
    const {tag, parts, missing}: Extract<FrameState, {name: 'body'}> = state
    if (part.length < missing) {
      // A copy: the chunk that it lies in would be held for its sake.
      state = {name: 'body', tag, parts: [...parts, Buffer.from(part)], missing: missing - part.length}
      continue
    }
    frames.push({tag, body: parts.length === 0 ? part : Buffer.concat([...parts, part])})
    state = {name: 'tag'}
  }
  return {state, frames}
}

const VARINT_BITS = 7
const LAST_SHIFT = 28

function readHead(
  state: Exclude<FrameState, {name: 'body'}>,
  byte: number,
  {tags, maxStanzaBytes}: FrameRules,
): FrameState {
  switch (state.name) {
    case 'version':
      if (byte !== MCS_VERSION) throw new McsRefusal('bad-version')
      return {name: 'tag'}
    case 'tag':
      if (!tags.has(byte)) throw new McsRefusal('unknown-tag')
      return {name: 'size', tag: byte, value: 0, shift: 0}
    case 'size': {
      const {tag, shift} = state
      const value = state.value + (byte & 0x7f) * 2 ** shift
      if (value > maxStanzaBytes) throw new McsRefusal('too-large')
      if (byte < 0x80) return {name: 'body', tag, parts: [], missing: value}
      if (shift === LAST_SHIFT) throw new McsRefusal('bad-length')
      return {name: 'size', tag, value, shift: shift + VARINT_BITS}
    }
  }
}
