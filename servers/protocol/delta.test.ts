import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {createDeltaDecoder} from './delta-decoder.ts'
import {encodeChange, encodeOps, encodeSnapshot, initialDeltaState, type Json} from './delta-encoder.ts'
import {DELTA_LIMITS} from './delta.ts'
import {ProtocolError} from './protocol-error.ts'

const decodeAll = (...deltas: readonly unknown[]): unknown => {
  const decoder = createDeltaDecoder()
  return deltas.map((delta) => decoder.apply(delta).root).at(-1)
}

const codeOf = (...deltas: readonly unknown[]): string => {
  try {
    decodeAll(...deltas)
  } catch (error) {
    if (error instanceof ProtocolError) return error.code
    throw error
  }
  return 'accepted'
}

const throughJson = (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown

/** JSON as it comes off a wire, without the key nobody may send. */
const json = fc
  .jsonValue({maxDepth: 4})
  .map((value) => throughJson(value) as Json)
  .filter((value) => !JSON.stringify(value).includes('__proto__'))

const text = fc.string({maxLength: 12})
const messageRoot = fc.record({
  message: fc.record({
    id: text,
    content: fc.record({content_type: fc.constant('text'), parts: fc.array(text, {maxLength: 3})}),
    status: fc.constantFrom('in_progress', 'finished_successfully'),
    metadata: fc.dictionary(
      text.filter((key) => key !== '__proto__'),
      json,
      {maxKeys: 3},
    ),
  }),
  error: fc.option(text),
})

const roundTrips = (values: readonly Json[]) => {
  const decoder = createDeltaDecoder()
  let state = initialDeltaState
  let before: Json | undefined
  for (const after of values) {
    const encoded = encodeChange(state, 0, before, after)
    if (encoded) {
      state = encoded.state
      expect(decoder.apply(throughJson(encoded.delta)).root).toEqual(after)
    } else expect(after).toEqual(before)
    before = after
  }
}

const deep = (leaf: string): Json =>
  Array.from({length: DELTA_LIMITS.pathSegments}).reduce<Json>((inner) => ({a: inner}), leaf)

describe('reading', () => {
  const snapshot = {p: '', o: 'add', v: {message: {parts: ['']}}, c: 0}

  test('[DE1] the observed stream of an answer adds up to the whole message', () => {
    const root = decodeAll(
      {p: '', o: 'add', v: {message: {content: {parts: ['']}, status: 'in_progress', metadata: {}}}, c: 0},
      {p: '/message/content/parts/0', o: 'append', v: 'Hel'},
      {v: 'lo'},
      {
        p: '',
        o: 'patch',
        v: [
          {p: '/message/content/parts/0', o: 'append', v: '!'},
          {p: '/message/status', o: 'replace', v: 'finished_successfully'},
          {p: '/message/end_turn', o: 'replace', v: true},
          {p: '/message/metadata', o: 'append', v: {finish_details: {type: 'stop'}}},
        ],
      },
    )
    expect(root).toEqual({
      message: {
        content: {parts: ['Hello!']},
        status: 'finished_successfully',
        end_turn: true,
        metadata: {finish_details: {type: 'stop'}},
      },
    })
  })

  test('[DE3] a value is never inherited', () => {
    expect(codeOf(snapshot, {p: '/message/parts/0', o: 'append', v: 'a'}, {})).toBe('bad-delta')
  })

  test('[DE4] what follows a patch with a bare value is a patch again', () => {
    const patch = {p: '', o: 'patch', v: [{p: '/a', o: 'add', v: 1}]}
    expect(decodeAll(patch, {v: [{p: '/b', o: 'add', v: 2}]})).toEqual({a: 1, b: 2})
    expect(codeOf(patch, {v: 'text'})).toBe('bad-delta')
  })

  test('[DE5] channels are kept apart', () => {
    const decoder = createDeltaDecoder()
    decoder.apply({p: '', o: 'add', v: {n: 1}, c: 0})
    expect(decoder.apply({v: {n: 2}, c: 1})).toEqual({channel: 1, root: {n: 2}})
    expect(decoder.apply({p: '/n', o: 'replace', v: 3, c: 0})).toEqual({channel: 0, root: {n: 3}})
  })

  test.each([
    ['add inserts into a list', {p: '/a/1', o: 'add', v: 9}, {a: [1, 9, 2], t: 'abc'}],
    ['append pushes a single value', {p: '/a', o: 'append', v: 9}, {a: [1, 2, 9], t: 'abc'}],
    ['append concatenates lists', {p: '/a', o: 'append', v: [8, 9]}, {a: [1, 2, 8, 9], t: 'abc'}],
    ['append sets what is missing', {p: '/x', o: 'append', v: 'n'}, {a: [1, 2], t: 'abc', x: 'n'}],
    ['append merges objects', {p: '', o: 'append', v: {t: 'x'}}, {a: [1, 2], t: 'x'}],
    ['replace sets an element', {p: '/a/0', o: 'replace', v: 9}, {a: [9, 2], t: 'abc'}],
    ['remove closes the gap', {p: '/a/0', o: 'remove'}, {a: [2], t: 'abc'}],
    ['truncate cuts a text', {p: '/t', o: 'truncate', v: 1}, {a: [1, 2], t: 'a'}],
    ['truncate cuts a list', {p: '/a', o: 'truncate', v: 0}, {a: [], t: 'abc'}],
    ['a path makes lists for indices', {p: '/n/0/k', o: 'add', v: 1}, {a: [1, 2], t: 'abc', n: [{k: 1}]}],
    ['a path is unescaped', {p: '/m~1n~0', o: 'add', v: 1}, {a: [1, 2], t: 'abc', 'm/n~': 1}],
  ])('[DE7] %s', (_name, delta, expected) => {
    expect(decodeAll({p: '', o: 'add', v: {a: [1, 2], t: 'abc'}}, delta)).toEqual(expected)
  })

  test.each([
    ['an unknown operation', {p: '', o: 'move', v: 1}, 'bad-shape'],
    ['a path without a slash', {p: 'a', o: 'add', v: 1}, 'bad-delta'],
    ['a path into a text', {p: '/message/parts/0/x', o: 'add', v: 1}, 'bad-delta'],
    ['a hole in a list', {p: '/message/parts/4000000000', o: 'replace', v: 'x'}, 'bad-delta'],
    ['a name in a list', {p: '/message/parts/length', o: 'replace', v: 0}, 'bad-delta'],
    ['a path to a prototype', {p: '/__proto__/x', o: 'add', v: 1}, 'bad-delta'],
    ['a key to a prototype', {p: '/x', o: 'add', v: JSON.parse('{"__proto__": 1}') as unknown}, 'bad-delta'],
    ['a path without end', {p: '/0'.repeat(100), o: 'add', v: 1}, 'too-deep'],
    ['a patch without end', {p: '', o: 'patch', v: Array.from({length: 1_001}, () => ({}))}, 'too-large'],
    ['an operation in a patch that says too little', {p: '', o: 'patch', v: [{v: 1}]}, 'bad-shape'],
    ['a negative length', {p: '/message/parts/0', o: 'truncate', v: -1}, 'bad-delta'],
    ['a channel that is no number', {c: '1', v: {}}, 'bad-shape'],
  ])('[DE12] %s is refused', (_name, delta, code) => {
    expect(codeOf(snapshot, delta)).toBe(code)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  test('[DE12] a value nested without end is refused', () => {
    const nested = JSON.parse('['.repeat(5_000) + ']'.repeat(5_000)) as unknown
    expect(codeOf({p: '', o: 'add', v: nested})).toBe('too-deep')
  })

  test('[DE12] whatever comes, nothing but a ProtocolError is thrown', () => {
    const delta = fc.oneof(
      json,
      fc.record(
        {
          p: fc.oneof(
            text,
            fc.array(fc.constantFrom('a', '0', '7', '-', '~1')).map((s) => s.map((k) => `/${k}`).join('')),
          ),
          o: fc.constantFrom('add', 'append', 'replace', 'remove', 'truncate', 'patch'),
          v: fc.oneof(
            json,
            fc.array(
              fc.record({
                p: fc.constantFrom('', '/a', '/a/0'),
                o: fc.constantFrom('add', 'remove', 'append'),
                v: json,
              }),
            ),
          ),
          c: fc.nat(3),
        },
        {requiredKeys: []},
      ),
    )
    fc.assert(
      fc.property(fc.array(delta, {maxLength: 8}), (deltas) => void codeOf(...deltas)),
      {numRuns: 400},
    )
  })
})

describe('writing', () => {
  test('[DE2] a token that goes on where the last one ended says only its text', () => {
    const first = encodeOps(encodeSnapshot(0, {t: ''}).state, 0, [{p: '/t', o: 'append', v: 'Hel'}])
    expect(first.delta).toEqual({p: '/t', o: 'append', v: 'Hel'})
    expect(encodeOps(first.state, 0, [{p: '/t', o: 'append', v: 'lo'}]).delta).toEqual({v: 'lo'})
  })

  test('[DE6] after a snapshot and after a patch everything is said', () => {
    const snapshot = encodeSnapshot(0, 'a')
    expect(encodeOps(snapshot.state, 0, [{p: '', o: 'add', v: 'b'}]).delta).toEqual({p: '', o: 'add', v: 'b'})
    const ops = [
      {p: '/a', o: 'add', v: 1},
      {p: '/b', o: 'add', v: 2},
    ] as const
    const patch = encodeOps(snapshot.state, 0, ops)
    expect(encodeOps(patch.state, 0, ops).delta).toEqual({p: '', o: 'patch', v: ops})
  })

  test('[DE9] any edits of a message come out as they went in', () => {
    fc.assert(
      fc.property(fc.array(messageRoot, {minLength: 1, maxLength: 5}), (roots) =>
        roundTrips(roots.map((root) => throughJson(root) as Json)),
      ),
    )
  })

  test('[DE9] any values come out as they went in', () => {
    fc.assert(fc.property(fc.array(json, {minLength: 1, maxLength: 5}), roundTrips), {numRuns: 200})
  })

  test('[DE12] what is too deep for a path is sent whole', () => {
    roundTrips([deep('x'), deep('y'), {k: 'v'.repeat(10)}])
    roundTrips([{['k'.repeat(2_000)]: 1}, {['k'.repeat(2_000)]: 2}])
  })
})
