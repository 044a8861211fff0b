/**
 * A tab's channel where the socket is a hub's: the tab keeps its topics and how far it has read each, as on a socket of
 * its own, and speaks through a line to whoever is the hub now. Rules LW2–LW4, LW6.
 */
import {readServerFrame} from '#protocol/celsius-frame.ts'
import type {HubFrame, MemberFrame} from '#protocol/hub-frame.ts'
import type {Surroundings} from '../../chat-session.ts'
import type {Channel, ChannelHandlers} from '../channel.ts'
import type {Connection} from '../connection.ts'
import {next, noSubscriptions, presenceOf, type SubscriptionEvent} from '../topic-subscriptions.ts'
import {hear, type Hearing} from './hearing.ts'

export type Member = Pick<Channel, 'follow' | 'unfollow' | 'state'> & {
  /** `at`: when the frame was in hand (`stampNow`). */
  hear(frame: HubFrame, at: number): void
  /** The hub is another one from here on, whatever its generation. */
  forget(): void
  /** Says goodbye, as far as anybody hears it. */
  close(): void
}

type Needs = Pick<Surroundings, 'now' | 'pageState' | 'onPageState'>

export type MemberNeeds = {
  /** Names this tab's stays at hubs; each gets a number besides. */
  readonly client: string
  readonly handlers: Pick<ChannelHandlers, 'onConnection' | 'onMessages' | 'onMissed' | 'onBegun'>
  readonly surroundings: Needs
  readonly post: (frame: MemberFrame) => void
}

export function createMember({client, handlers, surroundings, post}: MemberNeeds): Member {
  let hearing: Hearing = null
  let subscriptions = noSubscriptions
  let presence = presenceOf(surroundings.pageState())
  let stay = 0
  let isFollowing = false
  let isClosed = false
  const member = () => `${client}.${stay}`

  function feed(event: SubscriptionEvent, at = 0, bytes = 0): void {
    const step = next(subscriptions, event)
    subscriptions = step.state
    if (step.send.length > 0 && hearing !== null)
      post({type: 'commands', generation: hearing.generation, member: member(), items: [...step.send]})
    if (step.deliver.length > 0) handlers.onMessages(step.deliver, at, bytes)
    for (const topic of step.missed) handlers.onMissed(topic)
    for (const {topic, offset} of step.begun) handlers.onBegun(topic, offset)
    if (event.type !== 'received' || isFollowing || subscriptions.pending.size > 0) return
    isFollowing = true
    handlers.onConnection(connectionOf(hearing, surroundings.now()), true)
  }

  function leave(): void {
    if (!subscriptions.online) return
    post({type: 'bye', member: member()})
    feed({type: 'dropped'})
  }

  function renew(): void {
    leave()
    isFollowing = false
    handlers.onConnection(connectionOf(hearing, surroundings.now()), false)
    if (hearing?.uplink.name !== 'open') return
    stay += 1
    feed({type: 'opened', presence})
  }

  function take(text: string, at: number): void {
    // What comes before the reply to a subscribe is in the reply as well; taken now, it would hide what came before it.
    const awaited = new Set(
      [...subscriptions.pending.values()].flatMap((command) =>
        command.type === 'subscribe' ? [command.topic_id] : [],
      ),
    )
    const items = readServerFrame(text).filter(
      (item) => item.type !== 'message' || !awaited.has(item.topic_id),
    )
    if (items.length > 0) feed({type: 'received', items}, at, text.length)
  }

  const stopListening = surroundings.onPageState((state) => {
    const changed = presenceOf(state)
    if (changed === presence) return
    presence = changed
    feed({type: 'presence-changed', presence})
  })

  return {
    follow: (topic, reading) => feed({type: 'wanted', topic, reading}),
    unfollow: (topic) => feed({type: 'unwanted', topic}),
    state: () => connectionOf(hearing, surroundings.now()),
    hear(frame, at) {
      if (isClosed) return
      const {now, means} = hear(hearing, frame, member())
      hearing = now
      if (means === 'take' && frame.type === 'frame') take(frame.text, at)
      if (means === 'renew') renew()
      if (means === 'told') handlers.onConnection(connectionOf(hearing, surroundings.now()), false)
      if (means === 'ask') post({type: 'ask', client, foreground: presence === 'foreground'})
    },
    forget() {
      if (hearing === null) return
      if (subscriptions.online) feed({type: 'dropped'})
      hearing = null
      isFollowing = false
      handlers.onConnection(connectionOf(hearing, surroundings.now()), false)
    },
    close() {
      leave()
      isClosed = true
      stopListening()
    },
  }
}

/** Without a hub the tab is about to be connected, for the first time or through the next one. */
const connectionOf = (hearing: Hearing, nowMs: number): Connection =>
  hearing?.uplink ?? {name: 'connecting', sinceMs: nowMs, retries: 0, manner: 'observed', end: null}
