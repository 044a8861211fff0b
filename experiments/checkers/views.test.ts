/** The three rules about single transcripts: K2, K3, K4. */
import {describe, expect, test} from 'vitest'
import {commits, historyOf, lifecycle, opens, says, shows, step} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {duplicated} from './duplicated.ts'
import {monotonicViews} from './monotonic-views.ts'
import {reordered} from './reordered.ts'

/** m1 ← m2, with m2b and m2c as further answers to m1, and m3 below m2. Lines 2 to 7. */
const tree = [
  opens(0, 'B'),
  commits(1, 'm1', {parentId: 'root'}),
  commits(2, 'm2', {parentId: 'm1'}),
  commits(3, 'm2b', {parentId: 'm1'}),
  commits(4, 'm2c', {parentId: 'm1'}),
  commits(5, 'm3', {parentId: 'm2'}),
]
const after = (...told: Told[]) => historyOf([...tree, ...told])

describe('[K2] monotonic views', () => {
  test('an empty history is valid', () => {
    expect(monotonicViews(historyOf([]))).toEqual({verdict: 'valid', details: {views: 0}})
  })

  test('a tab that grows, and a tab that is behind it', () => {
    const history = after(shows(10, 'B', 'm1'), shows(11, 'B', 'm1', 'm2'), shows(12, 'C', 'm1'))
    expect(monotonicViews(history)).toEqual({verdict: 'valid', details: {views: 3}})
  })

  test('a message that vanishes is reported where it vanished, once', () => {
    const history = after(shows(10, 'B', 'm1', 'm2'), shows(11, 'B', 'm1'), shows(12, 'B', 'm1'))
    expect(monotonicViews(history)).toEqual({
      verdict: 'invalid',
      because: [{rule: 'K2', tab: 'B', lines: [9], note: 'm2 was shown, then gone'}],
      details: {views: 3},
    })
  })

  test('a transcript that empties for a moment', () => {
    const history = after(shows(10, 'B', 'm1', 'm2'), shows(11, 'B'), shows(12, 'B', 'm1', 'm2'))
    expect(monotonicViews(history)).toMatchObject({because: [{note: 'm1 was shown, then gone'}, {tab: 'B'}]})
  })

  test('what vanishes in one tab is not excused by a refresh of another', () => {
    const history = after(shows(10, 'B', 'm1'), step(11, 1, 'refresh', 'began', {tab: 'C'}), shows(12, 'B'))
    expect(monotonicViews(history)).toMatchObject({verdict: 'invalid'})
  })

  test('a refresh begins anew', () => {
    const told = [
      shows(10, 'B', 'm1', 'm2'),
      step(11, 1, 'refresh', 'began'),
      shows(12, 'B', 'm1', 'm2'),
      lifecycle(13, 'B', 'loaded', 'visible'),
      shows(14, 'B'),
      shows(15, 'B', 'm1', 'm2'),
    ]
    expect(monotonicViews(after(...told))).toMatchObject({verdict: 'valid'})
  })

  test('another branch takes the place of a message and of what stood below it', () => {
    const history = after(shows(10, 'B', 'm1', 'm2', 'm3'), shows(11, 'B', 'm1', 'm2b'))
    expect(monotonicViews(history)).toMatchObject({verdict: 'valid'})
  })

  test('a regeneration takes the old answer away before the new one is there', () => {
    const regenerates = says(11, 'B', {kind: 'acted', act: 'regenerated', messageId: null, parentId: 'm1'})
    const history = after(shows(10, 'B', 'm1', 'm2'), regenerates, shows(12, 'B', 'm1'))
    expect(monotonicViews(history)).toMatchObject({verdict: 'valid'})
  })

  test('what the server never knew may vanish', () => {
    expect(monotonicViews(after(shows(10, 'B', 'm1', 'draft'), shows(11, 'B', 'm1')))).toMatchObject({
      verdict: 'valid',
    })
  })
})

describe('[K3] duplicated', () => {
  test.each([
    ['an empty history', []],
    ['each message once', [shows(10, 'B', 'm1', 'm2')]],
    [
      'the same message in two tabs and in two views',
      [shows(10, 'B', 'm1'), shows(11, 'C', 'm1'), shows(12, 'B', 'm1')],
    ],
  ])('%s is valid', (_, told) => {
    expect(duplicated(after(...told))).toMatchObject({verdict: 'valid'})
  })

  test('twice in one view', () => {
    expect(duplicated(after(shows(10, 'B', 'm1', 'm1')))).toEqual({
      verdict: 'invalid',
      because: [{rule: 'K3', tab: 'B', lines: [8], note: 'm1 is there twice'}],
      details: {views: 1},
    })
  })

  test('reported at the first view, for each tab', () => {
    const told = [shows(10, 'B', 'm1', 'm1'), shows(11, 'B', 'm1', 'm1'), shows(12, 'C', 'm1', 'm1')]
    expect(duplicated(after(...told))).toMatchObject({
      because: [
        {tab: 'B', lines: [8]},
        {tab: 'C', lines: [10]},
      ],
    })
  })

  test('three times is one violation; two messages doubled are two', () => {
    expect(duplicated(after(shows(10, 'B', 'm1', 'm1', 'm1')))).toMatchObject({because: [{tab: 'B'}]})
    const both = duplicated(after(shows(10, 'B', 'm1', 'm2', 'm1', 'm2')))
    expect(both.verdict === 'invalid' && both.because.map(({note}) => note)).toEqual([
      'm1 is there twice',
      'm2 is there twice',
    ])
  })
})

describe('[K4] reordered', () => {
  test.each([
    ['an empty history', []],
    ['one path of the tree', [shows(10, 'B', 'm1', 'm2', 'm3')]],
    ['a hole', [shows(10, 'B', 'm1', 'm3')]],
    ['another branch', [shows(10, 'B', 'm1', 'm2b')]],
    ['an unknown message anywhere', [shows(10, 'B', 'draft', 'm1', 'draft2', 'm2')]],
    ['a doubled message in order', [shows(10, 'B', 'm1', 'm2', 'm1')]],
  ])('%s is valid', (_, told) => {
    expect(reordered(after(...told))).toMatchObject({verdict: 'valid'})
  })

  test('an answer before its question', () => {
    expect(reordered(after(shows(10, 'B', 'm2', 'm1')))).toEqual({
      verdict: 'invalid',
      because: [{rule: 'K4', tab: 'B', lines: [3, 4, 8], note: 'm2 stands before m1'}],
      details: {views: 1},
    })
  })

  test('a parent that comes later, not next', () => {
    expect(reordered(after(shows(10, 'B', 'm2', 'm3', 'm1')))).toMatchObject({
      because: [{note: 'm2 stands before m1'}, {note: 'm3 stands before m1'}],
    })
  })

  test('two answers against the order of their commits', () => {
    expect(reordered(after(shows(10, 'B', 'm1', 'm2c', 'm2b')))).toMatchObject({
      because: [{note: 'm2c stands before m2b'}],
    })
  })
})
