import {describe, expect, test} from 'vitest'
import {
  commits,
  fault,
  health,
  historyOf,
  holds,
  lifecycle,
  opens,
  reads,
  says,
  shows,
  step,
  ticks,
  type Told,
} from '../history/history-builder.ts'
import type {Fault} from '../history/fault.ts'
import type {TabState} from '../history/history-event.ts'
import type {Prediction, RecoveryPrediction} from '../scenario/experiment.ts'
import {faultsBit} from './faults-bit.ts'
import {judge} from './judge.ts'
import {asks, connection, frame, heals, isWithServer, strikes} from './test-recovery.ts'
import {tabStateProved} from './tab-state-proved.ts'

const predict = (recovery: Partial<RecoveryPrediction>): Prediction => ({
  main: 'either',
  return: null,
  refresh: null,
  recovery: {lost: 'either', doubled: 'none', exact: 'either', ...recovery},
  because: 'so it is',
})

const sound = [
  ...frame(),
  ticks(620, 9_100, 'B', 170),
  health(9_050),
  commits(1_100, 'm1'),
  ...strikes(1_500, 3_000),
  heals(3_001),
  reads(9_010, 'B', 'final', 'm1'),
]
const judged = (recovery: Partial<RecoveryPrediction>, ...told: readonly Told[]) =>
  judge(historyOf([...sound, ...told]), predict(recovery))

describe('a cell with tabs that recover', () => {
  test('is valid and as predicted', () => {
    expect(judged({lost: 'none', exact: 'yes'})).toMatchObject({
      validity: 'valid',
      whyNot: [],
      outcome: 'as predicted',
      recoveries: [{tab: 'B', lost: 0, exact: true}],
    })
  })

  test('[K11] a loss that was not predicted is a surprise that cites its lines', () => {
    const {surprises, isUnpredictedViolation, findings} = judged({lost: 'none'}, commits(2_000, 'm2'))
    expect(surprises).toEqual([expect.stringMatching(/^messages lost: predicted none, seen 1 \(line \d+\)$/)])
    expect(isUnpredictedViolation).toBe(true)
    expect(findings.recovered.verdict).toBe('invalid')
  })

  test('a loss that was predicted and is none is a surprise for the better', () => {
    expect(judged({lost: 'some'})).toMatchObject({
      surprises: ['messages lost: predicted some, seen none'],
      isUnpredictedViolation: false,
    })
  })

  test('[K12] texts that are not exact, and predicted so', () => {
    const other = commits(2_000, 'm2')
    expect(judged({exact: 'no'}, other).outcome).toBe('as predicted')
    expect(judged({exact: 'yes'}, other).isUnpredictedViolation).toBe(true)
  })

  test('[K14] what is sent twice is never predicted', () => {
    const {surprises, isUnpredictedViolation} = judged({}, asks(2_000, 'send'))
    expect(surprises).toEqual([expect.stringMatching(/^K14 B: 1 POSTs too many reached the server/)])
    expect(isUnpredictedViolation).toBe(true)
  })

  test('[K16] false alarms that were not predicted', () => {
    const told = [
      connection(700, 'open'),
      isWithServer(701, 'connected'),
      connection(6_000, 'connecting', {why: 'probe'}),
    ]
    expect(judged({falseAlarms: 'none'}, ...told).isUnpredictedViolation).toBe(true)
    expect(judged({falseAlarms: 'some'}, ...told).outcome).toBe('as predicted')
  })

  test('its times are samples', () => {
    const {samples} = judged({}, shows(3_500, 'B', 'm1'))
    expect(samples.filter(({measure}) => measure === 'time-to-fresh')).toEqual([
      {
        cellId: 'c0ffee000000',
        measure: 'time-to-fresh',
        tab: 'B',
        valueMs: 499,
        censored: false,
        about: {from: 'heal', state: 'visible'},
      },
    ])
  })

  test('without a tab that was read afterwards it says nothing', () => {
    const told = sound.filter((event) => !(event.kind === 'witness' && event.event.kind === 'reading'))
    expect(judge(historyOf(told), predict({}))).toMatchObject({
      validity: 'unknown',
      whyNot: ['no tab was read after it had time to recover'],
    })
  })
})

describe('[P6] every fault bit', () => {
  const began = (what: Fault): Told =>
    fault(1_500, {kind: 'fault-began', faultId: 1, fault: what, target: {owner: '*', on: 'everything'}})

  test('one that did not proves nothing', () => {
    expect(faultsBit(historyOf(strikes(1_500, 3_000)))).toMatchObject({
      verdict: 'valid',
      details: {faults: 1},
    })
    expect(faultsBit(historyOf([began({name: 'rst'})]))).toEqual({
      verdict: 'invalid',
      because: [{rule: 'P6', tab: '', lines: [2], note: 'the fault rst did not bite'}],
      details: {faults: 1},
    })
  })

  test('what is none of the network is believed when it was carried out', () => {
    const killed = fault(1_600, {
      kind: 'fault-carried-out',
      faultId: 1,
      what: 'server-ended',
      whom: 'SIGKILL',
    })
    expect(faultsBit(historyOf([began({name: 'kill'}), killed])).verdict).toBe('valid')
    expect(faultsBit(historyOf([began({name: 'kill'})])).verdict).toBe('invalid')
  })
})

describe('[P1] tabs without their page', () => {
  const held = (state: TabState, back: Told = lifecycle(5_005, 'B', 'loaded', 'visible')) => [
    opens(600, 'B'),
    step(990, 3, 'hold', 'began'),
    holds(1_000, 'B', state),
    step(1_010, 3, 'hold', 'ended'),
    step(5_000, 4, 'return', 'began'),
    holds(5_010, 'B', 'visible'),
    back,
    ticks(5_020, 9_000, 'B', 80),
  ]
  const shownAgain = (persisted: boolean): Told =>
    says(5_005, 'B', {kind: 'lifecycle', event: 'pageshow', visibility: 'visible', focused: true, persisted})

  test('nothing may be heard of one that was discarded or crashed', () => {
    for (const state of ['discarded', 'crashed'] as const) {
      expect(tabStateProved(historyOf(held(state))).verdict).toBe('valid')
      expect(tabStateProved(historyOf([...held(state), shows(2_000, 'B', 'm1')])).verdict).toBe('invalid')
    }
  })

  test('one in the bfcache is silent, and is shown again as one that was kept', () => {
    expect(tabStateProved(historyOf(held('bfcache', shownAgain(true)))).verdict).toBe('valid')
    expect(tabStateProved(historyOf(held('bfcache', shownAgain(false)))).verdict).toBe('invalid')
    const ticking = [...held('bfcache', shownAgain(true)), ticks(2_000, 3_000, 'B', 20)]
    expect(tabStateProved(historyOf(ticking)).verdict).toBe('invalid')
  })

  test('one in the bfcache that was loaded anew, or that nobody came back to, is not proved', () => {
    expect(tabStateProved(historyOf(held('bfcache'))).verdict).toBe('invalid')
    expect(tabStateProved(historyOf(held('bfcache').slice(0, 4))).verdict).toBe('unknown')
  })
})
