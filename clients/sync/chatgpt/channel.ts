/**
 * A tab's celsius channel: its connection and the topics it follows, joined. Knows frames, not what their payloads mean.
 * Observed: what cannot be read is dropped and never closes the socket. Rules CE5–CE8, CE17–CE19, CE43, CO1–CO6, PO10–PO12.
 */
import {writeClientFrame} from '#protocol/celsius-command.ts'
import type {ReceivedMessage} from '#protocol/celsius-frame.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {ChatgptSurroundings} from './chatgpt-surroundings.ts'
import {driveConnection, type ConnectionHandlers} from './connection-driver.ts'
import type {Connection} from './connection.ts'
import {watchLink, type LinkWatch} from './link-watch.ts'
import {readableItems} from './readable-frame.ts'
import {
  isJoining,
  next,
  noSubscriptions,
  presenceOf,
  type Reading,
  type SubscriptionEvent,
} from './topic-subscriptions.ts'

export type ChannelHandlers = Pick<ConnectionHandlers, 'socketUrl'> & {
  /** `open` is told twice: as the socket opens, and (`isFollowing`) once every topic wanted then is being followed. */
  readonly onConnection: (state: Connection, isFollowing: boolean) => void
  /** All messages of one frame. `at`: when it was in hand (`stampNow`). */
  readonly onMessages: (messages: readonly ReceivedMessage[], at: number, bytes: number) => void
  readonly onMissed: (topic: string) => void
  /** A topic is followed for the first time, from `offset` on. */
  readonly onBegun: (topic: string, offset: string) => void
}

export type Channel = {
  start(): void
  follow(topic: string, reading: Reading): void
  unfollow(topic: string): void
  state(): Connection
  close(): void
}

/** `remedies`: of these only `probe`, `watchdog` and `position` concern a channel. */
export function openChannel(
  surroundings: ChatgptSurroundings,
  handlers: ChannelHandlers,
  remedies: readonly Remedy[] = [],
): Channel {
  let subscriptions = noSubscriptions
  let presence = presenceOf(surroundings.pageState())
  let isFollowing = false
  const connection = driveConnection(
    surroundings,
    {
      socketUrl: handlers.socketUrl,
      onChange(state, before) {
        isFollowing = false
        if (before.name === 'open') feed({type: 'dropped'})
        if (state.name === 'open') feed({type: 'opened', presence})
        handlers.onConnection(state, false)
        // Last, because a watch may bring about the next state.
        for (const watch of watches) {
          if (before.name === 'open') watch.dropped()
          if (state.name === 'open') watch.opened()
        }
      },
      onFrame(text, at) {
        for (const watch of watches) watch.heard(text)
        const items = readableItems(text)
        if (items.length > 0) feed({type: 'received', items}, at, text.length)
      },
    },
    remedies,
  )
  const watches: readonly LinkWatch[] = (['probe', 'watchdog'] as const)
    .filter((watch) => remedies.includes(watch))
    .map((watch) =>
      watchLink(watch, surroundings, {
        ask() {
          // Where the page has just been shown, this is the news of it, too.
          presence = presenceOf(surroundings.pageState())
          feed({type: 'asked', presence})
        },
        abandon: (why) => connection.abandon(why),
        wake: () => connection.wake(),
      }),
    )

  function feed(event: SubscriptionEvent, at = 0, bytes = 0): void {
    const step = next(subscriptions, event)
    subscriptions = step.state
    if (step.send.length > 0) connection.send(writeClientFrame([...step.send]))
    if (step.deliver.length > 0) handlers.onMessages(step.deliver, at, bytes)
    // In this task, so that a page whose timers are throttled says it too, and after the messages were applied.
    if (step.moved.length > 0 && remedies.includes('position')) feed({type: 'applied', topics: step.moved})
    for (const topic of step.missed) handlers.onMissed(topic)
    for (const {topic, offset} of step.begun) handlers.onBegun(topic, offset)
    if (step.isAnswered) for (const watch of watches) watch.answered()
    if (event.type !== 'received' || isFollowing || isJoining(subscriptions)) return
    isFollowing = true
    handlers.onConnection(connection.state(), true)
  }

  const stopListening = surroundings.onPageState((state) => {
    const changed = presenceOf(state)
    if (changed === presence) return
    presence = changed
    feed({type: 'presence-changed', presence})
  })

  return {
    start: () => connection.start(),
    follow: (topic, reading) => feed({type: 'wanted', topic, reading}),
    unfollow: (topic) => feed({type: 'unwanted', topic}),
    state: () => connection.state(),
    close() {
      stopListening()
      for (const watch of watches) watch.close()
      connection.close()
    },
  }
}
