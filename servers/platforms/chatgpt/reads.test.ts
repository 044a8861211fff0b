import {afterEach, beforeEach, expect, test} from 'vitest'
import type {Consistency} from '#protocol/consistency.ts'
import type {User} from '../../accounts/user.ts'
import {ConversationStore} from '../../conversation/conversation-store.ts'
import type {StoredMessage} from '../../conversation/message.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {createReads, type Reads} from './reads.ts'

const LAG_MS = 2_000
const settings = {
  carriage: 'observed',
  channelDelayMs: 0,
  replicaLagMs: LAG_MS,
  model: defaultModelSettings,
} as const
const user: User = {id: 'u', accountId: 'a', organizationId: 'o', name: 'n', bearer: 'b', settings}

let nowMs: number
let store: ConversationStore
let reads: Reads
beforeEach(() => {
  nowMs = 1_000_000
  store = new ConversationStore(':memory:', () => nowMs)
  reads = createReads(store, () => nowMs)
  store.create({id: 'c', userId: 'u', title: ''})
})
afterEach(() => store.close())

function write(id: string, parentId: string | null, role: StoredMessage['role']) {
  const rest = {conversationId: 'c', text: id, status: 'complete', turnId: null, model: null} as const
  store.addMessage({...rest, id, parentId, role})
}
const whole = (consistency: Consistency = 'eventual', who: User = user) =>
  reads.one(who, store.find('c', 'u')!, consistency)
const read = (consistency?: Consistency, who?: User) => {
  const {mapping, current_node} = whole(consistency, who)
  return [Object.keys(mapping).slice(1), current_node]
}

test('[HB7] an eventual read is as old as the lag, to the millisecond; a strong one is not', () => {
  write('m1', null, 'user')
  write('m2', 'm1', 'assistant')
  nowMs += 500
  write('m3', 'm2', 'user')
  write('m4', 'm3', 'assistant')
  expect(() => read()).toThrow('Conversation not found')
  expect(reads.list(user, 0, 9, 'eventual').items).toEqual([])
  expect(read('strong')).toEqual([['m1', 'm2', 'm3', 'm4'], 'm4'])
  expect(reads.list(user, 0, 9, 'strong').items).toHaveLength(1)

  nowMs = 1_000_000 + LAG_MS + 499
  expect(read()).toEqual([['m1', 'm2'], 'm2'])
  expect(whole().update_time).toBe(1_000)
  nowMs += 1
  expect(read()).toEqual([['m1', 'm2', 'm3', 'm4'], 'm4'])
  expect(reads.list(user, 0, 9, 'eventual').items).toHaveLength(1)
})

test('[HB7] who has no lag has no replica: their reads are the primary’s, whatever they ask for', () => {
  const prompt: User = {...user, settings: {...settings, replicaLagMs: 0}}
  write('m1', null, 'user')
  expect(read('eventual', prompt)).toEqual([['m1'], 'm1'])
})

test('[HB7] the replica’s leaf is where it stood then, and its parents know of no later children', () => {
  write('m1', null, 'user')
  write('m2', 'm1', 'assistant')
  nowMs += LAG_MS
  write('n1', 'm1', 'assistant')
  expect(read()[1]).toBe('m2')
  expect(whole().mapping['m1']?.children).toEqual(['m2'])
  expect(whole('strong').mapping['m1']?.children).toEqual(['m2', 'n1'])
})

test('[HB7] an answer that was being written then is being written there, and has no text yet', () => {
  const turn = {id: 't', conversationId: 'c', answerId: 'm2'}
  write('m1', null, 'user')
  const place = {conversationId: 'c', parentId: 'm1', role: 'assistant', turnId: 't', model: 'x'} as const
  store.transaction(() => {
    store.beginTurn(turn)
    store.addMessage({...place, id: 'm2', text: '', status: 'in_progress'})
  })
  nowMs += 500
  store.advanceTurn('t', {type: 'began'})
  store.endTurn(turn, {type: 'finished'}, 'done')
  const answer = () => {
    const {mapping, async_status} = whole()
    const {status, content} = mapping['m2']!.message!
    return [status, content, async_status]
  }
  nowMs += LAG_MS - 1
  expect(answer()).toEqual(['in_progress', {content_type: 'text', parts: ['']}, 3])
  nowMs += 1
  expect(answer()).toEqual(['finished_successfully', {content_type: 'text', parts: ['done']}, null])
})
