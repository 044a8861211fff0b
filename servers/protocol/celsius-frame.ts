/**
 * Celsius → page: an array of replies and messages, a bare object, or `[]` to keep the line alive.
 * Observed (vendor client code, several public sources); the reading side tolerates what it does not know, as the
 * observed page does. Invented: `epoch` in the subscribe reply, the reply to `position`. Rules CE17–CE19, CE28–CE29, CE43.
 */
import * as v from 'valibot'
import {readPayload, type ChannelPayload, type UnknownPayload} from './celsius-payload.ts'
import {parseJson} from './decode.ts'
import {offset} from './offset.ts'
import {CONVERSATIONS} from './topics.ts'

/** What the server writes. The order of the fields is the observed one. */
export type CelsiusMessage = {
  readonly type: 'message'
  readonly topic_id: string
  readonly offset?: string
  readonly payload: ChannelPayload
}
export type SubscribeReply = {
  readonly type: 'subscribe'
  readonly topic_id: string
  readonly recovered: boolean
  readonly last_offset?: string
  readonly epoch?: string
  readonly catchups?: readonly CelsiusMessage[]
}
export type CelsiusReply =
  | {readonly type: 'connect'; readonly subscriptions: Readonly<Record<string, never>>}
  | SubscribeReply
  | {readonly type: 'unsubscribe'; readonly topic_id: string}
  | {readonly type: 'presence'}
  | {readonly type: 'position'; readonly topic_id: string}
export type CelsiusItem =
  | {readonly id: number; readonly type: 'reply'; readonly reply: CelsiusReply}
  | CelsiusMessage

export const KEEP_ALIVE_FRAME = '[]'
export const writeServerFrame = (items: readonly CelsiusItem[]): string => JSON.stringify(items)

/** What a page reads. */
export type ReceivedMessage = {
  readonly type: 'message'
  readonly topic_id: string
  readonly offset: string | null
  readonly payload: ChannelPayload | UnknownPayload
}
export type ReceivedReply =
  | {readonly type: 'connect'}
  | {
      readonly type: 'subscribe'
      readonly topic_id: string
      readonly recovered: boolean
      readonly last_offset: string | null
      readonly epoch: string | null
      readonly catchups: readonly ReceivedMessage[]
    }
  | {readonly type: 'unsubscribe'}
  | {readonly type: 'presence'}
  | {readonly type: 'position'}
  | {readonly type: 'unknown'}
export type ReceivedItem =
  | {readonly type: 'reply'; readonly id: number; readonly reply: ReceivedReply}
  | ReceivedMessage
  /** A bare object for the layer below the topics, or something nobody knows: both are left alone. */
  | {readonly type: 'control'; readonly name: string}

const messageShape = v.object({
  type: v.literal('message'),
  topic_id: v.string(),
  offset: v.optional(v.nullable(v.string())),
  payload: v.unknown(),
})
const subscribeShape = v.object({
  type: v.literal('subscribe'),
  topic_id: v.string(),
  recovered: v.boolean(),
  last_offset: v.optional(v.nullable(offset)),
  epoch: v.optional(v.nullable(v.string())),
  catchups: v.optional(v.nullable(v.array(v.unknown()))),
})
const plainReplyShape = v.object({type: v.picklist(['connect', 'unsubscribe', 'presence', 'position'])})
/** `type: 'reply'` may be missing: the page only needs `id` and `reply` (observed). */
const replyShape = v.object({id: v.number(), reply: v.unknown()})
const bareShape = v.object({type: v.string()})

/** Throws {@link ProtocolError} only for text that is not JSON; the page logs that and goes on. */
export function readServerFrame(text: string): readonly ReceivedItem[] {
  const value = parseJson(text)
  return Array.isArray(value) ? value.map(readItem) : [readBare(value)]
}

function readItem(value: unknown): ReceivedItem {
  const received = readMessage(value)
  if (received) return received
  const reply = v.safeParse(replyShape, value)
  if (reply.success) return {type: 'reply', id: reply.output.id, reply: readReply(reply.output.reply)}
  return readBare(value)
}

function readMessage(value: unknown): ReceivedMessage | null {
  const result = v.safeParse(messageShape, value)
  if (!result.success) return null
  const {topic_id, offset: position, payload} = result.output
  return {type: 'message', topic_id, offset: position || null, payload: readPayload(payload)}
}

function readReply(value: unknown): ReceivedReply {
  const subscribed = v.safeParse(subscribeShape, value)
  if (subscribed.success) {
    const {type, topic_id, recovered, last_offset, epoch, catchups} = subscribed.output
    const read = (catchups ?? []).map(readMessage)
    // A catch-up that cannot be read is a gap, so the whole reply is worth nothing.
    if (read.includes(null)) return {type: 'unknown'}
    const messages = read.filter((item) => item !== null)
    return {
      type,
      topic_id,
      recovered,
      last_offset: last_offset ?? null,
      epoch: epoch ?? null,
      catchups: messages,
    }
  }
  const plain = v.safeParse(plainReplyShape, value)
  return plain.success ? plain.output : {type: 'unknown'}
}

/** A bare `conversation-update` belongs to the listeners of `conversations` (observed). */
function readBare(value: unknown): ReceivedItem {
  const bare = v.safeParse(bareShape, value)
  if (!bare.success) return {type: 'control', name: ''}
  if (bare.output.type !== 'conversation-update') return {type: 'control', name: bare.output.type}
  return {type: 'message', topic_id: CONVERSATIONS, offset: null, payload: readPayload(value)}
}
