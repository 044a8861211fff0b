/**
 * One socket following one topic: what is announced while the log is read waits, so that nothing is missed or doubled.
 * Knows the log, not the socket. Rules CE13–CE17, CE29.
 */
import type {SubscribeCommand} from '#protocol/celsius-command.ts'
import type {SubscribeReply} from '#protocol/celsius-frame.ts'
import {BEGINNING, compareOffsets} from '#protocol/offset.ts'
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
  const {key, command, brief, deliver} = request
  const base = {type: 'subscribe', topic_id: command.topic_id} as const
  let waiting: Announced[] | null = []

  const listener = (announced: Announced) => {
    if (waiting) waiting.push(announced)
    else deliver(announced)
  }

  /** Entries the log has and entries that were announced meanwhile overlap; the offset tells them apart. */
  const goLive = (fromLog: readonly Announced[], after: string | null) => () => {
    const announcedMeanwhile = waiting ?? []
    waiting = null
    for (const announced of fromLog) deliver(announced)
    const last = fromLog.at(-1)?.offset ?? after
    for (const announced of announcedMeanwhile) {
      if (last === null || compareOffsets(announced.offset, last) > 0) deliver(announced)
    }
  }

  async function join(): Promise<Joined> {
    const since = command.offset === undefined ? await log.head(key) : null
    await fanOut.follow(key, listener)
    if (since === null) return joinFrom(command.offset ?? BEGINNING)
    // "From now on" begins where the reply says, so what came between head and following is made up for.
    const {entries} = await log.read(key, since)
    const reply = brief
      ? {...base, recovered: false}
      : {...base, recovered: false, last_offset: since.offset, epoch: since.epoch}
    return {reply, catchups: [], goLive: goLive(entries.map(readAnnounced), since.offset)}
  }

  async function joinFrom(offset: string): Promise<Joined> {
    const {recovered, entries, head} = await log.read(key, {epoch: command.epoch, offset})
    if (!recovered) {
      const reply = {...base, recovered, last_offset: head.offset, epoch: head.epoch}
      return {reply, catchups: [], goLive: goLive([], head.offset)}
    }
    const catchups = entries.map(readAnnounced)
    const last = catchups.at(-1)?.offset ?? offset
    const said = {...base, recovered, last_offset: last, epoch: head.epoch}
    const reply = catchups.length === 0 ? said : {...said, catchups: catchups.map(({item}) => item)}
    return {reply, catchups, goLive: goLive([], last)}
  }

  const joined = join().catch((): Joined => ({
    reply: {...base, recovered: false},
    catchups: [],
    goLive: goLive([], null),
  }))
  return {joined, leave: () => fanOut.leave(key, listener)}
}
