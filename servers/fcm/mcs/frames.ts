/**
 * Cuts what comes off a socket into frames: a version byte, then tag, size (varint) and protobuf, again and again. Pure;
 * holds no more than one stanza, and nothing is set aside for a size before its bytes are there. Rules MC2, MC3.
 */
import type {McsRefusalCode} from './mcs-refusal.ts'

export const MCS_VERSION = 41

export type Frame = {readonly tag: number; readonly body: Buffer}

export type FrameState =
  | {readonly name: 'version'}
  | {readonly name: 'tag'}
  | {readonly name: 'size'; readonly tag: number; readonly value: number; readonly shift: number}
  | {readonly name: 'body'; readonly tag: number; readonly parts: readonly Buffer[]; readonly missing: number}
  /** Final: what comes after is not looked at. */
  | {readonly name: 'refused'; readonly code: McsRefusalCode}

export type FrameRules = {readonly tags: ReadonlySet<number>; readonly maxStanzaBytes: number}

export const newFrames: FrameState = {name: 'version'}

/** How the bytes are cut into chunks makes no difference, to what is refused either. */
export function readFrames(
  before: FrameState,
  chunk: Buffer,
  rules: FrameRules,
): {readonly state: FrameState; readonly frames: readonly Frame[]} {
  const frames: Frame[] = []
  let state = before
  let offset = 0
  while (offset < chunk.length && state.name !== 'refused') {
    if (state.name !== 'body') {
      state = readHead(state, chunk[offset++]!, rules)
      if (state.name !== 'body' || state.missing > 0) continue
    }
    const {tag, parts, missing}: Extract<FrameState, {name: 'body'}> = state
    const part = chunk.subarray(offset, offset + missing)
    offset += part.length
    if (part.length < missing) {
      state = {name: 'body', tag, parts: together(parts, part), missing: missing - part.length}
      continue
    }
    frames.push({tag, body: parts.length === 0 ? part : Buffer.concat([...parts, part])})
    state = {name: 'tag'}
  }
  return {state, frames}
}

const MAX_PARTS = 32

/** Copies: the chunk that a part lies in would be held for its sake, and a stanza may come byte by byte. */
const together = (parts: readonly Buffer[], part: Buffer): readonly Buffer[] =>
  parts.length < MAX_PARTS ? [...parts, Buffer.from(part)] : [Buffer.concat([...parts, part])]

const VARINT_BITS = 7
const LAST_SHIFT = 28

function readHead(
  state: Extract<FrameState, {name: 'version' | 'tag' | 'size'}>,
  byte: number,
  {tags, maxStanzaBytes}: FrameRules,
): FrameState {
  switch (state.name) {
    case 'version':
      return byte === MCS_VERSION ? {name: 'tag'} : refused('bad-version')
    case 'tag':
      return tags.has(byte) ? {name: 'size', tag: byte, value: 0, shift: 0} : refused('unknown-tag')
    case 'size': {
      const {tag, shift} = state
      const value = state.value + (byte & 0x7f) * 2 ** shift
      if (value > maxStanzaBytes) return refused('too-large')
      if (byte < 0x80) return {name: 'body', tag, parts: [], missing: value}
      if (shift === LAST_SHIFT) return refused('bad-length')
      return {name: 'size', tag, value, shift: shift + VARINT_BITS}
    }
  }
}

const refused = (code: McsRefusalCode): FrameState => ({name: 'refused', code})
