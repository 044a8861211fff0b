/**
 * Runs a hub: its one socket with the observed rules of reconnecting, and what it says to its members. Does not know how
 * frames reach them. Rules LW1–LW6.
 */
import {writeClientFrame} from '#protocol/celsius-command.ts'
import type {HubFrame, MemberFrame, Uplink} from '#protocol/hub-frame.ts'
import type {Remedy} from '#protocol/policy.ts'
import type {ChatgptSurroundings} from '../chatgpt-surroundings.ts'
import {driveConnection, type ConnectionHandlers} from '../connection-driver.ts'
import type {Connection} from '../connection.ts'
import {watchLink, type LinkWatch} from '../link-watch.ts'
import {readableItems} from '../readable-frame.ts'
import {presenceOf} from '../topic-subscriptions.ts'
import {sharingTimes} from './defaults.ts'
import {closedHub, next, type HubEvent, type Told} from './hub.ts'

export type RunningHub = {
  take(frame: MemberFrame): void
  close(): void
}

export type HubNeeds = {
  readonly generation: number
  /** Of these only `probe` and `watchdog` concern a socket that is shared. */
  readonly remedies: readonly Remedy[]
  readonly socketUrl: () => Promise<string>
  readonly surroundings: ChatgptSurroundings
  /** To everybody, the hub's own tab included. `at`: when the socket brought it (`stampNow`). */
  readonly post: (frame: HubFrame, at: number) => void
}

export function runHub({generation, remedies, socketUrl, surroundings, post}: HubNeeds): RunningHub {
  let hub = closedHub
  let seq = 0
  let isClosed = false
  const own = (['probe', 'watchdog'] as const).filter((watch) => remedies.includes(watch))
  const handlers: ConnectionHandlers = {
    socketUrl,
    onChange(state, before) {
      for (const watch of watches) {
        if (before.name === 'open') watch.dropped()
        if (state.name === 'open') watch.opened()
      }
      if (before.name === 'open') feed({type: 'dropped'})
      if (state.name === 'open') feed({type: 'opened', presence: presenceOf(surroundings.pageState())})
      if (isClosed) return
      seq += 1
      beat()
    },
    onFrame(text, at) {
      for (const watch of watches) watch.heard(text)
      const items = readableItems(text)
      if (items.length > 0) feed({type: 'received', items}, at)
    },
  }
  const connection = driveConnection(surroundings, handlers, own)
  const watches: readonly LinkWatch[] = own.map((watch) =>
    watchLink(watch, surroundings, {
      ask: () => feed({type: 'asked'}),
      abandon: (why) => connection.abandon(why),
      wake: () => connection.wake(),
    }),
  )

  function feed(event: HubEvent, at = surroundings.stampNow()): void {
    const step = next(hub, event)
    hub = step.state
    if (step.send.length > 0) connection.send(writeClientFrame([...step.send]))
    for (const told of step.tell) tell(told, at)
    if (!step.isAnswered) return
    for (const watch of watches) watch.answered()
    beat()
  }

  function tell(told: Told, at: number): void {
    if ('again' in told) return post({type: 'again', generation, seq, to: told.to}, at)
    if (told.to === null) seq += 1
    post({type: 'frame', generation, seq, to: told.to, text: JSON.stringify(told.items)}, at)
  }

  function beat(): void {
    const uplink = uplinkOf(connection.state())
    if (uplink) post({type: 'beat', generation, seq, uplink}, surroundings.stampNow())
  }

  let cancelBeat = surroundings.setTimer(beatOn, sharingTimes.beatMs)
  function beatOn(): void {
    cancelBeat = surroundings.setTimer(beatOn, sharingTimes.beatMs)
    beat()
  }
  /**
   * A page that is frozen may still hear its tabs (Chromium 156 goes on delivering what comes over a BroadcastChannel), but
   * it has neither timers nor a socket. So it answers when the server, or else a timer, has answered it.
   */
  let cancelProof = () => {}
  function prove(): void {
    if (connection.state().name === 'open') return feed({type: 'asked'})
    cancelProof()
    cancelProof = surroundings.setTimer(beat, 0)
  }
  connection.start()

  return {
    take(frame) {
      if (isClosed) return
      if (frame.type === 'ask') return prove()
      // What was said to another hub, or before the socket broke, is said again.
      if (frame.type === 'bye') return feed({type: 'left', member: frame.member})
      if (frame.generation === generation) feed({type: 'commanded', member: frame.member, items: frame.items})
    },
    close() {
      isClosed = true
      cancelBeat()
      cancelProof()
      for (const watch of watches) watch.close()
      connection.close()
    },
  }
}

/** Null before it is begun and once it is closed: then nobody is told anything. */
const uplinkOf = (state: Connection): Uplink | null =>
  state.name === 'idle' || state.name === 'closed' ? null : state
