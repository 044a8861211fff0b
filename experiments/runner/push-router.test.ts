import {expect, test} from 'vitest'
import type {PushEvent} from '#protocol/push-event.ts'
import {PushRouter} from './push-router.ts'

const accepted = (messageId: string): PushEvent => ({
  kind: 'push-accepted',
  at: 1,
  messageId,
  target: 'token',
  deliveries: 1,
  sizeBytes: 10,
})
const stored = (messageId: string, origin: string): PushEvent => ({
  kind: 'push-stored',
  at: 2,
  messageId,
  deliveryId: `d-${messageId}`,
  deviceId: '1',
  origin,
})
const acked = (deliveryId: string, origin: string): PushEvent => ({
  kind: 'push-acked',
  at: 3,
  deliveryId,
  origin,
})
const opened: PushEvent = {kind: 'push-link-opened', at: 4, deviceId: '1', transport: 'mcs'}

function heard(...events: readonly PushEvent[]) {
  const router = new PushRouter()
  const told = {a: [] as string[], b: [] as string[]}
  for (const name of ['a', 'b'] as const) router.on(`http://${name}`, ({kind}) => told[name].push(kind))
  for (const event of events) router.take(event)
  return told
}

test('every line of a message goes to the cell of its origin, whichever way round the first two come', () => {
  const all = ['push-accepted', 'push-stored', 'push-acked']
  expect(heard(accepted('m'), stored('m', 'http://a'), acked('d-m', 'http://a'))).toEqual({a: all, b: []})
  expect(heard(stored('m', 'http://b'), accepted('m'), acked('d-m', 'http://b'))).toEqual({
    a: [],
    b: ['push-stored', 'push-accepted', 'push-acked'],
  })
})

test('links are told to all', () => {
  expect(heard(opened)).toEqual({a: ['push-link-opened'], b: ['push-link-opened']})
})

test('a message that no cell waits for is forgotten', () => {
  expect(heard(accepted('m'), stored('m', 'http://c'), acked('d-m', 'http://c'))).toEqual({a: [], b: []})
})
