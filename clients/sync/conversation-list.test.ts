import {expect, test} from 'vitest'
import {next, type ListEvent, type Summaries} from './conversation-list.ts'

const listed = (...ids: readonly string[]): ListEvent => ({
  type: 'loaded',
  conversations: ids.map((id) => ({id, title: id.toUpperCase()})),
})
const replay = (...events: readonly ListEvent[]) => events.reduce<Summaries>(next, [])
const completed = (id: string): ListEvent => ({type: 'turn-completed', id, openId: 'b'})
const unread = (summaries: Summaries) => summaries.filter((summary) => summary.unread).map(({id}) => id)

test('[CE30] a completed turn marks a conversation unread, unless it is the open one', () => {
  expect(unread(replay(listed('a', 'b'), completed('a'), completed('b'), completed('c')))).toEqual(['a'])
})

test('[CE30] it stays unread when the list is read again, until it is opened', () => {
  const read = replay(listed('a', 'b'), completed('a'), listed('c', 'a', 'b'))
  expect(unread(read)).toEqual(['a'])
  expect(unread(next(read, {type: 'opened', id: 'a'}))).toEqual([])
})

test('[CE31] titles change and conversations go', () => {
  const changed = replay(
    listed('a', 'b'),
    {type: 'titled', id: 'a', title: 'New'},
    {type: 'deleted', id: 'b'},
  )
  expect(changed).toEqual([{id: 'a', title: 'New', unread: false}])
})
