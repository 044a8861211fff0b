import {createECDH, randomBytes} from 'node:crypto'
import * as fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {encrypt} from 'web-push'
import {CARRIAGES} from '#protocol/carriage.ts'
import {claudeMessageText} from '#protocol/claude/message.ts'
import {readPushPlace} from '#protocol/claude/channel-events.ts'
import {OPEN_CHAT_TYPE, readClaudePush} from '#protocol/claude/push-data.ts'
import type {StoredMessage} from '../../conversation/message.ts'
import type {StoredEvent} from '../../conversation/publisher.ts'
import {
  MAX_PUSH_BYTES,
  noticeOf,
  pushBytes,
  pushOf,
  syncOf,
  type Circumstances,
  type Push,
  type PushData,
} from './push-data.ts'
import {toClaude} from './wire-message.ts'

const browserKey = createECDH('prime256v1').generateKeys('base64url')
const browserSecret = randomBytes(16).toString('base64url')
const conversationId = '00000000-0000-7000-8000-00000000000c'
const of = {userId: 'u', conversationId}
const message = (text: string, about: Partial<StoredMessage> = {}): StoredMessage => ({
  id: '00000000-0000-7000-8000-00000000000a',
  conversationId,
  parentId: null,
  role: 'assistant',
  text,
  status: 'complete',
  createdAtMs: 0,
  updatedAtMs: 0,
  turnId: null,
  model: null,
  ...about,
})
const committed = (text: string): StoredEvent => ({
  ...of,
  type: 'message-committed',
  message: message(text, {role: 'user'}),
})
const completed = (text: string, status: StoredMessage['status'] = 'complete'): StoredEvent => ({
  ...of,
  type: 'turn-completed',
  turnId: 't',
  message: message(text, {status}),
  handoff: false,
})
const about = (circumstances: Partial<Circumstances>): Circumstances => ({
  carriage: 'observed',
  notifies: true,
  isTemporary: false,
  toWire: (one) => toClaude(one, 0, 'messages'),
  ...circumstances,
})
const PLACE = {
  epoch: '00000000-0000-4000-8000-00000000000e',
  offset: '1000000000000-123',
  previousOffset: '1000000000000-122',
}
function pushesOf(event: StoredEvent, circumstances: Circumstances): readonly Push[] {
  const sync = syncOf(event, circumstances)
  const notice = noticeOf(event, circumstances)
  return [...(sync ? [pushOf(sync, PLACE)] : []), ...(notice ? [notice] : [])]
}
const carriedBy = (event: StoredEvent, circumstances: Partial<Circumstances>) =>
  pushesOf(event, about(circumstances)).map(({carries}) => carries)

describe('what is pushed', () => {
  test('[CP1] [CP2] [CP3] by carriage, at commits and at the end of an answer', () => {
    const said = CARRIAGES.map((carriage) => [
      carriedBy(committed('hi'), {carriage}),
      carriedBy(completed('hello'), {carriage}),
    ])
    expect(said).toEqual([
      [[], ['completion']],
      [['hint'], ['hint', 'completion']],
      [['content'], ['content', 'completion']],
    ])
  })

  test('[CP1] [CP5] no notice of a stopped or broken answer, none to who wants none', () => {
    for (const status of ['stopped', 'failed'] as const)
      expect(carriedBy(completed('half', status), {carriage: 'hint'})).toEqual(['hint'])
    expect(carriedBy(completed('hello'), {carriage: 'content', notifies: false})).toEqual(['content'])
  })

  test('[CP5] nothing of what is still being written, nor of titles', () => {
    const item = {messageId: 'm', itemId: 'i', parentItemId: null, encodedItem: '', chars: 1, handoff: false}
    const events: readonly StoredEvent[] = [
      {...of, type: 'turn-item', turnId: 't', ...item},
      {...of, type: 'turn-started', turnId: 't', message: message(''), handoff: false},
      {...of, type: 'title-updated', title: 'new'},
      {...of, type: 'conversation-created', title: ''},
      {...of, type: 'conversation-deleted'},
    ]
    expect(events.flatMap((event) => carriedBy(event, {carriage: 'content'}))).toEqual([])
  })

  test('[CP1] [CL65] a notice is the observed data message and has nothing of the text', () => {
    const [notice] = pushesOf(completed('secret'), about({}))
    expect(Object.keys(notice!.data)).toEqual(['title', 'body', 'notification_feature_category', 'payload'])
    expect(JSON.stringify(notice)).not.toContain('secret')
    expect(JSON.parse(notice!.data['payload']!)).toEqual({
      method: 'OpenChat',
      request: {
        '@type': OPEN_CHAT_TYPE,
        conversation_uuid: conversationId,
        message_uuid: message('').id,
        is_temporary: false,
      },
    })
  })
})

/** As long as the body that really travels, in an envelope with everything that may be in it. */
function bodyBytes(data: PushData): number {
  const envelope = {
    from: '123456789012',
    priority: 'normal',
    fcmMessageId: '00000000-0000-7000-8000-000000000000',
    collapse_key: 'do_not_collapse',
    data,
  }
  const {cipherText} = encrypt(browserKey, browserSecret, JSON.stringify(envelope), 'aes128gcm')
  return cipherText.length
}

test('[CP3] [CP4] [CP8] content that fits is read back whole, other is a hint; neither exceeds 4096 bytes, each has its place', () => {
  const texts = fc.oneof(
    fc.string({unit: 'binary', maxLength: 5_000}),
    fc.string({unit: fc.constantFrom('"', '\\', '\n', 'é', '😀', 'a'), maxLength: 4_000}),
    fc.integer({min: 2_500, max: 4_500}).map((count) => 'a'.repeat(count)),
  )
  fc.assert(
    fc.property(texts, (text) => {
      const [push] = pushesOf(completed(text), about({carriage: 'content'}))
      expect(pushBytes(push!.data)).toBeLessThanOrEqual(MAX_PUSH_BYTES)
      expect(bodyBytes(push!.data)).toBeLessThanOrEqual(pushBytes(push!.data))
      expect(readPushPlace(push!.data)).toEqual(PLACE)
      const read = readClaudePush(push!.data)!
      expect([read.kind, read.conversationId]).toEqual([push!.carries, conversationId])
      if (read.kind === 'content') expect(claudeMessageText(read.message)).toBe(text)
    }),
  )
  expect(carriedBy(completed('a'.repeat(2_500)), {carriage: 'content'})[0]).toBe('content')
  expect(carriedBy(completed('a'.repeat(4_000)), {carriage: 'content'})[0]).toBe('hint')
})

describe('what a page reads', () => {
  const openChat = (request: object) => ({
    title: 'Claude',
    body: 'ready',
    notification_feature_category: 'completion',
    payload: JSON.stringify({method: 'OpenChat', request: {'@type': OPEN_CHAT_TYPE, ...request}}),
  })
  const ids = {conversation_uuid: conversationId, message_uuid: message('').id}

  test('[CL66] keys in snake and camel case are read alike', () => {
    const read = {
      kind: 'completion',
      conversationId,
      messageId: message('').id,
      title: 'Claude',
      body: 'ready',
    }
    expect(readClaudePush(openChat(ids))).toEqual(read)
    const camel = {conversationUuid: conversationId, messageUuid: message('').id, isTemporary: true}
    expect(readClaudePush(openChat(camel))).toEqual(read)
  })

  test('[CL66] a wrong type, an unknown method and what is no push at all are ignored', () => {
    const wrong = [
      openChat({...ids, '@type': 'type.googleapis.com/other'}),
      openChat({}),
      {payload: JSON.stringify({method: 'OpenCodeSession', request: {session_id: 's'}})},
      {payload: '{'},
      {payload: 'null'},
      {payload: 7},
      {},
      null,
      'text',
    ]
    expect(wrong.map(readClaudePush)).toEqual(wrong.map(() => null))
  })
})
