import {expect, test} from 'vitest'
import type {MessageStatus, ShownMessage} from '../sync/chat-session.ts'
import {announcement} from './announcement.ts'

const asked: ShownMessage = {id: 'u1', role: 'user', text: 'Why?', status: 'complete', parentId: null}
const shown = (status: MessageStatus | null, text = 'Because.') => ({
  conversationId: 'c1',
  messages:
    status === null ? [asked] : [asked, {...asked, id: 'a1', role: 'assistant' as const, text, status}],
})

test('a finished answer is announced with its text', () => {
  expect(announcement(shown('streaming'), shown('complete'))).toBe('Answer: Because.')
  expect(announcement(shown(null), shown('complete'))).toBe('Answer: Because.')
})

test('tokens are not announced, nor the same answer again', () => {
  expect(announcement(shown('streaming', 'Be'), shown('streaming', 'Because'))).toBe(null)
  expect(announcement(shown('complete'), shown('complete'))).toBe(null)
})

test('an answer that was cut is never announced as complete', () => {
  expect(announcement(shown('streaming'), shown('failed'))).toBe(
    'The answer was cut off and is not complete.',
  )
  expect(announcement(shown('streaming'), shown('stopped'))).toBe(
    'The answer was stopped and is not complete.',
  )
})

test('opening a conversation announces nothing', () => {
  expect(announcement({conversationId: 'c1', messages: []}, shown('complete'))).toBe(null)
  expect(announcement({...shown('complete'), conversationId: 'c0'}, shown('failed'))).toBe(null)
})
