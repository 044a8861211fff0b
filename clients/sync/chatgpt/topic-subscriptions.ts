/**
 * Which topics a tab follows, how far it has read each, and what the server's replies mean. Pure.
 * Observed: offsets are kept by the page, resubscribing after a reconnect sends them, and `recovered: false` after an
 * offset was sent means "messages may have been missed". Invented: `epoch`; that a topic may be followed `live`, so that
 * what passed while the socket was down is never asked for (the policies without `resume`); positions, and presence as a
 * question (remedies `position`, `probe`). Rules CO4–CO6, CO9, CO16, CE13–CE16, CE43, PO3, PO10, PO12.
 */
import type {CelsiusCommand, CommandItem} from '#protocol/celsius-command.ts'
import type {ReceivedItem, ReceivedMessage, ReceivedReply} from '#protocol/celsius-frame.ts'
import {BEGINNING, compareOffsets, parseOffset} from '#protocol/offset.ts'

/** `live`: from now on, each time. `resumed`: after a reconnect from where it was. `whole`: that, and at first from the beginning. */
export type Reading = 'live' | 'resumed' | 'whole'

type TopicState = {
  readonly reading: Reading
  readonly offset: string | null
  readonly epoch: string | null
  /** The offset of the last subscribe command; what `recovered: false` is judged by. */
  readonly sentOffset: string | null
  /** The number of that command on this connection. A reply to an earlier one is about a time that is over. */
  readonly sentId: number | null
  /** A subscribe was answered: what comes from now on comes after what was read before. */
  readonly hasBegun: boolean
}

export type Presence = 'foreground' | 'background'

export const presenceOf = ({foreground}: {readonly foreground: boolean}): Presence =>
  foreground ? 'foreground' : 'background'

export type Subscriptions = {
  /** Whether a socket is open to send commands on. */
  readonly online: boolean
  readonly nextId: number
  readonly topics: ReadonlyMap<string, TopicState>
  /** Which command awaits its reply; all are forgotten when the socket closes. */
  readonly pending: ReadonlyMap<number, CelsiusCommand>
  /** The command whose reply proves that the link lives. */
  readonly askedId: number | null
}

export type SubscriptionEvent =
  | {readonly type: 'opened'; readonly presence: Presence}
  | {readonly type: 'dropped'}
  | {readonly type: 'wanted'; readonly topic: string; readonly reading: Reading}
  | {readonly type: 'unwanted'; readonly topic: string}
  | {readonly type: 'presence-changed'; readonly presence: Presence}
  /** The link is suspect: presence is said once more, for the sake of its reply. */
  | {readonly type: 'asked'; readonly presence: Presence}
  /** What these topics brought is applied, up to where each has been read. */
  | {readonly type: 'applied'; readonly topics: readonly string[]}
  | {readonly type: 'received'; readonly items: readonly ReceivedItem[]}

export type SubscriptionStep = {
  readonly state: Subscriptions
  /** To be sent as one frame. */
  readonly send: readonly CommandItem[]
  /** To be acted upon, in order. */
  readonly deliver: readonly ReceivedMessage[]
  /** Topics of which messages may have been missed. */
  readonly missed: readonly string[]
  /** Topics followed for the first time that had a past already: what was read before their `offset` may lack some of it. */
  readonly begun: readonly {readonly topic: string; readonly offset: string}[]
  /** Topics that have been read up to another place than before, or whose subscribe was answered. */
  readonly moved: readonly string[]
  /** What was asked last was answered. */
  readonly isAnswered: boolean
}

export const noSubscriptions: Subscriptions = {
  online: false,
  nextId: 1,
  topics: new Map(),
  pending: new Map(),
  askedId: null,
}

export function next(now: Subscriptions, event: SubscriptionEvent): SubscriptionStep {
  switch (event.type) {
    case 'opened': {
      // Ids count from 1 on every connection; everything said in the moment of opening is one frame.
      const fresh = {...now, online: true, nextId: 1, pending: new Map(), askedId: null}
      const {presence} = event
      return issue(fresh, [
        {type: 'connect', presence: {type: 'presence', state: presence}},
        ...[...now.topics].map(([topic, state]) => subscribeCommand(topic, state)),
      ])
    }
    case 'dropped':
      return quiet({...now, online: false, pending: new Map(), askedId: null})
    case 'wanted': {
      if (now.topics.has(event.topic)) return quiet(now)
      const added = newTopic(event.reading)
      const state = {...now, topics: new Map(now.topics).set(event.topic, added)}
      return state.online ? issue(state, [subscribeCommand(event.topic, added)]) : quiet(state)
    }
    case 'unwanted': {
      if (!now.topics.has(event.topic)) return quiet(now)
      const topics = new Map(now.topics)
      topics.delete(event.topic)
      const state = {...now, topics}
      return now.online ? issue(state, [{type: 'unsubscribe', topic_id: event.topic}]) : quiet(state)
    }
    case 'presence-changed':
      return now.online ? issue(now, [{type: 'presence', state: event.presence}]) : quiet(now)
    case 'asked':
      if (!now.online) return quiet(now)
      return issue({...now, askedId: now.nextId}, [{type: 'presence', state: event.presence}])
    case 'applied': {
      const positions = now.online ? event.topics.flatMap((topic) => positionOf(topic, now)) : []
      return positions.length > 0 ? issue(now, positions) : quiet(now)
    }
    case 'received':
      return receive(now, event.items)
  }
}

/** Whether a topic that was asked for is not followed yet. */
export const isJoining = ({pending}: Subscriptions): boolean =>
  pending.values().some(({type}) => type === 'connect' || type === 'subscribe')

const quiet = (state: Subscriptions): SubscriptionStep => ({
  state,
  send: [],
  deliver: [],
  missed: [],
  begun: [],
  moved: [],
  isAnswered: false,
})

const newTopic = (reading: Reading): TopicState => ({
  reading,
  offset: null,
  epoch: null,
  sentOffset: null,
  sentId: null,
  hasBegun: false,
})

function positionOf(topic: string, {topics}: Subscriptions): CelsiusCommand[] {
  const {offset = null, epoch = null} = topics.get(topic) ?? {}
  // What has no known form is a place that only its own server understands.
  if (offset === null || parseOffset(offset) === null) return []
  return [{type: 'position', topic_id: topic, offset, ...(epoch !== null && {epoch})}]
}

function subscribeCommand(topic: string, {reading, offset, epoch}: TopicState): CelsiusCommand {
  const since = reading === 'live' ? null : (offset ?? (reading === 'whole' ? BEGINNING : null))
  if (since === null) return {type: 'subscribe', topic_id: topic}
  return {
    type: 'subscribe',
    topic_id: topic,
    offset: since,
    ...(epoch !== null && offset !== null && {epoch}),
  }
}

function issue(now: Subscriptions, commands: readonly CelsiusCommand[]): SubscriptionStep {
  const pending = new Map(now.pending)
  const topics = new Map(now.topics)
  const send = commands.map((command, index) => ({id: now.nextId + index, command}))
  for (const {id, command} of send) {
    pending.set(id, command)
    if (command.type !== 'subscribe') continue
    const topic = topics.get(command.topic_id)
    if (topic) topics.set(command.topic_id, {...topic, sentOffset: command.offset ?? null, sentId: id})
  }
  return {...quiet({...now, pending, topics, nextId: now.nextId + commands.length}), send}
}

function receive(now: Subscriptions, items: readonly ReceivedItem[]): SubscriptionStep {
  const topics = new Map(now.topics)
  const pending = new Map(now.pending)
  const deliver: ReceivedMessage[] = []
  const missed: string[] = []
  const begun: {topic: string; offset: string}[] = []
  const moved = new Set<string>()
  let {askedId} = now

  for (const item of items) {
    if (item.type === 'message') take(item)
    if (item.type !== 'reply') continue
    const command = pending.get(item.id)
    pending.delete(item.id)
    if (item.id === askedId) askedId = null
    if (command?.type === 'subscribe') answer(command.topic_id, item.id, item.reply)
  }
  const isAnswered = askedId !== now.askedId
  return {
    state: {...now, topics, pending, askedId},
    send: [],
    deliver,
    missed,
    begun,
    moved: [...moved],
    isAnswered,
  }

  function take(message: ReceivedMessage): void {
    const topic = topics.get(message.topic_id)
    // A topic given up a moment ago may still speak; bare objects belong to a topic that is always wanted.
    if (!topic) return
    if (message.offset !== null) {
      if (topic.offset !== null && isAtOrBefore(message.offset, topic.offset)) return
      topics.set(message.topic_id, {...topic, offset: message.offset})
      moved.add(message.topic_id)
    }
    deliver.push(message)
  }

  function answer(name: string, id: number, reply: ReceivedReply): void {
    const topic = topics.get(name)
    // Given up and wanted again: this reply is about the time before.
    if (!topic || topic.sentId !== id) return
    if (reply.type !== 'subscribe' || reply.topic_id !== name) {
      missed.push(name)
      return
    }
    if (reply.recovered) for (const message of reply.catchups) take(message)
    else if (topic.sentOffset !== null) missed.push(name)
    else if (!topic.hasBegun && reply.last_offset && reply.last_offset !== BEGINNING)
      begun.push({topic: name, offset: reply.last_offset})
    // What was read so far is worth nothing in another life of the log, and nothing to a topic that is read live.
    const read = reply.recovered ? (topics.get(name)?.offset ?? null) : null
    const offset = reply.last_offset ?? read ?? topic.sentOffset
    topics.set(name, {...topic, offset, epoch: reply.epoch ?? topic.epoch, hasBegun: true})
    moved.add(name)
  }
}

/** Offsets that are not of the known form are opaque: equal or new. */
function isAtOrBefore(offset: string, read: string): boolean {
  if (offset === read) return true
  return parseOffset(offset) !== null && parseOffset(read) !== null && compareOffsets(offset, read) <= 0
}
