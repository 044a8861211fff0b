import type {ReceivedItem, ReceivedMessage} from '#protocol/celsius-frame.ts'
import fc from 'fast-check'
import {describe, expect, test} from 'vitest'
import {
  next,
  noSubscriptions,
  type Reading,
  type SubscriptionEvent,
  type SubscriptionStep,
} from './topic-subscriptions.ts'

const opened: SubscriptionEvent = {type: 'opened', presence: 'foreground'}
const wanted = (topic: string, reading: Reading = 'resumed'): SubscriptionEvent => ({
  type: 'wanted',
  topic,
  reading,
})
const message = (topic: string, offset: string | null): ReceivedMessage => ({
  type: 'message',
  topic_id: topic,
  offset,
  payload: {type: 'unknown', name: ''},
})
const received = (...items: readonly ReceivedItem[]): SubscriptionEvent => ({type: 'received', items})
type Subscribed = {recovered?: boolean; last?: string; epoch?: string; catchups?: readonly ReceivedMessage[]}
const subscribed = (
  id: number,
  topic: string,
  {recovered = false, last, epoch, catchups = []}: Subscribed = {},
) =>
  received({
    type: 'reply',
    id,
    reply: {
      type: 'subscribe',
      topic_id: topic,
      recovered,
      last_offset: last ?? null,
      epoch: epoch ?? null,
      catchups,
    },
  })

function replay(...events: readonly SubscriptionEvent[]): SubscriptionStep {
  let step: SubscriptionStep = next(noSubscriptions, {type: 'dropped'})
  for (const event of events) step = next(step.state, event)
  return step
}

describe('what is sent', () => {
  test('[CE5] [CE7] opening sends connect and every wanted topic as one frame, counted from 1', () => {
    expect(replay(wanted('conversations'), wanted('app_notifications'), opened).send).toEqual([
      {id: 1, command: {type: 'connect', presence: {type: 'presence', state: 'foreground'}}},
      {id: 2, command: {type: 'subscribe', topic_id: 'conversations'}},
      {id: 3, command: {type: 'subscribe', topic_id: 'app_notifications'}},
    ])
  })

  test('[CE13] a turn is followed from its beginning', () => {
    expect(replay(opened, wanted('conversation-turn-1', 'whole')).send).toEqual([
      {id: 2, command: {type: 'subscribe', topic_id: 'conversation-turn-1', offset: '0'}},
    ])
  })

  test('[PO3] [CO4] after a reconnect a topic is asked for from where it was, with the epoch it was in', () => {
    const again = replay(
      wanted('t'),
      opened,
      subscribed(2, 't', {last: '5-0', epoch: 'e1'}),
      received(message('t', '6-0')),
      {type: 'dropped'},
      opened,
    )
    expect(again.send[1]).toEqual({
      id: 2,
      command: {type: 'subscribe', topic_id: 't', offset: '6-0', epoch: 'e1'},
    })
  })

  test('[PO3] a topic that is read live never sends an offset', () => {
    const again = replay(
      wanted('t', 'live'),
      opened,
      received(message('t', '6-0')),
      {type: 'dropped'},
      opened,
    )
    expect(again.send[1]).toEqual({id: 2, command: {type: 'subscribe', topic_id: 't'}})
  })

  test('[CE7] nothing is sent while the socket is closed', () => {
    expect(replay(wanted('t'), {type: 'presence-changed', presence: 'background'}).send).toEqual([])
    expect(replay(wanted('t'), {type: 'unwanted', topic: 't'}, opened).send).toHaveLength(1)
  })
})

describe('what is delivered', () => {
  test('[CO5] an entry at or before the position is dropped', () => {
    const twice = received(message('t', '6-0'), message('t', '6-0'), message('t', '5-9'), message('t', '6-1'))
    expect(replay(wanted('t'), opened, twice).deliver.map(({offset}) => offset)).toEqual(['6-0', '6-1'])
  })

  test('[CE14] catch-ups come by the ordinary way, in order, and once', () => {
    const step = replay(
      wanted('t'),
      opened,
      received(message('t', '6-0')),
      {type: 'dropped'},
      opened,
      subscribed(2, 't', {
        recovered: true,
        last: '8-0',
        catchups: ['6-0', '7-0', '8-0'].map((at) => message('t', at)),
      }),
    )
    expect(step.deliver.map(({offset}) => offset)).toEqual(['7-0', '8-0'])
    expect(step.missed).toEqual([])
  })

  test('[CO6] not recovered after an offset was sent means that messages may have been missed', () => {
    const back = [wanted('t'), opened, received(message('t', '6-0')), {type: 'dropped'} as const, opened]
    expect(replay(...back, subscribed(2, 't', {last: '2-0', epoch: 'e2'}))).toMatchObject({missed: ['t']})
  })

  test('[CO6] not recovered without an offset is an ordinary first subscribe', () => {
    expect(replay(wanted('t'), opened, subscribed(2, 't', {last: '2-0'})).missed).toEqual([])
  })

  test('[CO9] a topic followed for the first time tells where it begins, if it had a past', () => {
    const first = [wanted('t'), opened, subscribed(2, 't', {last: '2-0'})] as const
    expect(replay(...first).begun).toEqual([{topic: 't', offset: '2-0'}])
    expect(replay(wanted('t'), opened, subscribed(2, 't', {last: '0'})).begun).toEqual([])
    expect(replay(...first, {type: 'dropped'}, opened, subscribed(2, 't', {last: '9-0'})).begun).toEqual([])
  })

  test('[CE19] a reply of a wrong topic, or that cannot be read, means that messages may have been missed', () => {
    expect(replay(wanted('t'), opened, subscribed(2, 'other')).missed).toEqual(['t'])
    const unreadable = received({type: 'reply', id: 2, reply: {type: 'unknown'}})
    expect(replay(wanted('t'), opened, unreadable).missed).toEqual(['t'])
  })

  test('[CE16] in a new life of the log, entries with smaller offsets count again', () => {
    const step = replay(
      wanted('t'),
      opened,
      received(message('t', '9-0')),
      {type: 'dropped'},
      opened,
      subscribed(2, 't', {last: '1-0', epoch: 'e2'}),
      received(message('t', '2-0')),
    )
    expect(step.deliver).toHaveLength(1)
  })

  test('a topic that is not wanted says nothing', () => {
    expect(replay(opened, received(message('t', '1-0'))).deliver).toEqual([])
  })
})

test('[PO3] whatever is repeated and wherever the line breaks, every entry is delivered once and in order', () => {
  const entries = Array.from({length: 8}, (_, index) => message('t', `${index + 1}-0`))
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(7), fc.boolean()), {maxLength: 20}), (parts) => {
      let state = replay(wanted('t'), opened).state
      const seen: (string | null)[] = []
      const feed = (event: SubscriptionEvent) => {
        const step = next(state, event)
        state = step.state
        seen.push(...step.deliver.map(({offset}) => offset))
      }
      let head = 0
      for (const [upTo, breaks] of parts) {
        // The server repeats from anywhere at or before the head, never beyond the next unread entry.
        const from = Math.min(head, upTo)
        if (breaks) {
          feed({type: 'dropped'})
          feed(opened)
          const last = entries[head - 1]?.offset
          feed(
            subscribed(2, 't', {recovered: true, ...(last && {last}), catchups: entries.slice(from, head)}),
          )
        }
        feed(received(...entries.slice(from, upTo + 1)))
        head = Math.max(head, upTo + 1)
      }
      expect(seen).toEqual(entries.slice(0, head).map(({offset}) => offset))
    }),
  )
})

describe('what a remedy says', () => {
  const plain = (id: number, type: 'presence' | 'connect') => received({type: 'reply', id, reply: {type}})

  test('[PO10] a link is asked by presence, and only the reply to that question is its answer', () => {
    const asked = [opened, {type: 'asked', presence: 'foreground'} as const] as const
    expect(replay(...asked).send).toEqual([{id: 2, command: {type: 'presence', state: 'foreground'}}])
    expect(replay(...asked, plain(1, 'connect')).isAnswered).toBe(false)
    expect(replay(...asked, plain(2, 'presence')).isAnswered).toBe(true)
    expect(replay(...asked, plain(2, 'presence'), plain(2, 'presence')).isAnswered).toBe(false)
    expect(replay({type: 'asked', presence: 'foreground'}).send).toEqual([])
  })

  test('[PO12] a topic has moved when it was read on, or its subscribe was answered, and by nothing else', () => {
    const first = [wanted('t'), opened, subscribed(2, 't', {last: '2-0', epoch: 'e1'})] as const
    expect(replay(...first).moved).toEqual(['t'])
    expect(replay(...first, received(message('t', '3-0'), message('t', '4-0'))).moved).toEqual(['t'])
    expect(replay(...first, received(message('t', '1-0'))).moved).toEqual([])
    expect(replay(...first, {type: 'applied', topics: ['t']}).send).toEqual([
      {id: 3, command: {type: 'position', topic_id: 't', offset: '2-0', epoch: 'e1'}},
    ])
  })

  test('[PO12] a place that has no form, or none at all, is not said', () => {
    expect(replay(wanted('t'), opened, {type: 'applied', topics: ['t', 'unheard-of']}).send).toEqual([])
    const odd = [wanted('t'), opened, received(message('t', 'somewhere'))] as const
    expect(replay(...odd, {type: 'applied', topics: ['t']}).send).toEqual([])
  })
})

test('[CO16] of two subscribes only the reply to the last one counts', () => {
  const again = [wanted('t'), opened, {type: 'unwanted', topic: 't'} as const, wanted('t')] as const
  const late = replay(...again, subscribed(2, 't', {last: '1-0'}))
  expect([late.begun, late.moved]).toEqual([[], []])
  const now = replay(...again, subscribed(2, 't', {last: '1-0'}), subscribed(4, 't', {last: '7-0'}))
  expect(now.begun).toEqual([{topic: 't', offset: '7-0'}])
})
