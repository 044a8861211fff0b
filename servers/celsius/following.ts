/**
 * One socket following one topic: what is announced while the log is read waits, so that nothing is missed or doubled.
 * Knows the log, not the socket. Rules CE13–CE17, CE29.
 */
import type {SubscribeCommand} from '#protocol/celsius-command.ts'
import type {SubscribeReply} from '#protocol/celsius-frame.ts'
import {compareOffsets} from '#protocol/offset.ts'
import type {StreamLog} from '../log/stream-log.ts'
import {readAnnounced, type Announced} from './announcement.ts'
import type {FanOut} from './fan-out.ts'

export type Joined = {
  readonly reply: SubscribeReply
  readonly catchups: readonly Announced[]
  /** To be called once the reply is out: from here on announcements go to the tab. */
  readonly goLive: () => void
}

export type Following = {readonly leave: () => void; readonly joined: Promise<Joined>}

export type FollowRequest = {
  readonly key: string
  readonly command: SubscribeCommand
  /** Answer as briefly as the observed server does. */
  readonly brief: boolean
  readonly deliver: (announced: Announced) => void
}

export function follow(log: StreamLog, fanOut: FanOut, request: FollowRequest): Following {
  const {key, command, deliver} = request
  let waiting: Announced[] | null = []

  const listener = (announced: Announced) => {
    if (waiting) waiting.push(announced)
    else deliver(announced)
  }

  const goLiveAfter = (last: string | null) => () => {
    const missed = waiting ?? []
    waiting = null
    for (const announced of missed) {
      if (last === null || compareOffsets(announced.offset, last) > 0) deliver(announced)
    }
  }

  async function join(): Promise<Joined> {
    await fanOut.follow(key, listener)
    const {reply, catchups, last} = await readTopic(log, request)
    return {reply, catchups, goLive: goLiveAfter(last)}
  }

  const base = {type: 'subscribe', topic_id: command.topic_id} as const
  const joined = join().catch((): Joined => ({
    reply: {...base, recovered: false},
    catchups: [],
    goLive: goLiveAfter(null),
  }))
  return {joined, leave: () => fanOut.leave(key, listener)}
}

async function readTopic(log: StreamLog, {key, command, brief}: FollowRequest) {
  const base = {type: 'subscribe', topic_id: command.topic_id} as const
  if (command.offset === undefined) {
    const {offset, epoch} = await log.head(key)
    const reply: SubscribeReply = brief
      ? {...base, recovered: false}
      : {...base, recovered: false, last_offset: offset, epoch}
    // Everything since the command counts as "from now on", even if the log had it before the reply.
    return {reply, catchups: [], last: null}
  }

  const {recovered, entries, head} = await log.read(key, {epoch: command.epoch, offset: command.offset})
  if (!recovered) {
    const reply: SubscribeReply = {...base, recovered, last_offset: head.offset, epoch: head.epoch}
    return {reply, catchups: [], last: null}
  }
  const catchups = entries.map(readAnnounced)
  const last = catchups.at(-1)?.offset ?? command.offset
  const said: SubscribeReply = {...base, recovered, last_offset: last, epoch: head.epoch}
  const reply = catchups.length === 0 ? said : {...said, catchups: catchups.map(({item}) => item)}
  return {reply, catchups, last}
}
