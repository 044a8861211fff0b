/** The rules about clock, machine and steps: P2, P3, P4. */
import {describe, expect, test} from 'vitest'
import {
  appends,
  commits,
  delivers,
  health,
  historyOf,
  opens,
  receives,
  sends,
  shows,
  step,
} from '../history/history-builder.ts'
import type {Told} from '../history/history-builder.ts'
import {clockProved} from './clock-proved.ts'
import {healthy} from './healthy.ts'
import {stepsDone} from './steps-done.ts'

const tabs = [opens(1, 'A'), opens(2, 'B', {clockErrorMs: 0.5})]
const clock = (...told: Told[]) => clockProved(historyOf([...tabs, ...told]))

describe('[P2] clock proved', () => {
  test('small errors and everything in its order', () => {
    const told = [
      commits(10, 'm1'),
      delivers(11, 'B', ['m1']),
      receives(11.4, 'B', ['m1']),
      shows(12, 'B', 'm1'),
    ]
    expect(clock(...told)).toEqual({
      verdict: 'valid',
      details: {tabs: 2, compared: 2, worstClockErrorMs: 0.5},
    })
  })

  test("earlier by no more than the clock's error and the stamp's slack", () => {
    expect(clock(commits(10, 'm1'), shows(8.6, 'B', 'm1'))).toMatchObject({verdict: 'valid'})
  })

  test('the sender sees its own message before the commit', () => {
    expect(clock(sends(3, 'A', 'm1'), shows(4, 'A', 'm1'), commits(10, 'm1'))).toMatchObject({
      verdict: 'valid',
    })
  })

  test('a relay may be faster than the server', () => {
    expect(clock(receives(3, 'B', ['m1'], 'relay'), shows(4, 'B', 'm1'), commits(10, 'm1'))).toMatchObject({
      verdict: 'valid',
    })
  })

  test('an answer may be complete on the screen before it is committed', () => {
    const told = [
      appends(5, 'm2', 10),
      shows(6, 'B', 'm2'),
      commits(10, 'm2', {role: 'assistant', parentId: 'm1'}),
    ]
    expect(clock(...told)).toMatchObject({verdict: 'valid'})
  })

  test('a clock that is not known well enough', () => {
    expect(clock(opens(5, 'C', {clockErrorMs: 2.5}))).toEqual({
      verdict: 'invalid',
      because: [{rule: 'P2', tab: 'C', lines: [4], note: 'its clock is known to 2.5 ms, not to 2 ms'}],
    })
  })

  test('shown before it was committed', () => {
    expect(clock(commits(10, 'm1'), shows(8, 'B', 'm1'))).toMatchObject({
      because: [{tab: 'B', lines: [4, 5], note: 'm1 shown before it was committed, 2.0 ms too early'}],
    })
  })

  test('a token shown before the model wrote it', () => {
    const told = [
      appends(5, 'm2', 4),
      appends(20, 'm2', 10),
      shows(6, 'B', ['m2', 4]),
      shows(15, 'B', ['m2', 9]),
    ]
    expect(clock(...told)).toMatchObject({
      because: [{lines: [5, 7], note: 'm2 shown before it was written, 5.0 ms too early'}],
    })
  })

  test('a frame received before it was sent', () => {
    expect(clock(delivers(11, 'B', ['m1']), receives(8, 'B', ['m1']))).toMatchObject({
      because: [{note: 'm1 received before it was sent, 3.0 ms too early'}],
    })
  })

  test('no tab, no clock', () => {
    expect(clockProved(historyOf([]))).toMatchObject({verdict: 'unknown'})
  })
})

const body = (about: Parameters<typeof health>[1], ...told: Told[]) =>
  healthy(historyOf([health(9, about), ...told]))

describe('[P3] healthy', () => {
  test('a machine that keeps up', () => {
    expect(body({})).toEqual({
      verdict: 'valid',
      details: {eventLoopDelayP99Ms: 2, serverEventLoopDelayP99Ms: 3, stealPercent: 0},
    })
  })
  test('just within the limits', () => {
    expect(body({eventLoopDelayP99Ms: 50, stealPercent: 10})).toMatchObject({verdict: 'valid'})
  })
  test('a system that does not tell of stolen time', () => {
    expect(body({stealPercent: null})).toMatchObject({verdict: 'valid'})
  })
  test('an answer that has begun without a word yet', () => {
    expect(body({}, commits(10, 'm1'), delivers(11, 'B', ['m1', 'm2']))).toMatchObject({verdict: 'valid'})
  })
  test.each([
    [{eventLoopDelayP99Ms: 80}, "the runner's event loop was late: 80.0 ms, at most 50"],
    [{serverEventLoopDelayP99Ms: 51}, "the server's event loop was late: 51.0 ms, at most 50"],
    [{stealPercent: 30}, 'the processor was taken away: 30.0 %, at most 10'],
  ])('%o', (about, note) => {
    expect(body(about)).toMatchObject({because: [{rule: 'P3', lines: [2], note}]})
  })
  test('a tab that was handed more than was ever written', () => {
    expect(body({}, commits(10, 'm1'), delivers(11, 'B', ['m1', 'x', 'y', 'z']))).toMatchObject({
      because: [{tab: 'B', note: 'was handed 3 messages that were never written'}],
    })
  })
  test('nobody looked', () => {
    expect(healthy(historyOf([]))).toMatchObject({verdict: 'unknown'})
  })
})

const ended = (what: string, outcome: 'ok' | 'not-met' | 'failed') =>
  stepsDone(historyOf([step(1, 0, what, 'began'), step(2, 0, what, 'ended', {outcome})]))

describe('[P4] the scenario was played to its end', () => {
  test.each([
    ['send', 'ok'],
    ['watch', 'ok'],
    ['watch', 'not-met'],
    ['commit', 'not-met'],
  ] as const)('%s %s is valid', (what, outcome) => {
    expect(ended(what, outcome)).toMatchObject({verdict: 'valid'})
  })
  test.each([
    ['send', 'failed'],
    ['hold', 'not-met'],
    ['watch', 'failed'],
  ] as const)('%s %s is invalid', (what, outcome) => {
    expect(ended(what, outcome)).toMatchObject({because: [{rule: 'P4', tab: 'B', lines: [3]}]})
  })
  test('the cell says that it failed', () => {
    expect(stepsDone(historyOf([], {footer: {failure: 'the tab is dead'}}))).toEqual({
      verdict: 'invalid',
      because: [{rule: 'P4', tab: '', lines: [2], note: 'the tab is dead'}],
      details: {steps: 0},
    })
  })
})
