import {describe, expect, test} from 'vitest'
import {commits, historyOf, opens, reads, says, step} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {convergence} from './convergence.ts'

const cell = (...told: Told[]) =>
  historyOf([
    opens(0, 'A'),
    opens(0, 'B'),
    commits(1, 'm1', {parentId: 'root'}),
    commits(2, 'm2', {parentId: 'm1'}),
    step(10, 1, 'refresh', 'began'),
    ...told,
  ])
const read = (...ids: string[]) => reads(20, 'B', 'after-refresh', ...ids)

describe('[K6] convergence after a refresh', () => {
  test('a history without a refresh has nothing to say', () => {
    expect(convergence(historyOf([opens(0, 'B')]))).toEqual({verdict: 'valid', details: {readings: 0}})
  })

  test('the committed path, texts included', () => {
    expect(convergence(cell(read('m1', 'm2')))).toEqual({verdict: 'valid', details: {readings: 1}})
  })

  test('what was committed during the reload may be there or not', () => {
    const late = commits(15, 'm3', {parentId: 'm2'})
    expect(convergence(cell(late, read('m1', 'm2')))).toMatchObject({verdict: 'valid'})
    expect(convergence(cell(late, read('m1', 'm2', 'm3')))).toMatchObject({verdict: 'valid'})
  })

  test('an answer that is still being written may follow', () => {
    expect(convergence(cell(read('m1', 'm2', 'answer')))).toMatchObject({verdict: 'valid'})
  })

  test('a message that is missing', () => {
    expect(convergence(cell(read('m1')))).toEqual({
      verdict: 'invalid',
      because: [{rule: 'K6', tab: 'B', lines: [5, 7], note: 'm2 is missing'}],
      details: {readings: 1},
    })
    expect(convergence(cell(read()))).toMatchObject({because: [{note: 'm1 is missing'}]})
  })

  test('another text', () => {
    const view = [{id: 'm1', chars: 10, status: 'complete', textHash: '#other'}]
    const other = says(20, 'B', {
      kind: 'reading',
      label: 'after-refresh',
      conversationId: 'conversation',
      connection: 'connected',
      view,
    })
    expect(convergence(cell(other))).toMatchObject({
      because: [{note: "m1 has another text than the server's"}],
    })
  })

  test('messages of two branches in one transcript', () => {
    const fork = commits(3, 'm2b', {parentId: 'm1'})
    expect(convergence(cell(fork, read('m1', 'm2', 'm2b')))).toMatchObject({
      because: [{note: 'm2b does not follow from what stands before it'}],
    })
  })

  test('two tabs on different branches', () => {
    const told = [
      commits(3, 'm2b', {parentId: 'm1'}),
      reads(20, 'A', 'after-refresh', 'm1', 'm2b'),
      reads(21, 'B', 'after-refresh', 'm1', 'm2'),
    ]
    expect(convergence(cell(...told))).toMatchObject({
      because: [{tab: 'B', lines: [8, 9], note: 'it shows the branch of m2, A that of m2b'}],
    })
  })

  test('a reloaded tab that nobody read is unknown', () => {
    expect(convergence(cell())).toEqual({verdict: 'unknown', why: 'B was reloaded, but not read afterwards'})
  })
})
