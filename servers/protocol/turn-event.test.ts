import {expect, test} from 'vitest'
import {decodeValue} from './decode.ts'
import {countsTowardsOffset, readTurnEvent} from './turn-event.ts'
import {prepareRequest, turnRequest} from './turn-request.ts'

const ID = '0f9c2d1e-6b7a-4c3d-8e9f-001122334455'
const read = (data: unknown, event?: string) => readTurnEvent({event, data: JSON.stringify(data)})

test('[TU10] the events of an answer are read one by one', () => {
  const of = {conversation_id: ID}
  const token = {type: 'resume_conversation_token', kind: 'topic', token: 'a.b.c', ...of}
  expect(read(token)).toEqual({kind: 'event', event: token})
  const marker = {type: 'message_marker', ...of, message_id: ID, marker: 'user_visible_token', event: 'first'}
  expect(read(marker)).toEqual({kind: 'event', event: marker})
  expect(read({v: 'lo'}, 'delta')).toEqual({kind: 'delta', delta: {v: 'lo'}})
  expect(readTurnEvent({data: '[DONE]'})).toEqual({kind: 'done'})
})

test('[DE10] the encoding is named with or without quotes, and no other is known', () => {
  expect(readTurnEvent({event: 'delta_encoding', data: '"v1"'})).toEqual({kind: 'encoding'})
  expect(readTurnEvent({event: 'delta_encoding', data: 'v1'})).toEqual({kind: 'encoding'})
  expect(() => readTurnEvent({event: 'delta_encoding', data: '"v2"'})).toThrow('unknown-encoding')
})

test('[TU11] a handoff says where the answer goes on', () => {
  const handoff = {
    type: 'stream_handoff',
    conversation_id: ID,
    turn_exchange_id: ID,
    options: [{type: 'subscribe_ws_topic', topic_id: `conversation-turn-${ID}`}],
  }
  expect(read(handoff)).toEqual({kind: 'event', event: handoff})
})

test('[TU12] errors end the stream, pings and unknown types do not', () => {
  expect(read({error: 'it broke'})).toEqual({kind: 'error', message: 'it broke', code: null})
  expect(read({error: {message: 'it broke', code: 'x'}})).toEqual({
    kind: 'error',
    message: 'it broke',
    code: 'x',
  })
  expect(readTurnEvent({event: 'ping', data: '{}'})).toEqual({kind: 'ping'})
  expect(readTurnEvent({data: ''})).toEqual({kind: 'ping'})
  expect(read({type: 'moderation'})).toEqual({kind: 'unknown', name: 'moderation'})
  expect(read({message: {}, conversation_id: ID, error: null})).toEqual({kind: 'unknown', name: ''})
})

test('[RS2] pings and [DONE] do not count towards the offset, all else does', () => {
  const events = [
    {data: ''},
    {data: '[DONE]'},
    {event: 'delta_encoding', data: 'v1'},
    {data: '{"type":"perf_stats"}'},
  ]
  expect(events.map((event) => countsTowardsOffset(readTurnEvent(event)))).toEqual([false, false, true, true])
})

test('[TU5] the observed body of a turn is taken, and what decides nothing is dropped', () => {
  const message = {
    id: ID,
    author: {role: 'user'},
    create_time: 1,
    content: {content_type: 'text', parts: ['hi']},
    metadata: {},
  }
  const body = {
    action: 'next',
    messages: [message],
    parent_message_id: 'client-created-root',
    model: 'auto',
    client_prepare_state: 'success',
    supported_encodings: ['v1'],
  }
  const unimportant = {
    conversation_mode: {kind: 'primary_assistant'},
    system_hints: [],
    thinking_effort: null,
  }
  expect(decodeValue(turnRequest, {...body, ...unimportant})).toEqual(body)
  expect(() => decodeValue(turnRequest, {...body, messages: []})).toThrow('bad-shape')
  expect(() => decodeValue(turnRequest, {...body, action: 'variant'})).toThrow('bad-shape')
  expect(decodeValue(prepareRequest, {...body, messages: [], partial_query: {id: ID}})).toMatchObject({
    action: 'next',
  })
})
