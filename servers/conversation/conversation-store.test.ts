import {fork} from 'node:child_process'
import {once} from 'node:events'
import {mkdtempSync, rmSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {fileURLToPath} from 'node:url'
import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {ConversationStore} from './conversation-store.ts'
import type {StoredMessage} from './message.ts'

let nowMs = 0
let store: ConversationStore
beforeEach(() => {
  nowMs = 1_000
  store = new ConversationStore(':memory:', () => nowMs++)
  store.create({id: 'c', userId: 'u', title: 'Title'})
})
afterEach(() => store.close())

const message = (id: string, parentId: string | null, about: Partial<StoredMessage> = {}) => ({
  id,
  parentId,
  conversationId: 'c',
  role: 'user' as const,
  text: `text of ${id}`,
  status: 'complete' as const,
  turnId: null,
  model: null,
  ...about,
})
const turn = {id: 't', conversationId: 'c', answerId: 'answer'}
const answer = message('answer', 'a', {role: 'assistant', text: '', status: 'in_progress', turnId: 't'})

test('[TU7] the current leaf is what was written last, also below an old parent', () => {
  for (const [id, parent] of [
    ['a', null],
    ['b', 'a'],
    ['c', 'a'],
  ] as const)
    store.addMessage(message(id, parent))
  expect(store.find('c', 'u')?.leafId).toBe('c')
  expect(store.messages('c').map(({id, parentId}) => [id, parentId])).toEqual([
    ['a', null],
    ['b', 'a'],
    ['c', 'a'],
  ])
})

test('[TU6] a message id is taken once in a conversation, and again in another', () => {
  store.addMessage(message('a', null))
  expect(() => store.addMessage(message('a', null))).toThrow()
  store.create({id: 'other', userId: 'u', title: ''})
  expect(store.addMessage(message('a', null, {conversationId: 'other'})).id).toBe('a')
})

test('[TU20] what belongs to another person, or was deleted, is not found', () => {
  expect(store.find('c', 'somebody')).toBeUndefined()
  store.delete('c')
  expect(store.find('c', 'u')).toBeUndefined()
  expect(store.list('u', 0, 10)).toEqual({items: [], total: 0})
})

test('[TU21] the list is newest first, in pages', () => {
  for (const id of ['d', 'e']) store.create({id, userId: 'u', title: id})
  store.addMessage(message('a', null))
  expect(store.list('u', 0, 2).items.map(({id}) => id)).toEqual(['c', 'e'])
  expect(store.list('u', 2, 2)).toMatchObject({items: [{id: 'd'}], total: 3})
})

test('a running answer reads with all it has; its end is durable with the turn’s', () => {
  store.addMessage(message('a', null))
  store.beginTurn(turn)
  store.addMessage(answer)
  store.advanceTurn('t', {type: 'began'})
  store.writeOn('c', 'answer', 'one')
  store.writeOn('c', 'answer', 'one two')
  expect(store.message('c', 'answer')).toMatchObject({text: 'one two', status: 'in_progress'})
  const end = store.endTurn(turn, {type: 'finished'}, 'one two three')
  expect(end).toMatchObject({text: 'one two three', status: 'complete'})
  expect(store.messages('c').at(-1)).toEqual(end)
  expect(store.turn('t')?.state).toEqual({name: 'complete'})
})

test('a removed person leaves nothing', () => {
  store.addMessage(message('a', null))
  store.beginTurn(turn)
  store.removeUser('u')
  expect([store.any('c'), store.messages('c'), store.turn('t')]).toEqual([undefined, [], undefined])
})

describe('a killed process', () => {
  const folder = mkdtempSync(join(tmpdir(), 'store-'))
  afterEach(() => rmSync(folder, {recursive: true, force: true}))

  test('[TU25] [TU27] [ST3] what it acknowledged is there, and the turn it was in reads as failed, once', async () => {
    const file = join(folder, 'store.sqlite')
    const child = fork(fileURLToPath(new URL('crashing-writer.ts', import.meta.url)), [file], {execArgv: []})
    const acknowledged: string[] = []
    child.on('message', (id: string) => {
      acknowledged.push(id)
      if (acknowledged.length === 50) child.kill('SIGKILL')
    })
    const [, signal] = (await once(child, 'exit')) as [number | null, string]
    expect(signal).toBe('SIGKILL')

    const reopened = new ConversationStore(file)
    const messages = reopened.messages('c')
    expect(messages.map(({id}) => id)).toEqual(expect.arrayContaining(acknowledged))
    expect(messages.find(({id}) => id === 'answer')).toMatchObject({status: 'failed', text: 'half an ans'})
    expect(reopened.turns('c')).toMatchObject([{state: {name: 'failed'}}])
    expect(reopened.cutAnswers).toMatchObject([{id: 'answer', status: 'failed', text: 'half an ans'}])
    reopened.close()
    const again = new ConversationStore(file)
    expect(again.cutAnswers).toEqual([])
    again.close()
  })
})
