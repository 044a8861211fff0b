import {describe, expect, test} from 'vitest'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import {LiveView} from './live-view.ts'

const commit = (id: string, parentId: string | null, role: 'user' | 'assistant', chars = 4): LedgerEvent => ({
  kind: 'committed',
  at: 0,
  userId: 'u',
  conversationId: 'c',
  messageId: id,
  parentId,
  role,
  chars,
  textHash: '#',
})

function counting() {
  const live = new LiveView()
  live.startCounting()
  const show = (tab: string, ...lines: readonly (readonly [string, number, string?])[]) =>
    live.see(tab, {
      kind: 'shown',
      at: 0,
      view: lines.map(([id, chars, status = 'complete']) => ({id, chars, status})),
    })
  return {live, show}
}

describe('whole', () => {
  test('a tab that shows more than the server has is not, nor one that expects more', () => {
    const {live, show} = counting()
    live.learn(commit('m', null, 'assistant'))
    show('A', ['m', 5])
    expect(live.isWhole(['A'])).toBe(false)
    show('A', ['m', 4, 'streaming'])
    expect(live.isWhole(['A'])).toBe(false)
    show('A', ['m', 4, 'failed'])
    expect(live.isWhole(['A'])).toBe(true)
  })

  test('what stands on another branch than the newest message is not asked for', () => {
    const {live, show} = counting()
    live.learn(commit('root', null, 'user'))
    live.learn(commit('unheard', 'root', 'assistant'))
    live.learn(commit('sent', 'root', 'user'))
    show('A', ['root', 4], ['sent', 4])
    expect(live.isWhole(['A'])).toBe(true)
  })

  test('what was committed before the count began is not asked for', () => {
    const live = new LiveView()
    live.learn(commit('before', null, 'user'))
    live.startCounting()
    expect(live.isWhole(['A'])).toBe(true)
  })
})

describe('at rest', () => {
  test('a message that was sent and has not reached the server is on its way', () => {
    const {live} = counting()
    live.sends('A')
    expect(live.isAccepted).toBe(false)
    live.learn(commit('q', null, 'user'))
    expect([live.isAccepted, live.isAtRest]).toEqual([true, false])
    live.learn(commit('a', 'q', 'assistant'))
    expect(live.isAtRest).toBe(true)
  })

  test('whoever waits for an answer hears of it together with what it has to be', async () => {
    const {live, show} = counting()
    live.learn(commit('q', null, 'user'))
    show('A', ['q', 4], ['a', 9])
    const whole = live.until(() => live.isAtRest && live.isWhole(['A']), AbortSignal.timeout(20))
    live.learn(commit('a', 'q', 'assistant', 4))
    await expect(whole).rejects.toThrow()
  })

  test('a message that never arrives is still on its way when the next one has', () => {
    const {live} = counting()
    live.sends('A')
    live.sends('A')
    live.learn(commit('q', null, 'user'))
    expect(live.isAccepted).toBe(false)
  })
})

test('the answer of a tab is what stands behind the message that its person sent', () => {
  const {live, show} = counting()
  show('A', ['q0', 9], ['a0', 90])
  live.sends('A')
  expect(live.answerChars('A')).toBe(0)
  show('A', ['q0', 9], ['a0', 90], ['q', 5], ['a', 12, 'streaming'])
  expect(live.answerChars('A')).toBe(12)
})

test('a server that was killed has no sockets, and has told nobody', () => {
  const {live} = counting()
  live.learn({kind: 'connected', at: 0, userId: 'u', tab: 'A'})
  live.lostServer()
  expect(live.isConnected('A')).toBe(false)
})

describe('settled', () => {
  test('while an answer is owed or being written, nothing is', () => {
    const {live} = counting()
    live.learn(commit('m', null, 'user'))
    expect(live.isSettled).toBe(false)
    live.learn(commit('a', 'm', 'assistant'))
    expect(live.isSettled).toBe(true)
    // Another answer to the same message.
    live.learn({
      kind: 'turn-began',
      at: 0,
      userId: 'u',
      conversationId: 'c',
      messageId: 'b',
      model: 'scripted',
    })
    expect(live.isSettled).toBe(false)
    live.learn(commit('b', 'm', 'assistant'))
    expect(live.isSettled).toBe(true)
  })

  test('a tab that goes on showing an answer as being written keeps nobody waiting', () => {
    const {live, show} = counting()
    show('A', ['m', 4], ['a', 2, 'streaming'])
    expect([live.isWriting('A'), live.isSettled]).toEqual([true, true])
  })

  test('what never reached the server is not waited for', () => {
    const {live, show} = counting()
    live.sends('B')
    show('B', ['m', 4, 'sending'])
    expect(live.isSettled).toBe(true)
  })

  test('everything that is told is counted, whatever it is', () => {
    const {live, show} = counting()
    live.learn(commit('m', null, 'user'))
    show('A', ['m', 4])
    live.see('A', {kind: 'notice', at: 0, text: null})
    expect(live.heardCount).toBe(3)
  })
})
