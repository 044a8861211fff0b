import fc from 'fast-check'
import {expect, test} from 'vitest'
import type {CelsiusCommand} from '#protocol/celsius-command.ts'
import type {ReceivedItem, ReceivedMessage, ReceivedReply} from '#protocol/celsius-frame.ts'
import {closedHub, next, type Hub, type HubEvent} from './hub.ts'

const open = next(closedHub, {type: 'opened', presence: 'foreground'}).state
const subscribe = (offset?: string, epoch = 'e'): CelsiusCommand => {
  return {type: 'subscribe', topic_id: 't', ...(offset !== undefined && {offset, epoch})}
}
const says = (member: string, ...commands: CelsiusCommand[]): HubEvent => {
  return {type: 'commanded', member, items: commands.map((command, index) => ({id: index + 1, command}))}
}
const message = (offset: string | null): ReceivedMessage => {
  return {type: 'message', topic_id: 't', offset, payload: {type: 'unknown', name: 'x'}}
}
const replies = (
  id: number,
  recovered: boolean,
  last_offset: string | null,
  ...catchups: string[]
): HubEvent => {
  const reply: ReceivedReply = {
    type: 'subscribe',
    topic_id: 't',
    recovered,
    last_offset,
    epoch: 'e',
    catchups: catchups.map(message),
  }
  return {type: 'received', items: [{type: 'reply', id, reply}]}
}
const brings = (...offsets: (string | null)[]): HubEvent => {
  return {type: 'received', items: offsets.map(message)}
}
const replay = (...events: HubEvent[]) =>
  events.reduce((step, event) => next(step.state, event), {...next(open, {type: 'left', member: '-'})})
const offsetsIn = (items: readonly ReceivedItem[]) =>
  items.flatMap((item) => (item.type === 'message' ? [item.offset] : []))

test('[LW3] the first to follow a topic is asked for at the server, the next one is answered here', () => {
  const first = replay(says('a', subscribe()))
  expect(first.send).toEqual([{id: 2, command: subscribe()}])
  const second = replay(says('a', subscribe()), replies(2, false, '1-5'), says('b', subscribe()))
  expect(second.send).toEqual([])
  expect(second.tell).toMatchObject([
    {to: 'b', items: [{id: 1, reply: {recovered: false, last_offset: '1-5', epoch: 'e'}}]},
  ])
})

test('[LW3] a member that is where the topic is needs no server, one that is behind does', () => {
  const at = [says('a', subscribe()), replies(2, false, '1-5'), brings('1-6')]
  expect(replay(...at, says('b', subscribe('1-6'))).tell).toMatchObject([
    {to: 'b', items: [{reply: {recovered: true, last_offset: '1-6', catchups: []}}]},
  ])
  expect(replay(...at, says('b', subscribe('1-5'))).send).toEqual([{id: 3, command: subscribe('1-5')}])
  expect(replay(...at, says('b', subscribe('1-6', 'f'))).send).toHaveLength(1)
})

test('[LW3] after a message without an offset nobody knows where the topic is', () => {
  const at = [says('a', subscribe()), replies(2, false, '1-5'), brings(null)]
  expect(replay(...at, says('b', subscribe('1-5'))).send).toHaveLength(1)
  expect(replay(...at, says('b', subscribe())).tell).toMatchObject([{items: [{reply: {last_offset: null}}]}])
})

test('[LW3] what is caught up for one and new to the others is told to all', () => {
  const at = [says('a', subscribe()), replies(2, false, '1-5'), says('b', subscribe('1-3'))]
  const {tell} = replay(...at, replies(3, true, '1-6', '1-4', '1-5', '1-6'))
  expect(tell[0]).toMatchObject({to: 'b', items: [{id: 1}]})
  expect(tell.slice(1).map((told) => ('items' in told ? [told.to, offsetsIn(told.items)] : told))).toEqual([
    [null, ['1-6']],
  ])
})

test('[LW3] where nothing was recovered for one, the others are asked to follow anew', () => {
  const at = [says('a', subscribe()), replies(2, false, '1-5'), says('b', subscribe('1-1'))]
  expect(replay(...at, replies(3, false, '1-7')).tell).toContainEqual({to: 'a', again: true})
  expect(replay(...at, replies(3, false, '1-5')).tell).toHaveLength(1)
})

test('[LW4] questions about one topic go one after another', () => {
  const waiting = replay(says('a', subscribe('1-1')), says('b', subscribe('1-2')))
  expect(waiting.send).toEqual([])
  const {send} = next(waiting.state, replies(2, true, '1-5', '1-5'))
  expect(send).toEqual([{id: 3, command: subscribe('1-2')}])
})

test('[LW2] when the last follower leaves the topic is left, and a late reply to it means nothing', () => {
  const left = replay(says('a', subscribe('1-1')), {type: 'left', member: 'a'})
  expect(left.send).toEqual([{id: 3, command: {type: 'unsubscribe', topic_id: 't'}}])
  const asked = next(left.state, says('b', subscribe('1-3')))
  expect(asked.send).toEqual([{id: 4, command: subscribe('1-3')}])
  expect(next(asked.state, replies(2, true, '1-1')).tell).toEqual([])
})

test('[LW5] the browser is in the foreground when one of its tabs is; the server hears of changes alone', () => {
  const connect = (state: 'foreground' | 'background'): CelsiusCommand => {
    return {type: 'connect', presence: {type: 'presence', state}}
  }
  expect(replay(says('a', connect('foreground')), says('b', connect('background'))).send).toEqual([])
  const away = replay(says('a', connect('foreground')), says('a', {type: 'presence', state: 'background'}))
  expect(away.send).toEqual([{id: 2, command: {type: 'presence', state: 'background'}}])
})

test('[LW8] a hub has answered when the server has', () => {
  const asked = next(open, {type: 'asked'})
  expect(asked.send).toEqual([{id: 2, command: {type: 'presence', state: 'foreground'}}])
  expect(next(asked.state, {type: 'asked'}).send).toEqual([])
  const reply = {type: 'reply', id: 2, reply: {type: 'presence'}} as const
  expect(next(asked.state, {type: 'received', items: [reply]}).isAnswered).toBe(true)
  expect(next(asked.state, brings('1-1')).isAnswered).toBe(false)
})

const member = fc.constantFrom('a', 'b', 'c')
const act: fc.Arbitrary<HubEvent> = fc.oneof(
  member.map((name) => says(name, subscribe())),
  fc.tuple(member, fc.nat({max: 9})).map(([name, seq]) => says(name, subscribe(`1-${seq}`))),
  member.map((name) => says(name, {type: 'unsubscribe', topic_id: 't'})),
  member.map((name): HubEvent => ({type: 'left', member: name})),
  fc.nat({max: 9}).map((seq) => brings(`1-${seq}`)),
  fc
    .tuple(fc.nat({max: 12}), fc.boolean(), fc.nat({max: 9}))
    .map(([id, recovered, seq]) => replies(id, recovered, `1-${seq}`)),
  fc.constant<HubEvent>({type: 'asked'}),
)

test('[LW2] [LW4] ids rise without a gap, one question a topic is out, and nobody is answered who has left', () => {
  fc.assert(
    fc.property(fc.array(act, {maxLength: 40}), (acts) => {
      let hub: Hub = open
      let lastId = 1
      for (const event of acts) {
        const step = next(hub, event)
        for (const {id} of step.send) expect(id).toBe((lastId += 1))
        const topic = step.state.topics.get('t')
        if (topic) expect(topic.followers.size).toBeGreaterThan(0)
        for (const ask of topic?.queue ?? []) expect(topic?.followers.has(ask.member)).toBe(true)
        if (topic && topic.queue.length > 0) expect(topic.asking).not.toBeNull()
        const isLeaving = event.type === 'left' || event.type === 'commanded'
        for (const told of step.tell)
          if (told.to !== null && !isLeaving) expect(topic?.followers.has(told.to)).toBe(true)
        hub = step.state
      }
    }),
  )
})
