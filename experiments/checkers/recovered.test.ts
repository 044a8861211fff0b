import {describe, expect, test} from 'vitest'
import {
  appends,
  commits,
  delivers,
  holds,
  opens,
  reads,
  receives,
  says,
  sends,
  serverHas,
  shows,
  step,
  type Told,
} from '../history/history-builder.ts'
import {asks, books, isWithServer, recoveryOf} from './test-recovery.ts'

const READ = reads(9_010, 'B', 'final', 'm1')

describe('the text', () => {
  const answered = [
    commits(1_100, 'm1', {parentId: 'root'}),
    commits(1_900, 'a1', {parentId: 'm1', role: 'assistant'}),
  ]

  test('[K12] the last reading is held against what the server has', () => {
    expect(
      recoveryOf([...answered, reads(9_010, 'B', 'final', 'm1', 'a1'), serverHas(9_020, 'm1', 'a1')]).exact,
    ).toBe(true)
    expect(recoveryOf([...answered, READ, serverHas(9_020, 'm1', 'a1')]).exact).toBe(false)
    expect(recoveryOf([...answered, reads(9_010, 'B', 'final', 'm1', 'a1')]).exact).toBe(true)
    expect(recoveryOf([...answered, READ]).exact).toBe(false)
  })

  test('[K12] what the server never had may stand there, called failed', () => {
    const reading = (status: string) =>
      says(9_010, 'B', {
        kind: 'reading',
        label: 'final',
        conversationId: 'conversation',
        connection: 'connected',
        view: [
          {id: 'm1', chars: 10, status: 'complete', textHash: '#m1'},
          {id: 'x', chars: 4, status, textHash: '#x'},
        ],
      })
    const told = [commits(1_100, 'm1'), serverHas(9_020, 'm1')]
    expect(recoveryOf([...told, reading('failed')]).exact).toBe(true)
    expect(recoveryOf([...told, reading('complete')])).toMatchObject({exact: false, saidComplete: 1})
  })

  test('[K13] a cut answer that is called complete is told, one that is not is none', () => {
    const cut = (status: string) => says(1_700, 'B', {kind: 'shown', view: [{id: 'a1', chars: 4, status}]})
    const told = [...answered, appends(1_500, 'a1', 4), READ]
    expect(recoveryOf([...told, cut('streaming')]).saidComplete).toBe(0)
    expect(recoveryOf([...told, cut('failed')]).saidComplete).toBe(0)
    expect(recoveryOf([...told, cut('complete')]).saidComplete).toBe(1)
  })

  test('[K13] so is one that the server knows to be broken', () => {
    const view = {id: 'a1', chars: 10, textHash: '#a1', status: 'failed'}
    const server: Told = {kind: 'server-view', at: 9_020, conversationId: 'conversation', view: [view]}
    expect(recoveryOf([...answered, server, shows(2_000, 'B', 'a1'), READ]).saidComplete).toBe(1)
  })
})

describe('what it cost', () => {
  test('polls, readings and what was rejoined, since the cell began to count', () => {
    const told = [asks(700, 'read'), asks(1_500, 'status'), asks(1_600, 'status'), asks(2_000, 'read')]
    expect(recoveryOf([...told, asks(2_100, 'resume'), asks(2_200, 'events'), READ])).toMatchObject({
      polls: 2,
      reads: 1,
      resumes: 2,
    })
  })

  test('a reading brings again what the one before it had', () => {
    const told = [
      asks(700, 'read', {bytes: 400}),
      asks(2_000, 'read', {bytes: 0, status: 503}),
      asks(3_000, 'read', {bytes: 500}),
    ]
    expect(recoveryOf([...told, READ]).bytesAgain).toBe(400)
  })

  test('an answer that is rejoined by a new page comes from its beginning', () => {
    const told = [
      receives(1_500, 'B', ['a1'], 'answer-stream'),
      opens(4_100, 'B', {navigationStartMs: 4_010}),
      asks(4_300, 'resume', {bytes: 700}),
    ]
    expect(recoveryOf([...told, READ]).bytesAgain).toBe(100)
    expect(recoveryOf([...told.slice(0, 1), asks(4_300, 'resume', {bytes: 700}), READ]).bytesAgain).toBe(0)
  })

  test('[K14] more POSTs than messages', () => {
    const once = [sends(1_100, 'B', 'm1'), asks(1_200, 'send')]
    expect(recoveryOf([...once, READ]).sentTwice).toBe(0)
    expect(recoveryOf([...once, asks(1_500, 'send', {status: 503}), READ]).sentTwice).toBe(0)
    expect(recoveryOf([...once, asks(1_500, 'send', {status: 409}), READ]).sentTwice).toBe(1)
  })
})

describe('[K15] a draft', () => {
  const typed = [
    says(1_200, 'B', {kind: 'draft', chars: 5, textHash: '#d'}),
    step(1_210, 3, 'type', 'ended'),
    opens(4_100, 'B', {navigationStartMs: 4_010}),
  ]
  const after = (chars: number, textHash: string) => says(4_200, 'B', {kind: 'draft', chars, textHash})

  test('is kept when the page says so after its load', () => {
    expect(recoveryOf([...typed, after(5, '#d'), READ]).draft).toBe('kept')
    expect(recoveryOf([...typed, after(0, '#'), READ]).draft).toBe('lost')
    expect(recoveryOf([...typed, READ]).draft).toBe('lost')
    expect(recoveryOf([...typed.slice(0, 2), READ]).draft).toBe('kept')
    expect(recoveryOf([READ]).draft).toBe(null)
  })
})

describe('[K17] a frozen tab', () => {
  const frozen = [
    step(1_190, 3, 'hold', 'began'),
    holds(1_200, 'B', 'frozen'),
    step(1_210, 3, 'hold', 'ended'),
    delivers(1_500, 'B', ['m1']),
    books(2_000, {kind: 'ponged', userId: 'u', tab: 'B'}),
    books(3_000, {kind: 'ponged', userId: 'u', tab: 'B'}),
    step(6_000, 6, 'return', 'began'),
    holds(6_010, 'B', 'visible'),
  ]
  const found = books(4_500, {
    kind: 'found-stale',
    userId: 'u',
    tab: 'B',
    topic: 'conversation',
    behind: 1,
    forMs: 3_000,
  })

  test('is found by its position, while its browser answers every ping', () => {
    const told = [...frozen, found, isWithServer(4_501, 'disconnected', 4_005), READ]
    expect(recoveryOf(told).stale).toEqual({byPositionMs: 3_000, byPingMs: null, pongs: 2, watchedMs: 3_000})
  })

  test('is found by nobody until it comes back', () => {
    expect(recoveryOf([...frozen, READ]).stale).toEqual({
      byPositionMs: null,
      byPingMs: null,
      pongs: 2,
      watchedMs: 4_500,
    })
  })

  test('would be found by its pongs, if they ended', () => {
    const told = [...frozen, isWithServer(5_000, 'disconnected'), READ]
    expect(recoveryOf(told).stale).toMatchObject({byPositionMs: null, byPingMs: 3_500})
  })

  test('that was handed nothing cannot be found', () => {
    expect(recoveryOf([...frozen.toSpliced(3, 1), READ]).stale).toBe(null)
  })
})
