import {afterEach, beforeEach, expect, test} from 'vitest'
import type {User} from '../../accounts/user.ts'
import {ConversationStore} from '../../conversation/conversation-store.ts'
import type {StoredMessage} from '../../conversation/message.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import {createReads, type ReadOptions, type Reads} from './reads.ts'
import {ClaudeRecords} from './records.ts'

const LAG_MS = 2_000
const user: User = {
  id: 'u',
  accountId: 'a',
  organizationId: 'o',
  name: 'n',
  bearer: 'b',
  settings: {
    carriage: 'observed',
    channelDelayMs: 0,
    replicaLagMs: LAG_MS,
    model: defaultModelSettings,
  },
}
const whole: ReadOptions = {consistency: 'eventual', tree: true, mode: 'messages', dangling: false}

let nowMs: number
let store: ConversationStore
let records: ClaudeRecords
let reads: Reads
beforeEach(() => {
  nowMs = 1_000_000
  store = new ConversationStore(':memory:', () => nowMs)
  records = new ClaudeRecords(':memory:')
  reads = createReads(store, records, () => nowMs)
  store.create({id: 'c', userId: 'u', title: ''})
})
afterEach(() => {
  store.close()
  records.close()
})

function write(id: string, parentId: string | null, role: StoredMessage['role']) {
  const rest = {conversationId: 'c', text: id, status: 'complete', turnId: null, model: null} as const
  store.addMessage({...rest, id, parentId, role})
}
const read = (options: Partial<ReadOptions> = {}) => {
  const {chat_messages, current_leaf_message_uuid} = reads.one(user, store.find('c', 'u')!, {
    ...whole,
    ...options,
  })
  return [chat_messages.map(({uuid}) => uuid), current_leaf_message_uuid]
}

test('[CL24] an eventual read is as old as the lag, to the millisecond', () => {
  write('m1', null, 'user')
  write('m2', 'm1', 'assistant')
  nowMs += 500
  write('m3', 'm2', 'user')
  write('m4', 'm3', 'assistant')
  expect(() => read()).toThrow('Conversation not found')
  expect(reads.list(user, 0, 9, 'eventual').data).toEqual([])
  expect(read({consistency: 'strong'})).toEqual([['m1', 'm2', 'm3', 'm4'], 'm4'])

  nowMs = 1_000_000 + LAG_MS
  expect(read()).toEqual([['m1', 'm2'], 'm2'])
  nowMs += 499
  expect(read()).toEqual([['m1', 'm2'], 'm2'])
  nowMs += 1
  expect(read()).toEqual([['m1', 'm2', 'm3', 'm4'], 'm4'])
  expect(reads.list(user, 0, 9, 'eventual').data).toMatchObject([{current_leaf_message_uuid: 'm4'}])
})

test('[CL24] [CL30] the replica’s leaf is where it stood then, whoever moved it since', () => {
  write('m1', null, 'user')
  write('m2', 'm1', 'assistant')
  write('n1', null, 'user')
  write('n2', 'n1', 'assistant')
  nowMs += LAG_MS
  store.moveLeaf('c', 'm2')
  expect(read()[1]).toBe('n2')
  expect(read({consistency: 'strong'})[1]).toBe('m2')
  nowMs += LAG_MS
  expect(read()[1]).toBe('m2')
})

test('[CL21] [CL24] an answer is in a read from its end on, not from its beginning', () => {
  write('m1', null, 'user')
  const turn = {id: 't', conversationId: 'c', answerId: 'm2'}
  store.beginTurn(turn)
  const place = {conversationId: 'c', parentId: 'm1', role: 'assistant', turnId: 't', model: 'x'} as const
  store.addMessage({...place, id: 'm2', text: '', status: 'in_progress'})
  nowMs += LAG_MS
  expect(read({dangling: true})).toEqual([['m1'], 'm1'])
  store.advanceTurn('t', {type: 'began'})
  store.endTurn(turn, {type: 'finished'}, 'done')
  expect(read({dangling: true})).toEqual([['m1'], 'm1'])
  expect(read()).toEqual([[], null])
  nowMs += LAG_MS
  expect(read()).toEqual([['m1', 'm2'], 'm2'])
})
