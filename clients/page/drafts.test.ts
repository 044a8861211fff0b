import {expect, test} from 'vitest'
import type {ChatView, MessageStatus, ShownMessage} from '../sync/chat-session.ts'
import {openDrafts} from './drafts.ts'

function storage() {
  const kept = new Map<string, string>()
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  }
}
const said = (text: string, status: MessageStatus = 'complete', id = text): ShownMessage => {
  return {id, role: 'user', text, status, parentId: null}
}
const view = (
  conversationId: string | null,
  messages: readonly ShownMessage[] = [],
  phase: ChatView['phase'] = 'ready',
) => ({conversationId, messages, phase})

test('[PG1] a draft is its conversation’s and its person’s, and outlives the page', () => {
  const kept = storage()
  openDrafts(kept, 'ada').written('c1', 'half a thought')
  const reloaded = openDrafts(kept, 'ada')
  expect([reloaded.of('c1'), reloaded.of('c2'), reloaded.of(null)]).toEqual(['half a thought', '', ''])
  expect(openDrafts(kept, 'bob').of('c1')).toBe('')
})

test('[PG1] the draft of a new chat goes with it when it gets its id, and with no other', () => {
  const drafts = openDrafts(storage(), 'ada')
  drafts.sent(null, 'first')
  drafts.showing(view(null, [said('first', 'sending')]))
  drafts.written(null, 'second')
  drafts.showing(view('c1', [said('first')]))
  expect([drafts.of('c1'), drafts.of(null)]).toEqual(['second', ''])

  drafts.showing(view(null))
  drafts.written(null, 'third')
  drafts.showing(view('c2', [said('other')]))
  expect([drafts.of('c2'), drafts.of(null)]).toEqual(['', 'third'])
})

test('[PG2] what was sent and never arrived stands in the composer after a reload', () => {
  const kept = storage()
  const drafts = openDrafts(kept, 'ada')
  drafts.showing(view('c1'))
  drafts.sent('c1', 'lost')
  drafts.showing(view('c1', [said('lost', 'sending')]))
  drafts.showing(view('c1', [said('lost', 'failed')]))
  expect(drafts.of('c1')).toBe('')

  const reloaded = openDrafts(kept, 'ada')
  reloaded.showing(view('c1', [], 'loading'))
  expect(reloaded.of('c1')).toBe('')
  reloaded.showing(view('c1', [said('earlier')]))
  expect(reloaded.of('c1')).toBe('lost')
})

test('[PG2] what arrived does not come back, nor does it push another draft aside', () => {
  const kept = storage()
  const drafts = openDrafts(kept, 'ada')
  drafts.showing(view('c1'))
  drafts.sent('c1', 'arrived')
  drafts.showing(view('c1', [said('arrived')]))
  drafts.sent('c1', 'lost')
  drafts.written('c1', 'newer')
  for (const messages of [[said('arrived')], [said('arrived'), said('later')]]) {
    const reloaded = openDrafts(kept, 'ada')
    reloaded.showing(view('c1', messages))
    expect(reloaded.of('c1')).toBe('newer')
  }
})

test('[PG2] a message that a later reading has after all is taken out of the composer again', () => {
  const kept = storage()
  openDrafts(kept, 'ada').sent('c1', 'on its way')
  const reloaded = openDrafts(kept, 'ada')
  reloaded.showing(view('c1', [said('earlier')]))
  expect(reloaded.of('c1')).toBe('on its way')
  reloaded.showing(view('c1', [said('earlier'), said('on its way')]))
  expect(reloaded.of('c1')).toBe('')
})

test('[PG1] a browser that forbids storage keeps drafts for as long as the page lives', () => {
  const refuse = () => {
    throw new Error('forbidden')
  }
  const drafts = openDrafts({getItem: refuse, setItem: refuse, removeItem: refuse}, 'ada')
  drafts.written('c1', 'kept')
  expect(drafts.of('c1')).toBe('kept')
})
