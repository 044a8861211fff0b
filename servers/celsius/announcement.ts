/** What is announced on a topic, and how it lies in the log: the payload, and what the ledger will say of it. */
import type {CelsiusMessage} from '#protocol/celsius-frame.ts'
import type {ChannelPayload} from '#protocol/celsius-payload.ts'
import type {LedgerEvent} from '#protocol/ledger-event.ts'
import type {LogEntry} from '../log/stream-log.ts'

export type Carries = Extract<LedgerEvent, {kind: 'delivered'}>['carries']

export type Announcement = {
  readonly topic: string
  readonly payload: ChannelPayload
  readonly carries: Carries
  readonly messageIds: readonly string[]
  readonly conversationId: string | null
  /** Whether the tab is told the offset (CE37). */
  readonly numbered: boolean
}

/** An announcement that has its place in the log, ready for any number of sockets. */
export type Announced = {
  readonly offset: string
  readonly announcement: Announcement
  readonly item: CelsiusMessage
  /** The frame that carries it alone, written once for all sockets. */
  readonly frame: Buffer
}

export const writeAnnouncement = (announcement: Announcement): string => JSON.stringify(announcement)

/** Log values are our own writing, so they are not checked again. */
export function readAnnounced({offset, value}: LogEntry): Announced {
  const announcement = JSON.parse(value) as Announcement
  const {topic, payload, numbered} = announcement
  const item: CelsiusMessage = numbered
    ? {type: 'message', topic_id: topic, offset, payload}
    : {type: 'message', topic_id: topic, payload}
  return {offset, announcement, item, frame: Buffer.from(JSON.stringify([item]))}
}
