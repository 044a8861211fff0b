import {describe, expect, test} from 'vitest'
import {
  commits,
  historyOf,
  holds,
  lifecycle,
  opens,
  reads,
  says,
  shows,
  step,
} from '../history/history-builder.ts'
import {recoveriesOf} from './recovery.ts'
import {connection, frame, heals, isWithServer, recoveryCell, recoveryOf, strikes} from './test-recovery.ts'

const READ = reads(9_010, 'B', 'final', 'm1')
const BOTH = reads(9_010, 'B', 'final', 'm1', 'm2')

describe('who has to recover', () => {
  test('[K11] nobody where the scenario gives no time to', () => {
    expect(recoveriesOf(historyOf([opens(600, 'B'), commits(1_100, 'm1'), READ]))).toEqual([])
  })

  test('[K11] every tab that is read afterwards, and no other', () => {
    const told = [...frame('B'), opens(605, 'C'), READ]
    expect(recoveriesOf(historyOf(told)).map(({tab}) => tab)).toEqual(['B'])
  })

  test('[K11] since the fault healed, or it came back, whichever was later', () => {
    const struck = strikes(1_500, 3_000)
    const back = step(4_000, 6, 'return', 'began')
    expect(recoveryOf([...struck, READ])).toMatchObject({from: 'heal', state: 'visible'})
    expect(recoveryOf([...struck, holds(1_200, 'B', 'frozen'), back, READ])).toMatchObject({
      from: 'return',
      state: 'frozen',
    })
    expect(recoveryOf([step(1_700, 3, 'hold', 'began', {tab: 'A'}), READ])).toMatchObject({from: 'loss'})
  })
})

describe('messages', () => {
  const written = [commits(1_100, 'm1'), commits(1_600, 'm2', {parentId: 'm1'})]
  const struck = [...strikes(1_500, 3_000), heals(3_001)]

  test('[K11] what is not there whole at the deadline is lost', () => {
    const told = [...written, ...struck, shows(1_110, 'B', 'm1', ['m2', 9])]
    expect(recoveryOf([...told, READ])).toMatchObject({
      expected: 2,
      lost: 1,
      fresh: {valueMs: 6_009, censored: true},
    })
    expect(recoveryOf([...told, shows(4_000, 'B', 'm1', 'm2'), BOTH])).toMatchObject({
      lost: 0,
      fresh: {valueMs: 999, censored: false},
    })
  })

  test('[K11] fresh is showing what was committed before the heal, however late the fault was over', () => {
    const later = commits(3_500, 'm3', {parentId: 'm2'})
    const told = [...written, later, ...struck, shows(1_110, 'B', 'm1'), shows(3_400, 'B', 'm1', 'm2'), BOTH]
    expect(recoveryOf(told).fresh).toEqual({valueMs: 399, censored: false})
    expect(recoveryOf(told).lost).toBe(1)
  })

  test('[K11] an answer that was under way counts from its commit', () => {
    const told = [
      commits(1_100, 'm1', {parentId: 'root'}),
      commits(5_000, 'a1', {parentId: 'm1', role: 'assistant'}),
      ...struck,
      shows(1_110, 'B', 'm1'),
      shows(5_200, 'B', 'm1', 'a1'),
      reads(9_010, 'B', 'final', 'm1', 'a1'),
    ]
    expect(recoveryOf(told).fresh).toEqual({valueMs: 200, censored: false})
  })

  test('[K11] an answer of which more was shown than was kept is fresh when the rest is gone', () => {
    const told = [
      commits(1_100, 'm1', {parentId: 'root'}),
      commits(3_000, 'a1', {parentId: 'm1', role: 'assistant', chars: 4}),
      ...struck,
      shows(1_400, 'B', 'm1', ['a1', 4]),
      shows(1_450, 'B', 'm1', ['a1', 9]),
      shows(3_900, 'B', 'm1', ['a1', 4]),
      says(9_010, 'B', {
        kind: 'reading',
        label: 'final',
        conversationId: 'conversation',
        connection: 'connected',
        view: [
          {id: 'm1', chars: 10, status: 'complete', textHash: '#m1'},
          {id: 'a1', chars: 4, status: 'failed', textHash: '#a1'},
        ],
      }),
    ]
    expect(recoveryOf(told)).toMatchObject({lost: 0, fresh: {valueMs: 899, censored: false}})
  })

  test('[K11] what an earlier page showed is gone with it', () => {
    const reload = [
      step(4_000, 6, 'refresh', 'began'),
      opens(4_100, 'B', {navigationStartMs: 4_010}),
      holds(4_110, 'B', 'visible'),
    ]
    const told = [...written, shows(1_110, 'B', 'm1', 'm2'), ...reload, READ]
    expect(recoveryOf([...told, shows(4_200, 'B', 'm1')])).toMatchObject({from: 'refresh', lost: 1})
  })

  test('[K3] [K4] doubled and out of order', () => {
    const told = [...written, ...struck, shows(3_100, 'B', 'm2', 'm1', 'm1'), READ]
    expect(recoveryOf(told)).toMatchObject({doubled: 1, reordered: 1})
  })
})

describe('the connection', () => {
  const open = [connection(700, 'open'), isWithServer(702, 'connected')]
  const struck = [...strikes(1_500, 3_000), heals(3_001)]

  test('[K16] when the page noticed, when it was back, and how often it tried', () => {
    const told = [
      ...open,
      ...struck,
      connection(2_505, 'waiting', {why: 'closed'}),
      connection(2_800, 'connecting'),
      connection(2_900, 'waiting'),
      connection(3_300, 'connecting'),
      connection(3_350, 'open'),
      connection(3_400, 'following'),
      READ,
    ]
    expect(recoveryOf(told)).toMatchObject({
      detect: {valueMs: 1_000, censored: false},
      reconnect: {valueMs: 400, censored: false},
      attempts: 2,
      falseAlarms: 0,
    })
  })

  test('a link that outlasts the fault has nothing to say', () => {
    expect(recoveryOf([...open, ...struck, READ])).toMatchObject({detect: null, reconnect: null, attempts: 0})
  })

  test('a page that never came back is censored', () => {
    const told = [...open, ...struck, connection(1_600, 'waiting', {why: 'closed'}), READ]
    expect(recoveryOf(told).reconnect).toEqual({valueMs: 6_010, censored: true})
  })

  test('a fault that strikes once counts from the strike, however late the scenario heals', () => {
    const once = [...strikes(1_500, 1_500, {name: 'rst'}), heals(2_500)]
    const told = [...open, ...once, connection(1_510, 'waiting'), connection(2_600, 'open'), READ]
    expect(recoveryOf(told).reconnect).toEqual({valueMs: 1_100, censored: false})
  })

  test('a page that was loaded anew has nothing to notice', () => {
    const told = [
      ...open,
      step(4_000, 6, 'reopen', 'began'),
      opens(4_100, 'B', {navigationStartMs: 4_010}),
      connection(4_050, 'connecting'),
      connection(4_070, 'open'),
      READ,
    ]
    expect(recoveryOf(told)).toMatchObject({
      detect: null,
      reconnect: {valueMs: 70, censored: false},
      attempts: 1,
    })
  })

  test('[K16] a sound connection that the page closed is a false alarm', () => {
    const alarm = connection(2_500, 'connecting', {why: 'watchdog'})
    const slow = strikes(1_500, 3_000, {name: 'latency', ms: 600})
    expect(recoveryOf([...open, ...slow, alarm, READ])).toMatchObject({falseAlarms: 1})
    expect(recoveryOf([...open, ...struck, alarm, READ])).toMatchObject({falseAlarms: 0})
    expect(recoveryOf([...open, ...slow, isWithServer(2_000, 'disconnected'), alarm, READ])).toMatchObject({
      falseAlarms: 0,
    })
    const thawed = [lifecycle(1_700, 'B', 'freeze', 'hidden'), alarm]
    expect(recoveryOf([...open, ...slow, ...thawed, READ])).toMatchObject({falseAlarms: 0})
  })
})

test('what is claimed cites its lines', () => {
  const told = [commits(1_100, 'm2'), ...strikes(1_500, 3_000), READ]
  const history = recoveryCell(told)
  const line = history.events.find(({kind}) => kind === 'ledger')?.line
  expect(recoveriesOf(history)[0]?.evidence.lost).toEqual([line])
})
