/** What a tab hears late, or of itself by two ways: it goes on from where the server stands, and takes nothing back. */
import {expect, test} from 'vitest'
import type {KnownMessage, SaidMessage} from '#protocol/known-message.ts'
import {
  loadingConversation,
  next,
  type ConversationEvent,
  type ConversationState,
} from './conversation-state.ts'
import {transcript} from './transcript.ts'
import {testKnown, testKnownConversation} from './test-known.ts'

const replay = (from: ConversationState, ...events: readonly ConversationEvent[]) => events.reduce(next, from)
const shown = (state: ConversationState) =>
  transcript(state, []).map(({id, text, status}) => `${id} ${text} ${status}`)
const load = (...messages: readonly KnownMessage[]): ConversationEvent => ({
  type: 'loaded',
  read: testKnownConversation('c1', messages),
})
const question = testKnown('q1', 'What?', {parent: 'root'})
const answer = (text: string, status: SaidMessage['status'], id: string, parent = 'q1') =>
  testKnown(id, text, {parent, role: 'assistant', status})
const finished = (text: string, id = 'a1', parent = 'q1') => answer(text, 'complete', id, parent)
const upsert = (message: KnownMessage): ConversationEvent => ({type: 'upserted', message})
const stream = (message: KnownMessage): ConversationEvent => ({type: 'streamed', message})
const sent = (promptId: string, parentId: string): ConversationEvent => ({
  type: 'sent',
  promptId,
  text: promptId,
  parentId,
})
const opened = replay(loadingConversation('root', 'c1'), load(question, finished('That.')))

test('[K2] an answer that comes after what others wrote below it takes nothing of that away', () => {
  const below = [upsert(finished('Mine', 'a2', 'q2')), upsert(testKnown('q3', 'Theirs', {parent: 'a2'}))]
  const late = replay(opened, sent('q2', 'a1'), ...below, stream(answer('', 'streaming', 'a2', 'q2')))
  expect(shown(late).at(-1)).toBe('q3 Theirs complete')
})

test('[CF5] [CF15] a message that the server put elsewhere stands there as soon as the channel says so', () => {
  const moved = [upsert(finished('Theirs', 'a2')), upsert(testKnown('q2', 'Mine', {parent: 'a2'}))]
  const now = replay(opened, sent('q2', 'a1'), ...moved)
  expect(shown(now).map((line) => line.split(' ')[0])).toEqual(['q1', 'a2', 'q2'])
  expect(now.tree.get('a1')?.childIds).toEqual([])
})

test('[TU7] what the channel tells late of what was read takes the tab back to no other branch', () => {
  const read = load(
    question,
    finished('That.'),
    testKnown('q2', 'And?', {parent: 'a1'}),
    finished('New.', 'a2'),
  )
  const late = replay(opened, read, upsert(testKnown('q2', 'And?', {parent: 'a1'})))
  expect(shown(late)).toEqual(shown(replay(opened, read)))
})

test('[TU7] of two other answers at a time a tab ends with the later one, whichever way it hears of its own', () => {
  const told = [upsert(answer('', 'streaming', 'a2')), upsert(finished('Theirs', 'a3'))]
  const own = [stream(finished('Mine', 'a2')), {type: 'turn-ended', outcome: 'complete'} as const]
  const late = replay(opened, {type: 'asked-again', promptId: 'q1'}, ...told, ...own)
  expect(shown(late)).toEqual(['q1 What? complete', 'a3 Theirs complete'])
})
