import {describe, expect, test} from 'vitest'
import {
  beacon,
  commits,
  delivers,
  health,
  historyOf,
  holds,
  lifecycle,
  opens,
  rivalSees,
  says,
  sends,
  shows,
  windowCloses,
  windowOpens,
} from '../history/history-builder.ts'
import type {Around, Told} from '../history/history-builder.ts'
import type {Prediction} from '../scenario/experiment.ts'
import {exitCode} from './exit-code.ts'
import {judge} from './judge.ts'

const sound = [
  opens(10, 'A'),
  opens(20, 'B'),
  lifecycle(11, 'A', 'loaded', 'visible'),
  lifecycle(21, 'B', 'loaded', 'hidden'),
  holds(30, 'A', 'visible'),
  holds(31, 'B', 'hidden'),
  windowOpens(100),
  sends(105, 'A', 'm1'),
  commits(110, 'm1', {parentId: 'root'}),
  windowCloses(200),
  health(210),
]
const cell = (told: readonly Told[] = [], around: Around = {}) => historyOf([...sound, ...told], around)
const predict = (main: Prediction['main']): Prediction => ({
  main,
  return: null,
  refresh: null,
  because: 'so it is',
})

describe('outcome', () => {
  test('nothing was predicted and nothing is shown', () => {
    expect(judge(cell(), predict('nothing'))).toMatchObject({
      validity: 'valid',
      whyNot: [],
      observed: {main: 'nothing', return: null, refresh: null},
      outcome: 'as predicted',
      findings: {lost: {verdict: 'invalid'}},
    })
  })

  test('either is what it says', () => {
    expect(judge(cell(), predict('either')).outcome).toBe('as predicted')
    expect(judge(cell([shows(115, 'B', 'm1')]), predict('either')).outcome).toBe('as predicted')
  })

  test('less than predicted is a surprise for the worse, more than predicted is not', () => {
    expect(judge(cell(), predict('shows'))).toMatchObject({
      outcome: 'SURPRISE',
      surprises: ['within the window: predicted everything, seen nothing'],
      isUnpredictedViolation: true,
    })
    expect(judge(cell([shows(115, 'B', 'm1')]), predict('nothing'))).toMatchObject({
      outcome: 'SURPRISE',
      isUnpredictedViolation: false,
    })
  })

  test('a part is neither everything nothing', () => {
    const told = [commits(120, 'm2', {parentId: 'm1'}), shows(115, 'B', 'm1')]
    expect(judge(cell(told), predict('nothing'))).toMatchObject({
      observed: {main: 'partly'},
      outcome: 'SURPRISE',
    })
  })

  test('a doubled message is never predicted', () => {
    expect(judge(cell([shows(115, 'B', 'm1', 'm1')]), predict('shows'))).toMatchObject({
      outcome: 'SURPRISE',
      surprises: ['K3 B: m1 is there twice (line 13)'],
    })
  })

  test('[SG24] a message that nobody wrote is a surprise whatever was predicted, and told with its lines', () => {
    expect(judge(cell([shows(115, 'B', 'x1')]), null)).toMatchObject({
      validity: 'valid',
      outcome: 'SURPRISE',
      surprises: ['SG7 B: x1 is shown and was never written (line 13)'],
      brokenPromises: ['noPhantom'],
      isUnpredictedViolation: true,
    })
  })

  test('[SG24] what a stale tab breaks between tabs is counted, and is no surprise', () => {
    const told = [
      shows(112, 'A', 'm1'),
      says(120, 'B', {kind: 'acted', act: 'sent', messageId: 'm2', parentId: 'root'}),
      commits(130, 'm2', {parentId: 'root'}),
    ]
    const judged = judge(cell(told), predict('nothing'))
    expect(judged.guarantees?.broken).toContain('noSilentFork')
    expect(judged).toMatchObject({brokenPromises: [], surprises: []})
  })

  test('[SG24] what a finding says already is not said again', () => {
    const judged = judge(cell([shows(115, 'B', 'm1', 'm1')]), predict('shows'))
    expect(judged.brokenPromises).toEqual(['noDuplicate'])
    expect(judged.surprises).toHaveLength(1)
  })

  test('without a prediction there is none to meet', () => {
    expect(judge(cell(), null).outcome).toBe('no prediction')
  })
})

describe('validity', () => {
  test('a state that was not proved makes the cell invalid', () => {
    const judged = judge(cell([lifecycle(150, 'B', 'visibilitychange', 'visible')]), predict('nothing'))
    expect(judged).toMatchObject({
      validity: 'invalid',
      whyNot: [expect.stringContaining('P1 B: held hidden')],
    })
  })

  test('a cell whose health nobody looked at is unknown', () => {
    const judged = judge(historyOf(sound.slice(0, -1)), predict('nothing'))
    expect(judged).toMatchObject({validity: 'unknown', whyNot: [expect.stringContaining('healthy: nobody')]})
  })

  test('a cell in which nothing was committed is unknown', () => {
    const judged = judge(historyOf(sound.filter((event) => event.at !== 110)), predict('nothing'))
    expect(judged).toMatchObject({validity: 'unknown', observed: {main: null}})
  })

  test('a checker that throws is unknown, and the others still speak', () => {
    const broken = cell([{kind: 'witness', at: 120, tab: 'B', event: {kind: 'shown', at: 1} as never}])
    const judged = judge(broken, predict('nothing'))
    expect(judged.findings.duplicated).toMatchObject({
      verdict: 'unknown',
      why: expect.stringContaining('failed'),
    })
    expect(judged.findings.healthy).toMatchObject({verdict: 'valid'})
    expect(judged.validity).toBe('unknown')
  })

  test('[SG24] a history that contradicts itself is in doubt, once, with the line', () => {
    const judged = judge(cell([commits(1, 'm9', {parentId: 'root'})]), predict('nothing'))
    expect(judged).toMatchObject({
      validity: 'unknown',
      whyNot: ['guarantees: line 13: a commit of the ledger is older than the one before it'],
    })
    expect(judged.guarantees?.refused).toMatchObject({line: 13})
  })

  test('[SG24] where nothing was committed there is nothing to be consistent about', () => {
    const judged = judge(historyOf(sound.filter((event) => event.at !== 110)), null)
    expect(judged).toMatchObject({validity: 'valid', guarantees: null})
  })

  test('the fixed cost is what the scenario did not ask to wait', () => {
    expect(judge(cell([], {footer: {wallMs: 900, waitedMs: 700}}), null).fixedCostMs).toBe(200)
  })
})

describe('samples', () => {
  test('each carries its cell', () => {
    expect(judge(cell([shows(115, 'B', 'm1')]), null).samples).toContainEqual({
      cellId: 'c0ffee000000',
      measure: 'staleness',
      tab: 'B',
      valueMs: 5,
      censored: false,
      about: {message: 'm1', role: 'user', state: 'hidden'},
    })
  })

  test('the witness and its rival are held against what the page knows', () => {
    const told = [
      beacon(120, 'B', 'b1', 'true'),
      beacon(120.25, 'B', 'b1', 'shown'),
      rivalSees(180, 'B', 'b1'),
      beacon(130, 'B', 'never-true', 'shown'),
    ]
    const {samples} = judge(cell(told), null)
    expect(samples.filter(({measure}) => measure === 'witness-error')).toMatchObject([{valueMs: 0.25}])
    expect(samples.filter(({measure}) => measure === 'rival-error')).toMatchObject([{valueMs: 60}])
  })

  test('a calibration cell says how much delay its channel had', () => {
    const around = {cell: {experiment: 'calibration', conditions: {channelDelayMs: 50}}}
    const {samples} = judge(cell([shows(161, 'B', 'm1')], around), null)
    expect(samples.filter(({measure}) => measure === 'injected-delay')).toMatchObject([
      {valueMs: 51, about: {injectedMs: 50}},
    ])
    expect(samples.filter(({measure}) => measure === 'clock-error')).toHaveLength(2)
  })
})

describe('exit code', () => {
  const good = judge(cell(), predict('nothing'))
  const worse = judge(cell(), predict('shows'))
  const better = judge(cell([shows(115, 'B', 'm1')]), predict('nothing'))
  const invalid = judge(cell([], {footer: {failure: 'crashed'}}), predict('nothing'))

  test.each([
    [[], 0],
    [[good], 0],
    [[good, better], 0],
    [[good, worse], 1],
    [[good, invalid], 2],
    [[worse, invalid], 1],
  ] as const)('cells %# end with %i', (cells, code) => {
    expect(exitCode(cells)).toBe(code)
  })

  test('a surprise in a cell that cannot be believed is no surprise', () => {
    expect(exitCode([judge(cell([], {footer: {failure: 'crashed'}}), predict('shows'))])).toBe(2)
  })

  test('the delivered hazard alone is a finding, not a failure', () => {
    const hazard = judge(cell([delivers(111, 'B', ['m1'])]), predict('nothing'))
    expect(hazard.findings.deliveredAgainstShown.verdict).toBe('invalid')
    expect(exitCode([hazard])).toBe(0)
  })
})
