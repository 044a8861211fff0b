/**
 * The one socket of a browser, shared by its tabs: what each member says is answered from here or passed on, and what the
 * server says reaches everybody. It keeps no messages: who lacks some asks the server again, from its own offset. Pure.
 * Rules LW2–LW5.
 */
import type {CelsiusCommand, CommandItem} from '#protocol/celsius-command.ts'
import type {ReceivedItem, ReceivedMessage, ReceivedReply} from '#protocol/celsius-frame.ts'
import type {Presence} from '../topic-subscriptions.ts'
import {answerHere, decideReply, moved, newTopic, type Ask, type HubTopic} from './hub-topic.ts'

export type Hub = {
  readonly isOpen: boolean
  readonly nextId: number
  /** As the server was told. */
  readonly presence: Presence
  readonly members: ReadonlyMap<string, Presence>
  readonly topics: ReadonlyMap<string, HubTopic>
  /** The command whose reply proves that the hub is alive. */
  readonly askedId: number | null
}

export type HubEvent =
  /** `presence` is that of whoever runs the hub; the members tell theirs soon. */
  | {readonly type: 'opened'; readonly presence: Presence}
  | {readonly type: 'dropped'}
  | {readonly type: 'received'; readonly items: readonly ReceivedItem[]}
  | {readonly type: 'commanded'; readonly member: string; readonly items: readonly CommandItem[]}
  | {readonly type: 'left'; readonly member: string}
  /** Somebody wants to know whether the hub is alive, its socket included. */
  | {readonly type: 'asked'}

/** `to: null` is everybody. */
export type Told =
  | {readonly to: string | null; readonly items: readonly ReceivedItem[]}
  | {readonly to: string; readonly again: true}

export type HubStep = {
  readonly state: Hub
  /** To be sent to the server as one frame. */
  readonly send: readonly CommandItem[]
  readonly tell: readonly Told[]
  /** The server has answered what it was asked for the sake of an answer. */
  readonly isAnswered: boolean
}

export const closedHub: Hub = {
  isOpen: false,
  nextId: 1,
  presence: 'background',
  members: new Map(),
  topics: new Map(),
  askedId: null,
}

/** Whenever the socket closes or opens, everybody begins anew: the members keep the positions. */
export function next(now: Hub, event: HubEvent): HubStep {
  if (event.type === 'dropped') return quiet(closedHub)
  if (event.type === 'opened') return begin(event.presence)
  if (!now.isOpen) return quiet(now)
  return serve(now, event)
}

function begin(presence: Presence): HubStep {
  const command = {type: 'connect', presence: {type: 'presence', state: presence}} as const
  return {...quiet({...closedHub, isOpen: true, nextId: 2, presence}), send: [{id: 1, command}]}
}

const quiet = (state: Hub): HubStep => ({state, send: [], tell: [], isAnswered: false})

type Served = Exclude<HubEvent, {type: 'opened' | 'dropped'}>

function serve(now: Hub, event: Served): HubStep {
  const members = new Map(now.members)
  const topics = new Map(now.topics)
  const send: CommandItem[] = []
  const tell: Told[] = []
  let {nextId, presence, askedId} = now

  if (event.type === 'commanded') for (const item of event.items) obey(event.member, item)
  if (event.type === 'left') dismiss(event.member)
  if (event.type === 'received') for (const item of event.items) receive(item)
  if (event.type === 'asked' && askedId === null) {
    askedId = nextId
    say({type: 'presence', state: presence})
  }
  tellPresence()
  const isAnswered = now.askedId !== null && askedId === null
  return {state: {...now, nextId, presence, members, topics, askedId}, send, tell, isAnswered}

  function obey(member: string, {id, command}: CommandItem): void {
    switch (command.type) {
      case 'connect':
        members.set(member, command.presence.state)
        return answer(member, id, {type: 'connect'})
      case 'presence':
        members.set(member, command.state)
        return answer(member, id, {type: 'presence'})
      case 'position':
        // It is of a connection of one tab alone, and there is none (LW5).
        return answer(member, id, {type: 'position'})
      case 'unsubscribe':
        leave(command.topic_id, member)
        return answer(member, id, {type: 'unsubscribe'})
      case 'subscribe': {
        const topic = topics.get(command.topic_id) ?? newTopic
        const ask = {member, id, command}
        const followers = new Set(topic.followers).add(member)
        topics.set(command.topic_id, {...topic, followers, queue: [...topic.queue, ask]})
        return workOff(command.topic_id)
      }
    }
  }

  /** Questions about one topic go one after another: each may move the place from which the topic is followed. */
  function workOff(name: string): void {
    for (;;) {
      const topic = topics.get(name)
      const [ask, ...queue] = topic?.queue ?? []
      if (!topic || !ask || topic.asking) return
      const reply = answerHere(topic, ask.command)
      topics.set(name, {...topic, queue, asking: reply ? null : {...ask, upstreamId: nextId}})
      if (reply) answer(ask.member, ask.id, reply)
      else say(ask.command)
    }
  }

  function leave(name: string, member: string): void {
    const topic = topics.get(name)
    if (!topic?.followers.has(member)) return
    const followers = new Set(topic.followers)
    followers.delete(member)
    const queue = topic.queue.filter((ask) => ask.member !== member)
    if (followers.size > 0) return void topics.set(name, {...topic, followers, queue})
    topics.delete(name)
    say({type: 'unsubscribe', topic_id: name})
  }

  function dismiss(member: string): void {
    for (const name of topics.keys()) leave(name, member)
    members.delete(member)
  }

  function receive(item: ReceivedItem): void {
    if (item.type === 'message') return pass([item])
    if (item.type !== 'reply') return
    if (item.id === askedId) askedId = null
    const found = [...topics].find(([, {asking}]) => asking?.upstreamId === item.id)
    if (!found) return
    const [name, topic] = found
    const ask = topic.asking as Ask
    const outcome = decideReply(topic, item.reply, ask)
    topics.set(name, {...outcome.topic, asking: null})
    if (topic.followers.has(ask.member)) answer(ask.member, ask.id, item.reply)
    pass(outcome.news)
    for (const member of outcome.again) tell.push({to: member, again: true})
    workOff(name)
  }

  function pass(messages: readonly ReceivedMessage[]): void {
    for (const message of messages) {
      const topic = topics.get(message.topic_id)
      if (!topic) continue
      topics.set(message.topic_id, moved(topic, message))
      const last = tell.at(-1)
      if (last?.to === null && 'items' in last)
        tell[tell.length - 1] = {to: null, items: [...last.items, message]}
      else tell.push({to: null, items: [message]})
    }
  }

  function answer(member: string, id: number, reply: ReceivedReply): void {
    const item: ReceivedItem = {type: 'reply', id, reply}
    const last = tell.at(-1)
    if (last?.to === member && 'items' in last)
      tell[tell.length - 1] = {to: member, items: [...last.items, item]}
    else tell.push({to: member, items: [item]})
  }

  function say(command: CelsiusCommand): void {
    send.push({id: nextId, command})
    nextId += 1
  }

  /** The browser is in the foreground when one of its tabs is. */
  function tellPresence(): void {
    const together = [...members.values()].includes('foreground') ? 'foreground' : 'background'
    if (members.size === 0 || together === presence) return
    presence = together
    say({type: 'presence', state: together})
  }
}
