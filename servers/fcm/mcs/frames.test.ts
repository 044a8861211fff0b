import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {newFrames, readFrames, type Frame, type FrameState} from './frames.ts'
import {McsRefusal} from './mcs-refusal.ts'
import {DEVICE_TAGS, encodePacket, readPacket} from './packets.ts'
import {loginOf} from './virtual-link.ts'

const MAX = 4_096
const rules = {tags: DEVICE_TAGS, maxStanzaBytes: MAX}
const SEED = process.env['MCS_FUZZ_SEED'] ?? `${Date.now()}`

function readAll(chunks: readonly Buffer[]): {readonly frames: readonly Frame[]; readonly state: FrameState} {
  const frames: Frame[] = []
  let state = newFrames
  for (const chunk of chunks) {
    const read = readFrames(state, chunk, rules)
    state = read.state
    frames.push(...read.frames)
  }
  return {frames, state}
}

/** What a connection holds between two chunks. */
const heldBytes = (state: FrameState): number =>
  state.name === 'body' ? state.parts.reduce((sum, {length}) => sum + length, 0) : 0

const varint = (value: number): readonly number[] =>
  value < 0x80 ? [value] : [(value % 0x80) | 0x80, ...varint(Math.floor(value / 0x80))]
const wire = (frames: readonly Frame[]): Buffer =>
  Buffer.concat([
    Buffer.of(41),
    ...frames.flatMap(({tag, body}) => [Buffer.of(tag, ...varint(body.length)), body]),
  ])

const anyFrame = fc.record({
  tag: fc.constantFrom(...DEVICE_TAGS),
  body: fc.uint8Array({maxLength: 600}).map((bytes) => Buffer.from(bytes)),
})

function cut(bytes: Buffer, at: readonly number[]): readonly Buffer[] {
  const places = [...new Set(at.map((place) => place % (bytes.length + 1)))].toSorted((a, b) => a - b)
  return [0, ...places].map((from, index) => bytes.subarray(from, places[index]))
}

test('[MC2] however the bytes are cut, the frames are the same', () => {
  fc.assert(
    fc.property(fc.array(anyFrame, {maxLength: 8}), fc.array(fc.nat(), {maxLength: 30}), (frames, places) => {
      expect(readAll(cut(wire(frames), places)).frames).toEqual(frames)
      expect(readAll([...wire(frames)].map((byte) => Buffer.of(byte))).frames).toEqual(frames)
    }),
    {numRuns: 200},
  )
})

test('[MC3] half a frame waits, and holds no more than what came of it', () => {
  const whole = wire([{tag: 8, body: Buffer.alloc(1_000)}])
  const {frames, state} = readAll([whole.subarray(0, 500)])
  expect(frames).toEqual([])
  expect(heldBytes(state)).toBe(500 - 4)
})

test('[MC3] no stanza is set aside for before it came', () => {
  expect(readAll([Buffer.of(41, 8, ...varint(MAX))]).state).toMatchObject({parts: [], missing: MAX})
})

describe('[MC3] [MC6] refused at the byte that is wrong', () => {
  test.each([
    ['a version before 41', [40], 'bad-version'],
    ['HTTP', [...Buffer.from('GET / HTTP/1.1')], 'bad-version'],
    ['a tag that no device sends', [41, 3], 'unknown-tag'],
    ['a tag that nobody sends', [41, 200], 'unknown-tag'],
    ['a size over the limit', [41, 8, ...varint(MAX + 1)], 'too-large'],
    ['four gigabytes', [41, 8, 0xff, 0xff, 0xff, 0xff, 0x0f], 'too-large'],
    ['a size of six bytes', [41, 8, 0x80, 0x80, 0x80, 0x80, 0x80, 0], 'bad-length'],
  ])('%s', (_name, bytes, code) => {
    const {state} = readAll([Buffer.from(bytes)])
    expect(state).toEqual({name: 'refused', code})
    expect(readFrames(state, wire([{tag: 0, body: Buffer.alloc(0)}]), rules)).toEqual({state, frames: []})
  })
})

/** Bytes that are nearly right go deeper than noise does. */
const nearlyRight = fc.oneof(
  fc.uint8Array({maxLength: 300}).map((bytes) => Buffer.from(bytes)),
  fc.uint8Array({maxLength: 300}).map((bytes) => Buffer.from([41, ...bytes])),
  fc.array(anyFrame, {maxLength: 5}).map(wire),
  fc.record({place: fc.nat(), byte: fc.nat(255), pings: fc.nat(3)}).map(({place, byte, pings}) => {
    const login = encodePacket('LoginRequest', loginOf({deviceId: '12', securityToken: '34'}, ['a', 'b']))
    const ping = encodePacket('HeartbeatPing', {lastStreamIdReceived: 1})
    const bytes = Buffer.concat([Buffer.of(41), login, ...Array.from({length: pings}, () => ping)])
    bytes[place % bytes.length] = byte
    return bytes
  }),
)

test(`[MC3] [MC6] whatever comes is read or refused, within bounds, however it is cut (MCS_FUZZ_SEED=${SEED})`, () => {
  let read = 0
  let refused = 0
  const codeOf = (frame: Frame): string => {
    try {
      read++
      return readPacket(frame).type
    } catch (error) {
      expect(error).toBeInstanceOf(McsRefusal)
      // Never what came.
      expect((error as McsRefusal).message).toBe((error as McsRefusal).code)
      refused++
      return (error as McsRefusal).code
    }
  }
  fc.assert(
    fc.property(nearlyRight, fc.array(fc.nat(), {maxLength: 6}), (bytes, places) => {
      const whole = readAll([bytes])
      let state = newFrames
      const frames: Frame[] = []
      for (const chunk of cut(bytes, places)) {
        const step = readFrames(state, chunk, rules)
        state = step.state
        frames.push(...step.frames)
        expect(heldBytes(state)).toBeLessThanOrEqual(MAX)
      }
      expect(frames.map(codeOf)).toEqual(whole.frames.map(codeOf))
      expect(heldBytes(state)).toBe(heldBytes(whole.state))
      if (whole.state.name === 'refused') expect(state).toEqual(whole.state)
      if (whole.state.name === 'refused') refused++
    }),
    {numRuns: 4_000, seed: Number(SEED) | 0},
  )
  expect(read).toBeGreaterThan(100)
  expect(refused).toBeGreaterThan(100)
})
