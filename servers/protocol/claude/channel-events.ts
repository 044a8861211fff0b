/**
 * Where a push stands in the log of its conversation, and `GET …/chat_conversations/{id}/channel_events`: what a page asks
 * that missed some of them. Invented as a whole: push itself has no positions. Rules CP8–CP11.
 */
import * as v from 'valibot'
import {decode, decodeValue} from '../decode.ts'
import {offset} from '../offset.ts'

const epoch = v.pipe(v.string(), v.nonEmpty())

/** A place in one life of the log; offset `"0"` is before everything. */
export type LogPlace = {readonly epoch: string; readonly offset: string}

/** `previousOffset`: of the event before this one in the same conversation, `"0"` where it is the first. */
export type PushPlace = LogPlace & {readonly previousOffset: string}

const pushPlace = v.object({offset, epoch, previous_offset: offset})

/** As flat texts, beside what else is in the data of a push. */
export const placeData = ({offset: own, epoch: life, previousOffset}: PushPlace): Record<string, string> => ({
  offset: own,
  epoch: life,
  previous_offset: previousOffset,
})

/** Null for a push that has no place: a notice, or one of a server that keeps no log. Never throws. */
export function readPushPlace(data: unknown): PushPlace | null {
  const result = v.safeParse(pushPlace, data)
  if (!result.success) return null
  const {offset: own, epoch: life, previous_offset: previousOffset} = result.output
  return {offset: own, epoch: life, previousOffset}
}

const queryPlace = v.object({offset: v.optional(offset), epoch: v.optional(epoch)})
export type QueryPlace = v.InferOutput<typeof queryPlace>

/**
 * Of the query: `offset` and `epoch` of where the page is, both absent for "from now on". Beside it `channel`, the uuid of
 * the channel that the page registered, where it has one. Throws {@link ProtocolError}.
 */
export const readQueryPlace = (query: unknown): QueryPlace => decodeValue(queryPlace, query)

export const channelEvents = v.object({
  /** False: events after the page's place may be missing, or its epoch is another one. Then there are no events. */
  recovered: v.boolean(),
  /** The head of the log: everything that was pushed before this was asked lies at it or before. */
  epoch,
  offset,
  /** After the page's place up to the head, oldest first. `data` as the push would have had it if it had no limit of length. */
  events: v.array(v.object({offset, data: v.record(v.string(), v.string())})),
  /** Whether pushes still go to the channel that the page named; null where it named none. */
  channel_active: v.nullable(v.boolean()),
})
export type ChannelEvents = v.InferOutput<typeof channelEvents>

/** Throws {@link ProtocolError}. */
export const readChannelEvents = (text: string): ChannelEvents => decode(channelEvents, text)
