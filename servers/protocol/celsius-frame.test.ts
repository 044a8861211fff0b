import {describe, expect, test} from 'vitest'
import {readClientFrame, writeClientFrame} from './celsius-command.ts'
import {readServerFrame, writeServerFrame} from './celsius-frame.ts'
import {CLOSE_CODES, closeReasonOf} from './close-codes.ts'
import {compareOffsets, formatOffset, parseOffset} from './offset.ts'
import {conversationTopic, parseTopic, turnTopic} from './topics.ts'

const UUID = '0f9c2d1e-6b7a-4c3d-8e9f-001122334455'

describe('what a page sends', () => {
  test('[CE5] the captured first frame is read as it was written', () => {
    const frame = [
      {id: 1, command: {type: 'connect', presence: {type: 'presence', state: 'foreground'}}},
      {id: 2, command: {type: 'subscribe', topic_id: 'conversations'}},
      {id: 3, command: {type: 'subscribe', topic_id: `conversation-turn-${UUID}`, offset: '0', epoch: 'e'}},
      {id: 4, command: {type: 'unsubscribe', topic_id: 'conversations'}},
      {id: 5, command: {type: 'presence', state: 'background'}},
    ] as const
    expect(readClientFrame(writeClientFrame([...frame]))).toEqual(frame)
  })
})

describe('what a page reads', () => {
  const complete = `[{"type":"message","topic_id":"conversations","payload":{"type":"conversation-turn-complete","payload":{"conversation_id":"${UUID}"},"metadata":null}}]`

  test('[CE30] the measured frame', () => {
    expect(complete).toHaveLength(180)
    expect(readServerFrame(complete)).toMatchObject([
      {
        topic_id: 'conversations',
        offset: null,
        payload: {type: 'conversation-turn-complete', payload: {conversation_id: UUID}},
      },
    ])
    const payload = {
      type: 'conversation-turn-complete',
      payload: {conversation_id: UUID},
      metadata: null,
    } as const
    expect(writeServerFrame([{type: 'message', topic_id: 'conversations', payload}])).toBe(complete)
  })

  test('[CE18] a keep-alive is nothing', () => {
    expect(readServerFrame('[]')).toEqual([])
  })

  test('[CE14] a subscribe reply with catch-ups, with and without its type', () => {
    const reply = {type: 'subscribe', topic_id: 't', recovered: true, last_offset: '5-1', epoch: 'e'}
    const [item] = JSON.parse(complete) as unknown[]
    const read = readServerFrame(JSON.stringify([{id: 2, reply: {...reply, catchups: [item]}}]))
    expect(read).toMatchObject([
      {type: 'reply', id: 2, reply: {...reply, catchups: [{topic_id: 'conversations'}]}},
    ])
    expect(readServerFrame(JSON.stringify([{id: 2, type: 'reply', reply}]))).toMatchObject([
      {reply: {...reply, catchups: []}},
    ])
  })

  test.each([
    {type: 'subscribe', topic_id: 't'},
    {type: 'subscribe', topic_id: 't', recovered: true, catchups: ['x']},
    {type: 'subscribe', topic_id: 't', recovered: true, last_offset: 'x'},
    'x',
  ])('[CE19] a malformed reply is known to be malformed: %j', (reply) => {
    expect(readServerFrame(JSON.stringify([{id: 2, type: 'reply', reply}]))).toEqual([
      {type: 'reply', id: 2, reply: {type: 'unknown'}},
    ])
  })

  test('[CE38] a bare update belongs to `conversations`, other bare objects to nobody', () => {
    const update = {
      type: 'conversation-update',
      payload: {conversation_id: UUID, update_type: 'refetch-conversation'},
    }
    expect(readServerFrame(JSON.stringify(update))).toEqual([
      {type: 'message', topic_id: 'conversations', offset: null, payload: update},
    ])
    expect(readServerFrame('{"type":"conversation-turn-handoff-control","payload":{}}')).toEqual([
      {type: 'control', name: 'conversation-turn-handoff-control'},
    ])
  })

  test('[CE39] what nobody knows does not hide what is known', () => {
    const [known] = JSON.parse(complete) as unknown[]
    const odd = {type: 'message', topic_id: 'calpico-chatgpt', payload: {type: 'calpico-message-add'}}
    expect(readServerFrame(JSON.stringify([odd, 7, null, known]))).toMatchObject([
      {payload: {type: 'unknown', name: 'calpico-message-add'}},
      {type: 'control', name: ''},
      {type: 'control', name: ''},
      {payload: {type: 'conversation-turn-complete'}},
    ])
  })
})

describe('names', () => {
  test('[CE10] topics are built and told apart', () => {
    expect(parseTopic('conversations')).toEqual({name: 'account', topic: 'conversations'})
    expect(parseTopic(turnTopic('t-1'))).toEqual({name: 'turn', turnId: 't-1'})
    expect(parseTopic(conversationTopic('c-1'))).toEqual({name: 'conversation', conversationId: 'c-1'})
    expect(parseTopic('conv-turn-low-ttl-1')).toEqual({name: 'other', topic: 'conv-turn-low-ttl-1'})
  })

  test('[CE12] offsets are ordered by time, then number, not by letters', () => {
    const sorted = ['0', '9-0', '10-0', '10-2', '10-11', '1777797530900-0']
    expect([...sorted].toReversed().toSorted(compareOffsets)).toEqual(sorted)
    for (const text of sorted) expect(formatOffset(parseOffset(text)!)).toBe(text)
    for (const text of ['', '1', '-1', '1-', 'a-b', '1-1-1', ' 1-1']) expect(parseOffset(text)).toBeNull()
  })

  test('[CE20] close codes are words', () => {
    expect(closeReasonOf(CLOSE_CODES.restarting)).toBe('restarting')
    expect([closeReasonOf(1006), closeReasonOf(4_999)]).toEqual(['cut-off', 'other'])
  })
})
