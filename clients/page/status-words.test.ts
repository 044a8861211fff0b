import {expect, test} from 'vitest'
import {statusInWords} from './status-words.ts'

test('a complete message needs no words', () => {
  expect(statusInWords({role: 'assistant', status: 'complete', text: 'Yes.'})).toBe(null)
})

test.each([
  ['assistant', 'failed', 'Ye', 'Cut off: this answer is not complete.'],
  ['assistant', 'failed', '', 'No answer came.'],
  ['assistant', 'stopped', 'Ye', 'Stopped: this answer is not complete.'],
  ['assistant', 'stopped', '', 'Stopped before the first word.'],
  ['user', 'failed', 'Why?', 'Not sent. Edit it to try again.'],
  ['user', 'sending', 'Why?', 'Sending…'],
] as const)('%s %s "%s" is said in words', (role, status, text, words) => {
  expect(statusInWords({role, status, text})).toBe(words)
})

test('an answer on its way says so until its first word, then its text speaks', () => {
  expect(statusInWords({role: 'assistant', status: 'streaming', text: ''})).toBe(
    'Waiting for the first word…',
  )
  expect(statusInWords({role: 'assistant', status: 'streaming', text: 'Y'})).toBe(null)
})

test('[PG3] an answer on its way says that the rest is missing while the page is not connected', () => {
  const words = 'Not complete: the rest comes when this page is connected again.'
  expect(statusInWords({role: 'assistant', status: 'streaming', text: 'Y'}, true)).toBe(words)
  expect(statusInWords({role: 'assistant', status: 'complete', text: 'Y'}, true)).toBe(null)
})

test('[HB4] a message that could not be sent says what it waits for', () => {
  const words = 'Waiting for the network…'
  expect(statusInWords({role: 'user', status: 'sending', text: 'Why?', isHeld: true})).toBe(words)
})
