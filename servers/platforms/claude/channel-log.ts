/**
 * What is said of a conversation to browsers, kept in order for pages that missed some of it. Knows no push and no HTTP.
 * The log is shared with other channels; no page of theirs can name these topics. Rules CP8–CP9.
 */
import {placeData, type PushPlace, type QueryPlace} from '#protocol/claude/channel-events.ts'
import type {LogEntry, LogRead, StreamLog} from '../../log/stream-log.ts'
import type {PushData} from './push-data.ts'

export type PlacedData = {readonly offset: string; readonly data: PushData}
export type ChannelRead = Pick<LogRead, 'recovered' | 'head'> & {readonly events: readonly PlacedData[]}

export type ChannelLog = {
  /** Of one conversation one after another: the place before it is the one it names. */
  readonly append: (conversationId: string, data: PushData) => Promise<PushPlace>
  /** Without a place: the head alone. */
  readonly read: (conversationId: string, place: QueryPlace) => Promise<ChannelRead>
}

type Kept = {readonly previousOffset: string; readonly data: PushData}

const topicOf = (conversationId: string): string => `claude:${conversationId}`

export function createChannelLog(log: StreamLog): ChannelLog {
  return {
    async append(conversationId, data) {
      const topic = topicOf(conversationId)
      const {offset: previousOffset} = await log.head(topic)
      const kept: Kept = {previousOffset, data}
      return {...(await log.append(topic, JSON.stringify(kept))), previousOffset}
    },
    async read(conversationId, {offset, epoch}) {
      const topic = topicOf(conversationId)
      if (offset === undefined) return {recovered: true, head: await log.head(topic), events: []}
      const {recovered, head, entries} = await log.read(topic, {offset, epoch})
      return {recovered, head, events: entries.map((entry) => eventOf(entry, head.epoch))}
    },
  }
}

/** Log values are our own writing, so they are not checked again. */
function eventOf({offset, value}: LogEntry, epoch: string): PlacedData {
  const {previousOffset, data} = JSON.parse(value) as Kept
  return {offset, data: {...data, ...placeData({offset, epoch, previousOffset})}}
}
