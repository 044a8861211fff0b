/**
 * What one device has said over MCS so far, and what its next packet asks for. Pure: no socket, no clock, no store; whoever
 * drives it carries out the effects in their order. Rules MC5–MC12.
 */
import type {DevicePacket, LoginRequest} from '#protocol/device/mcs-packet.ts'
import type {Delivery} from '../push-core.ts'
import type {McsRefusalCode} from './mcs-refusal.ts'
import {
  closing,
  dataMessage,
  heartbeatAck,
  loginRefused,
  loginResponse,
  type ServerPacket,
} from './server-packets.ts'

/** Stream ids are not on the wire: both sides count packets from the login on. */
type Unacked = {readonly streamId: number; readonly deliveryId: string}

export type Session =
  | {readonly name: 'awaiting-login'}
  | {readonly name: 'checking'; readonly login: LoginRequest}
  | {
      readonly name: 'logged-in'
      readonly deviceId: string
      readonly sent: number
      readonly received: number
      readonly unacked: readonly Unacked[]
    }
  | {readonly name: 'closed'}
type LoggedIn = Extract<Session, {name: 'logged-in'}>

export type SessionEvent =
  | {readonly type: 'received'; readonly packet: DevicePacket}
  | {readonly type: 'checked'; readonly isGenuine: boolean; readonly wallMs: number}
  | {readonly type: 'pushed'; readonly delivery: Delivery}
  /** What came was no packet. */
  | {readonly type: 'unreadable'; readonly code: McsRefusalCode}
  /** Nothing came for too long. */
  | {readonly type: 'silent'}
  /** What was sent is not being read. */
  | {readonly type: 'stuck'}
  /** The core, or the server's end, takes the connection away. */
  | {readonly type: 'taken-away'; readonly why: string}
  /** The socket is gone. */
  | {readonly type: 'gone'; readonly why: string}

export type Effect =
  | {readonly do: 'check'; readonly deviceId: string; readonly securityToken: string}
  | {readonly do: 'send'; readonly packet: ServerPacket}
  | {readonly do: 'connect'; readonly deviceId: string; readonly confirmed: readonly string[]}
  | {readonly do: 'disconnect'; readonly deviceId: string; readonly why: string}
  | {readonly do: 'ack'; readonly deviceId: string; readonly deliveryIds: readonly string[]}
  | {readonly do: 'record-refused'; readonly code: McsRefusalCode}
  /** After what was sent. */
  | {readonly do: 'end'}
  /** At once. */
  | {readonly do: 'cut'}

export type Step = {readonly state: Session; readonly effects: readonly Effect[]}

export const newSession: Session = {name: 'awaiting-login'}

export function next(state: Session, event: SessionEvent, heartbeatMs: number): Step {
  if (state.name === 'closed') return {state, effects: []}
  switch (event.type) {
    case 'received':
      return state.name === 'logged-in' ? received(state, event.packet) : login(state, event.packet)
    case 'checked':
      return state.name === 'checking' ? answer(state.login, event, heartbeatMs) : {state, effects: []}
    case 'pushed':
      return state.name === 'logged-in' ? deliver(state, event.delivery) : {state, effects: []}
    case 'unreadable':
      return refuse(state, event.code)
    case 'silent':
      return state.name === 'logged-in' ? end(state, 'silent', [{do: 'cut'}]) : refuse(state, 'login-overdue')
    case 'stuck':
      return end(state, 'not-reading', [{do: 'cut'}])
    case 'taken-away':
      return event.why === 'cut'
        ? end(state, event.why, [{do: 'cut'}])
        : end(state, event.why, [{do: 'send', packet: closing}, {do: 'end'}])
    case 'gone':
      return end(state, event.why, [])
  }
}

function login(state: Exclude<Session, {name: 'logged-in'}>, packet: DevicePacket): Step {
  if (state.name !== 'awaiting-login') return refuse(state, 'out-of-order')
  if (packet.type !== 'login-request') return refuse(state, 'not-logged-in')
  const {user, authToken} = packet.login
  return {
    state: {name: 'checking', login: packet.login},
    effects: [{do: 'check', deviceId: user, securityToken: authToken}],
  }
}

/** The answer goes before what the core flushes on connecting. */
function answer(
  request: LoginRequest,
  {isGenuine, wallMs}: {readonly isGenuine: boolean; readonly wallMs: number},
  heartbeatMs: number,
): Step {
  const {id, user, receivedPersistentId} = request
  if (!isGenuine) {
    return {
      state: {name: 'closed'},
      effects: [
        {do: 'record-refused', code: 'wrong-token'},
        {do: 'send', packet: loginRefused(id)},
        {do: 'end'},
      ],
    }
  }
  return {
    state: {name: 'logged-in', deviceId: user, sent: 1, received: 1, unacked: []},
    effects: [
      {do: 'send', packet: loginResponse(id, user, wallMs, heartbeatMs)},
      {do: 'connect', deviceId: user, confirmed: receivedPersistentId},
    ],
  }
}

function received(before: LoggedIn, packet: DevicePacket): Step {
  const state = {...before, received: before.received + 1}
  switch (packet.type) {
    case 'login-request':
      return refuse(state, 'out-of-order')
    case 'close':
      return end(state, 'closed-by-device', [{do: 'end'}])
    case 'heartbeat-ping': {
      const step = acknowledge(state, upTo(packet.lastStreamIdReceived))
      const pong: Effect = {do: 'send', packet: heartbeatAck(state.received)}
      return {state: {...step.state, sent: step.state.sent + 1}, effects: [pong, ...step.effects]}
    }
    case 'selective-ack': {
      const ids = new Set(packet.persistentIds)
      const isUpTo = upTo(packet.lastStreamIdReceived)
      return acknowledge(state, (one) => ids.has(one.deliveryId) || isUpTo(one))
    }
    case 'heartbeat-ack':
    case 'stream-ack':
    case 'data-message':
      return acknowledge(state, upTo(packet.lastStreamIdReceived))
  }
}

const upTo =
  (streamId = 0) =>
  (one: Unacked): boolean =>
    one.streamId <= streamId

/** A copy of a message is acknowledged with it. */
function acknowledge(
  state: LoggedIn,
  isAcked: (one: Unacked) => boolean,
): {readonly state: LoggedIn; readonly effects: readonly Effect[]} {
  const deliveryIds = [...new Set(state.unacked.filter(isAcked).map(({deliveryId}) => deliveryId))]
  if (deliveryIds.length === 0) return {state, effects: []}
  return {
    state: {...state, unacked: state.unacked.filter((one) => !isAcked(one))},
    effects: [{do: 'ack', deviceId: state.deviceId, deliveryIds}],
  }
}

function deliver(state: LoggedIn, delivery: Delivery): Step {
  const streamId = state.sent + 1
  const {deliveryId} = delivery
  return {
    state: {...state, sent: streamId, unacked: [...state.unacked, {streamId, deliveryId}]},
    effects: [{do: 'send', packet: dataMessage(delivery, state.received)}],
  }
}

/** Google's way of refusing is not known; ours is to say nothing and to end this one connection. */
const refuse = (state: Session, code: McsRefusalCode): Step => {
  const {state: closed, effects} = end(state, `refused-${code}`, [{do: 'cut'}])
  return {state: closed, effects: [{do: 'record-refused', code}, ...effects]}
}

const end = (state: Session, why: string, last: readonly Effect[]): Step => ({
  state: {name: 'closed'},
  effects: [
    ...(state.name === 'logged-in' ? [{do: 'disconnect', deviceId: state.deviceId, why} as const] : []),
    ...last,
  ],
})
