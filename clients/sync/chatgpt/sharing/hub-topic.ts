/**
 * One topic at the hub: who follows it, how far the socket has brought it, and which questions about it wait. Pure.
 * Rules LW3–LW4.
 */
import type {SubscribeCommand} from '#protocol/celsius-command.ts'
import type {ReceivedMessage, ReceivedReply} from '#protocol/celsius-frame.ts'
import {compareOffsets, parseOffset} from '#protocol/offset.ts'

export type Ask = {readonly member: string; readonly id: number; readonly command: SubscribeCommand}

/** `isExact`: nothing without an offset came since, so the offset says all of where the topic is. */
type Position = {readonly offset: string; readonly epoch: string | null; readonly isExact: boolean}

export type HubTopic = {
  readonly followers: ReadonlySet<string>
  /** The server has answered a subscribe, so whatever is announced comes. */
  readonly isFollowed: boolean
  readonly position: Position | null
  /** What the server was asked on a member's behalf, under the id of the hub's own command. */
  readonly asking: (Ask & {readonly upstreamId: number}) | null
  readonly queue: readonly Ask[]
}

export const newTopic: HubTopic = {
  followers: new Set(),
  isFollowed: false,
  position: null,
  asking: null,
  queue: [],
}

type Subscribed = Extract<ReceivedReply, {type: 'subscribe'}>

/** The reply that needs no server; null where only the server knows. */
export function answerHere({isFollowed, position}: HubTopic, command: SubscribeCommand): Subscribed | null {
  if (!isFollowed) return null
  const base = {type: 'subscribe', topic_id: command.topic_id, catchups: []} as const
  const epoch = position?.epoch ?? null
  const offset = position?.isExact ? position.offset : null
  // "From now on" is from here: everything that comes is passed on.
  if (command.offset === undefined) return {...base, recovered: false, last_offset: offset, epoch}
  const isHere = offset === command.offset && epoch === (command.epoch ?? null)
  return isHere ? {...base, recovered: true, last_offset: offset, epoch} : null
}

export function moved(topic: HubTopic, {offset}: ReceivedMessage): HubTopic {
  const {position} = topic
  if (position === null) return topic
  return {...topic, position: offset === null ? {...position, isExact: false} : {...position, offset}}
}

type Outcome = {
  readonly topic: HubTopic
  /** Caught up for one, but new to the others as well: the server had left the topic meanwhile. */
  readonly news: readonly ReceivedMessage[]
  /** Who may have missed something, and is to ask for it from its own offset. */
  readonly again: readonly string[]
}

export function decideReply(topic: HubTopic, reply: ReceivedReply, ask: Ask): Outcome {
  const others = [...topic.followers].filter((member) => member !== ask.member)
  if (reply.type !== 'subscribe' || reply.topic_id !== ask.command.topic_id)
    return {topic: {...topic, isFollowed: false, position: null}, news: [], again: []}

  const before = topic.isFollowed ? topic.position : null
  const {last_offset: offset, epoch, recovered, catchups} = reply
  const followed = {
    ...topic,
    isFollowed: true,
    position: offset === null ? null : {offset, epoch, isExact: true},
  }
  if (!topic.isFollowed || others.length === 0) return {topic: followed, news: [], again: []}
  if (!recovered) {
    const isSame = before !== null && before.offset === offset && before.epoch === epoch
    return {topic: followed, news: [], again: isSame ? [] : others}
  }
  return {topic: followed, news: catchups.filter((message) => isAfter(message, before)), again: []}
}

function isAfter({offset}: ReceivedMessage, before: Position | null): boolean {
  if (offset === null || before === null) return true
  if (parseOffset(offset) === null || parseOffset(before.offset) === null) return offset !== before.offset
  return compareOffsets(offset, before.offset) > 0
}
