import {afterEach, beforeEach, describe, expect, test} from 'vitest'
import {readPushPlace} from '#protocol/claude/channel-events.ts'
import {readClaudePush} from '#protocol/claude/push-data.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {User} from '../../accounts/user.ts'
import {ConversationStore} from '../../conversation/conversation-store.ts'
import {createPublisher, type Publisher} from '../../conversation/publisher.ts'
import type {PushSent} from '../../fcm/push-sender.ts'
import {defaultModelSettings} from '../../model/model-settings.ts'
import type {StreamLog} from '../../log/stream-log.ts'
import {createMemoryLog} from '../../log/memory-log.ts'
import {createChannel, type Channel} from './channel.ts'
import {createChannelLog} from './channel-log.ts'
import {createPushChannel} from './push-channel.ts'
import {ClaudeRecords} from './records.ts'

const conversationId = '00000000-0000-7000-8000-00000000000c'
const idOf = (n: number) => `00000000-0000-7000-8000-00000000000${n}`
const person = (carriage: User['settings']['carriage']): User => ({
  id: 'u',
  accountId: 'a',
  organizationId: 'o',
  name: 'n',
  bearer: 'b',
  settings: {carriage, channelDelayMs: 0, replicaLagMs: 0, model: defaultModelSettings},
})

type Asked = {token: string; data: Readonly<Record<string, string>>; answer: (sent: PushSent) => void}

let nowMs: number
let store: ConversationStore
let records: ClaudeRecords
let ledger: LedgerEvent[]
/** What FCM was asked and has not answered yet. */
let asked: Asked[]
let log: StreamLog
let channel: Channel
let publisher: Publisher
beforeEach(() => {
  nowMs = 0
  ledger = []
  asked = []
  store = new ConversationStore(':memory:')
  records = new ClaudeRecords(':memory:')
  store.create({id: conversationId, userId: 'u', title: ''})
  const record = (event: LedgerEvent) => void ledger.push(event)
  const now = () => nowMs
  const push = createPushChannel({
    records,
    record,
    now,
    sender: {
      send: (token, data) => new Promise((answer) => asked.push({token, data, answer})),
      close: async () => {},
    },
  })
  log = createMemoryLog()
  channel = createChannel({log: createChannelLog(log), push, store, records, record, now, begunAtMs: 0})
  publisher = createPublisher({record, announce: channel.announce, now})
})
afterEach(async () => {
  await channel.close()
  await log.close()
  store.close()
  records.close()
})

let written = 0
beforeEach(() => void (written = 0))
function commit(carriage: User['settings']['carriage'], text = 'hello') {
  const message = store.addMessage({
    id: idOf(++written),
    conversationId,
    parentId: written === 1 ? null : idOf(written - 1),
    role: 'user',
    text,
    status: 'complete',
    turnId: null,
    model: null,
  })
  publisher.announce(person(carriage), conversationId, {type: 'message-committed', message})
  return message.id
}
const settled = () => new Promise((resolve) => setImmediate(resolve))
const accepted: PushSent = {ok: true, messageId: 'fcm-1'}
const pushedIds = () => ledger.flatMap((event) => (event.kind === 'pushed' ? event.messageIds : []))

describe('asking FCM', () => {
  test('[CP7] what FCM took is in the ledger, with when it was asked, and without the token', async () => {
    const {id: channelId} = records.openChannel('u', 'secret-token', 'web_claude_ai')
    nowMs = 5
    const messageId = commit('hint')
    await settled()
    expect(asked.map(({token}) => token)).toEqual(['secret-token'])
    expect(ledger).toEqual([])
    nowMs = 9
    asked[0]!.answer(accepted)
    await settled()
    expect(ledger).toEqual([
      {
        kind: 'pushed',
        at: 5,
        acceptedAt: 9,
        userId: 'u',
        conversationId,
        messageIds: [messageId],
        carries: 'hint',
        channelId,
        pushId: 'fcm-1',
      },
    ])
    expect(JSON.stringify(ledger)).not.toContain('secret')
  })

  test('[CP6] one channel is asked one after another, in order; channels do not wait for each other', async () => {
    records.openChannel('u', 'one', 'web_claude_ai')
    records.openChannel('u', 'two', 'web_claude_ai')
    const ids = [commit('content', 'a'), commit('content', 'b')]
    await settled()
    expect(asked.map(({token}) => token)).toEqual(['one', 'two'])
    asked[0]!.answer(accepted)
    await settled()
    expect(asked.map(({token}) => token)).toEqual(['one', 'two', 'one'])
    const texts = asked.map(({data}) => {
      const read = readClaudePush(data)
      return read?.kind === 'content' ? [read.message.uuid, read.message.index] : null
    })
    expect(texts).toEqual([
      [ids[0], 0],
      [ids[0], 0],
      [ids[1], 1],
    ])
  })

  test('[CL63] a token that is gone makes its channel inactive, and it is not asked again', async () => {
    const {id} = records.openChannel('u', 'old', 'web_claude_ai')
    commit('hint')
    commit('hint')
    await settled()
    asked[0]!.answer({ok: false, why: 'gone', code: 'UNREGISTERED'})
    await settled()
    expect(records.channel(id)?.isActive).toBe(false)
    expect(asked).toHaveLength(1)
    expect(ledger).toEqual([{kind: 'refused', at: 0, where: 'push', code: 'UNREGISTERED', userId: 'u'}])
  })

  test('[CP7] a send that failed is refused in the ledger; the channel stays and the next is asked', async () => {
    const {id} = records.openChannel('u', 'token', 'web_claude_ai')
    commit('hint')
    const second = commit('hint')
    await settled()
    asked[0]!.answer({ok: false, why: 'failed', code: 'UNAVAILABLE'})
    await settled()
    asked[1]!.answer(accepted)
    await settled()
    expect([ledger[0]?.kind, pushedIds(), records.channel(id)?.isActive]).toEqual(['refused', [second], true])
  })

  test('[CP1] nobody is asked without a channel, and nothing under observed but the notice', async () => {
    commit('hint')
    records.openChannel('u', 'token', 'web_claude_ai')
    commit('observed')
    await settled()
    expect(asked).toEqual([])
  })

  test('[CP8] every push has its place, next to the one before it in the conversation', async () => {
    records.openChannel('u', 'token', 'web_claude_ai')
    for (const carriage of ['content', 'hint', 'content'] as const) commit(carriage)
    for (const index of [0, 1, 2]) {
      await settled()
      asked[index]!.answer(accepted)
    }
    const places = asked.map(({data}) => readPushPlace(data)!)
    expect(places.map(({previousOffset}) => previousOffset)).toEqual([
      '0',
      ...places.slice(0, 2).map(({offset}) => offset),
    ])
    expect(new Set(places.map(({epoch}) => epoch)).size).toBe(1)
  })

  test('[CP8] a log that fails is in the ledger, and the push goes out without a place', async () => {
    records.openChannel('u', 'token', 'web_claude_ai')
    log.append = () => Promise.reject(new Error('the disk is gone'))
    commit('content')
    await settled()
    expect(asked.map(({data}) => [readClaudePush(data)?.kind, readPushPlace(data)])).toEqual([
      ['content', null],
    ])
    expect(ledger).toEqual([
      {kind: 'refused', at: 0, where: 'claude-channel', code: 'log-failed', userId: 'u'},
    ])
  })

  test('once closed, nothing is asked and nothing recorded', async () => {
    records.openChannel('u', 'token', 'web_claude_ai')
    commit('hint')
    commit('hint')
    await settled()
    await channel.close()
    asked[0]!.answer(accepted)
    await settled()
    expect([asked.length, ledger]).toEqual([1, []])
  })
})
