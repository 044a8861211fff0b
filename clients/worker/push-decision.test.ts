import {describe, expect, test} from 'vitest'
import type {ClaudePush} from '#protocol/claude/push-data.ts'
import {decide, isChatAddress, tagOf, type PushFacts} from './push-decision.ts'

const completion: ClaudePush = {
  kind: 'completion',
  conversationId: 'c1',
  messageId: 'm1',
  title: 'T',
  body: 'B',
}
const approval: ClaudePush = {...completion, kind: 'approval', approvalId: 'a1'}
const hint: ClaudePush = {kind: 'hint', conversationId: 'c1', messageId: 'm1'}
const here = 'http://127.0.0.1:4000/chat/c1?as=ada'
const elsewhere = 'http://127.0.0.1:4000/chat/c12'
const nothing: PushFacts = {isSeen: false, lookedAt: []}

describe('what becomes of a push that no window hears', () => {
  test.each<[string, ClaudePush | null, Partial<PushFacts>, string]>([
    ['[CC33] a completion', completion, {}, 'show'],
    ['[CC31] one whose message was seen', completion, {isSeen: true}, 'seen'],
    [
      '[CC32] one whose conversation somebody looks at',
      completion,
      {lookedAt: [elsewhere, here]},
      'open-in-window',
    ],
    ['[CC32] one beside which another is looked at', completion, {lookedAt: [elsewhere]}, 'show'],
    ['[CC31] one that was seen and is looked at', completion, {isSeen: true, lookedAt: [here]}, 'seen'],
    ['[TG12] a tool that waits', approval, {}, 'show'],
    ['[TG12] one whose answer so far was seen', approval, {isSeen: true, lookedAt: [here]}, 'show'],
    ['[CC34] a hint', hint, {}, 'no-notice'],
    ['[CC34] a hint whose message was seen', hint, {isSeen: true}, 'no-notice'],
    ['[CL66] what nobody can read', null, {}, 'unreadable'],
  ])('%s: %4$s', (_, push, facts, expected) => {
    const decision = decide(push, {...nothing, ...facts})
    expect(decision.do === 'show' ? 'show' : decision.why).toBe(expected)
  })

  test('[CC33] is shown with the words of the push', () => {
    expect(decide(completion, nothing)).toEqual({
      do: 'show',
      of: 'completion',
      notice: {conversationId: 'c1', messageId: 'm1', title: 'T', body: 'B'},
    })
    expect(tagOf('c1')).toBe('completion-c1')
    expect(tagOf('c1', 'approval')).toBe('approval-c1')
  })
})

test.each([
  [here, true],
  ['http://127.0.0.1:4000/chat/c1/', true],
  [elsewhere, false],
  ['http://127.0.0.1:4000/?x=/chat/c1', false],
  ['about:blank', false],
  ['', false],
])('[CC32] %j is the address of c1: %s', (url, expected) => {
  expect(isChatAddress(url, 'c1')).toBe(expected)
})
