import {expect, test} from 'vitest'
import type {StreamLog} from '../log/stream-log.ts'
import {createMemoryLog} from '../log/memory-log.ts'
import {writeAnnouncement, type Announced} from './announcement.ts'
import {channelMessages} from './channel-messages.ts'
import {createFanOut} from './fan-out.ts'
import {follow} from './following.ts'
import {commits} from './test-channel.ts'

const TOPIC = 'conversation-c1'
const value = (id: string) => writeAnnouncement(channelMessages('content', commits('ada', id), 1)[0]!)
const idsOf = (all: readonly Announced[]) => all.flatMap(({announcement}) => announcement.messageIds)

/** A log in which something is appended before and after every answer: the worst that can happen to a reader. */
function busyLog(log: StreamLog, count: {value: number}): StreamLog {
  const more = () => log.append(TOPIC, value(`m${count.value++}`))
  const between =
    <A extends unknown[], R>(method: (...args: A) => Promise<R>) =>
    async (...args: A): Promise<R> => {
      await more()
      const result = await method(...args)
      await more()
      return result
    }
  return {...log, head: between(log.head), read: between(log.read), subscribe: between(log.subscribe)}
}

async function joinBusy(offset: string | undefined) {
  const log = createMemoryLog()
  const count = {value: 0}
  await log.append(TOPIC, value('before'))
  const busy = busyLog(log, count)
  const delivered: Announced[] = []
  const command = {type: 'subscribe', topic_id: TOPIC, ...(offset !== undefined && {offset})} as const
  const request = {
    key: TOPIC,
    command,
    brief: false,
    deliver: (announced: Announced) => delivered.push(announced),
  }
  const {joined} = follow(busy, createFanOut(busy), request)
  const {reply, catchups, goLive} = await joined
  expect(delivered).toEqual([])
  goLive()
  await log.append(TOPIC, value(`m${count.value++}`))
  const expected = Array.from({length: count.value}, (_, index) => `m${index}`)
  return {reply, delivered, got: idsOf([...catchups, ...delivered]), expected}
}

test('[CE17] however busy the topic is, a reader from the beginning gets everything once, in order', async () => {
  const {got, expected} = await joinBusy('0')
  expect(got).toEqual(['before', ...expected])
})

test('[CE13] a reader without offset gets everything after the offset it is told, in order', async () => {
  const {got, expected, reply, delivered} = await joinBusy(undefined)
  // The log grew by m0 before it was asked for its head.
  expect(got).toEqual(expected.slice(1))
  expect(delivered.every(({offset}) => offset > (reply.last_offset ?? ''))).toBe(true)
})

test('[CE14] a reader from an unknown place is told where the topic stands, and gets what comes after that', async () => {
  const {got, expected, reply} = await joinBusy('9999999999999-0')
  expect(reply).toMatchObject({recovered: false})
  expect(expected.slice(-got.length)).toEqual(got)
  expect(got.length).toBeGreaterThan(0)
})

test('[CE14] a log that fails is messages possibly missed', async () => {
  const log: StreamLog = {...createMemoryLog(), read: () => Promise.reject(new Error('the disk is gone'))}
  const command = {type: 'subscribe', topic_id: TOPIC, offset: '0'} as const
  const {joined} = follow(log, createFanOut(log), {key: TOPIC, command, brief: false, deliver: () => {}})
  expect((await joined).reply).toEqual({type: 'subscribe', topic_id: TOPIC, recovered: false})
})
