/** One device's socket: feeds the session what comes, and carries out what it asks for. Owns the socket and its timer. Rules MC10–MC13. */
import type {TLSSocket} from 'node:tls'
import type {PushEvent} from '#protocol/push-event.ts'
import type {DeviceLink, PushCore} from '../push-core.ts'
import type {SetTimer} from '../core/set-timer.ts'
import type {McsSettings} from './defaults.ts'
import {MCS_VERSION, newFrames, readFrames, type Frame} from './frames.ts'
import {McsRefusal} from './mcs-refusal.ts'
import {DEVICE_TAGS, encodePacket, readPacket} from './packets.ts'
import {newSession, next, type Effect, type Session, type SessionEvent} from './session.ts'

export type ConnectionParts = {
  readonly core: PushCore
  /** Whether the security token is the device's. Takes unknown devices in. */
  readonly admit: (deviceId: string, securityToken: string) => boolean
  readonly record: (event: PushEvent) => void
  readonly now: () => number
  readonly wallMs: () => number
  readonly setTimer: SetTimer
  readonly settings: McsSettings
}

export function serveConnection(socket: TLSSocket, parts: ConnectionParts): void {
  const {core, admit, record, now, wallMs, setTimer, settings} = parts
  const {maxStanzaBytes, maxOutboundBytes, heartbeatMs, missedHeartbeats, loginWithinMs, closeWithinMs} =
    settings
  let frames = newFrames
  let session: Session = newSession
  let isGreeted = false
  let heardAtMs = now()
  let cancelTimer = setTimer(loginWithinMs, watch)
  /** An event that an effect causes waits until the effects before it are carried out: packets are counted in their order. */
  const events: SessionEvent[] = []

  const link: DeviceLink = {
    transport: 'mcs',
    deliver: (delivery) => take({type: 'pushed', delivery}),
    close: (why) => take({type: 'taken-away', why}),
  }

  function take(event: SessionEvent): void {
    events.push(event)
    if (events.length > 1) return
    try {
      for (let first = events[0]; first !== undefined; first = events[0]) {
        const step = next(session, first, heartbeatMs)
        session = step.state
        for (const effect of step.effects) perform(effect)
        events.shift()
      }
    } catch {
      giveUp()
    }
  }

  /** The store cannot be written, say. What was not carried out the device asks for again on its next connection. */
  function giveUp(): void {
    events.length = 0
    session = {name: 'closed'}
    record({kind: 'push-refused', at: now(), where: 'mcs', code: 'internal'})
    socket.destroy()
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'check': {
        const isGenuine = admit(effect.deviceId, effect.securityToken)
        return take({type: 'checked', isGenuine, wallMs: wallMs()})
      }
      case 'send':
        return write(encodePacket(effect.packet.name, effect.packet.fields))
      case 'connect':
        cancelTimer()
        watch()
        return core.connected(effect.deviceId, link, effect.confirmed)
      case 'disconnect':
        return core.disconnected(effect.deviceId, link, effect.why)
      case 'ack':
        return core.acked(effect.deviceId, effect.deliveryIds)
      case 'record-refused':
        return record({kind: 'push-refused', at: now(), where: 'mcs', code: effect.code})
      case 'end':
        cancelTimer()
        cancelTimer = setTimer(closeWithinMs, () => socket.destroy())
        return void socket.end(() => socket.destroy())
      case 'cut':
        return void socket.destroy()
    }
  }

  function write(packet: Buffer): void {
    if (!socket.writable) return
    socket.write(isGreeted ? packet : Buffer.concat([Buffer.of(MCS_VERSION), packet]))
    isGreeted = true
    if (socket.writableLength > maxOutboundBytes) take({type: 'stuck'})
  }

  function hear(chunk: Buffer): void {
    const read = readFrames(frames, chunk, {tags: DEVICE_TAGS, maxStanzaBytes})
    frames = read.state
    for (const frame of read.frames) {
      if (session.name === 'closed') return
      heardAtMs = now()
      take(eventOf(frame))
    }
    if (frames.name === 'refused') take({type: 'unreadable', code: frames.code})
  }

  /** Half a packet does not count as a sign of life. */
  function watch(): void {
    const allowedMs = session.name === 'logged-in' ? heartbeatMs * missedHeartbeats : loginWithinMs
    const leftMs = heardAtMs + allowedMs - now()
    if (leftMs > 0) cancelTimer = setTimer(leftMs, watch)
    else take({type: 'silent'})
  }

  socket.on('data', hear)
  // What is wrong with a socket is followed by its close.
  socket.on('error', () => {})
  socket.on('end', () => take({type: 'gone', why: 'gone'}))
  socket.on('close', () => {
    cancelTimer()
    take({type: 'gone', why: 'gone'})
  })
}

function eventOf(frame: Frame): SessionEvent {
  try {
    return {type: 'received', packet: readPacket(frame)}
  } catch (error) {
    if (!(error instanceof McsRefusal)) throw error
    return {type: 'unreadable', code: error.code}
  }
}
