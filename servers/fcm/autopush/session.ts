/**
 * What one Firefox has said so far, and what its next message asks for. Pure: no socket, no clock, no chance; whoever
 * drives it carries out the effects in their order. Rules AP2–AP11.
 */
import {createHash} from 'node:crypto'
import type {BrowserMessage, PushServerMessage} from '#protocol/autopush.ts'
import type {CloseReason} from '#protocol/close-codes.ts'
import type {Delivery, Subscription} from '../push-core.ts'

export type Session =
  | {readonly name: 'awaiting-hello'}
  | {readonly name: 'ready'; readonly uaid: string}
  | {readonly name: 'closed'}

export type SessionEvent =
  | {readonly type: 'said'; readonly message: BrowserMessage}
  /** What came was no message; `code` is for the ledger. */
  | {readonly type: 'unreadable'; readonly code: string; readonly reason: CloseReason}
  | {readonly type: 'hello-overdue'}
  | {readonly type: 'pushed'; readonly delivery: Delivery}
  /** The core, or the server's end, takes the connection away. */
  | {readonly type: 'taken-away'; readonly reason: CloseReason}
  /** The socket is gone. */
  | {readonly type: 'gone'; readonly why: string}

export type Effect =
  | {readonly do: 'send'; readonly message: PushServerMessage}
  | {readonly do: 'connect'; readonly uaid: string}
  | {readonly do: 'disconnect'; readonly uaid: string; readonly why: string}
  | {readonly do: 'subscribe'; readonly subscription: Subscription}
  | {readonly do: 'unsubscribe'; readonly endpointToken: string}
  | {readonly do: 'ack'; readonly uaid: string; readonly deliveryIds: readonly string[]}
  | {readonly do: 'record-refused'; readonly code: string}
  | {readonly do: 'close'; readonly reason: CloseReason}

export type Step = {readonly state: Session; readonly effects: readonly Effect[]}

/** What the session has to ask about the world. */
export type Surroundings = {
  readonly knowsDevice: (uaid: string) => boolean
  /** 32 hexadecimal digits that nobody can guess. */
  readonly freshUaid: () => string
}

export const newSession: Session = {name: 'awaiting-hello'}

/** Where Firefox's endpoints live; the API answers there through the proxy. */
export const AUTOPUSH_ENDPOINT_BASE = 'https://updates.push.services.mozilla.com/wpush/v2/'

export function next(state: Session, event: SessionEvent, surroundings: Surroundings): Step {
  if (state.name === 'closed') return {state, effects: []}
  switch (event.type) {
    case 'said':
      return said(state, event.message, surroundings)
    case 'unreadable':
      return refuse(state, event.code, event.reason)
    case 'hello-overdue':
      return state.name === 'ready' ? {state, effects: []} : refuse(state, 'not-connected')
    case 'pushed':
      if (state.name !== 'ready') return {state, effects: []}
      return {state, effects: [{do: 'send', message: notification(event.delivery)}]}
    case 'taken-away':
      return end(state, event.reason, event.reason)
    case 'gone':
      return {state: {name: 'closed'}, effects: leave(state, event.why)}
  }
}

function said(
  state: Exclude<Session, {name: 'closed'}>,
  message: BrowserMessage,
  around: Surroundings,
): Step {
  if (message.messageType === 'ping') return {state, effects: [{do: 'send', message}]}
  if (state.name === 'awaiting-hello') {
    return message.messageType === 'hello' ? welcome(message.uaid, around) : refuse(state, 'not-connected')
  }
  const {uaid} = state

  switch (message.messageType) {
    case 'hello':
      return refuse(state, 'out-of-order')
    case 'register':
      return {state, effects: register(uaid, message)}
    case 'unregister': {
      const {channelID} = message
      return {
        state,
        effects: [
          {do: 'unsubscribe', endpointToken: endpointTokenOf(uaid, channelID)},
          {do: 'send', message: {messageType: 'unregister', channelID, status: 200}},
        ],
      }
    }
    case 'ack':
      return {state, effects: [{do: 'ack', uaid, deliveryIds: message.updates.map(({version}) => version)}]}
    case 'nack':
      return {state, effects: [{do: 'ack', uaid, deliveryIds: [message.version]}]}
    case 'broadcast_subscribe':
      return {state, effects: []}
  }
}

/** The answer goes before what the core flushes on connecting. */
function welcome(claimed: string | undefined, {knowsDevice, freshUaid}: Surroundings): Step {
  const uaid = claimed !== undefined && UAID.test(claimed) && knowsDevice(claimed) ? claimed : freshUaid()
  return {
    state: {name: 'ready', uaid},
    effects: [
      {do: 'send', message: {messageType: 'hello', uaid, status: 200, use_webpush: true, broadcasts: {}}},
      {do: 'connect', uaid},
    ],
  }
}

const UAID = /^[0-9a-f]{32}$/

function register(
  uaid: string,
  {channelID, key}: Extract<BrowserMessage, {messageType: 'register'}>,
): Effect[] {
  const vapidKey = key === undefined ? null : unpadded(key)
  if (vapidKey !== null && !isPublicKey(vapidKey)) {
    return [{do: 'send', message: {messageType: 'register', channelID, status: 400}}]
  }
  const endpointToken = endpointTokenOf(uaid, channelID)
  const pushEndpoint = AUTOPUSH_ENDPOINT_BASE + endpointToken
  return [
    {
      do: 'subscribe',
      subscription: {
        endpointToken,
        deviceId: uaid,
        transport: 'autopush',
        app: '',
        subtype: channelID,
        vapidKey,
        origin: null,
      },
    },
    {do: 'send', message: {messageType: 'register', channelID, status: 200, pushEndpoint}},
  ]
}

/** The uaid is a secret of the browser's, so a hash over it can be guessed by nobody and needs no key of ours. */
export const endpointTokenOf = (uaid: string, channelID: string): string =>
  createHash('sha256').update(`${uaid}/${channelID}`).digest('base64url')

const unpadded = (key: string): string => key.replace(/=+$/, '')

/** An uncompressed point of P-256: 65 bytes that begin with 4. */
function isPublicKey(key: string): boolean {
  const bytes = Buffer.from(key, 'base64url')
  return bytes.length === 65 && bytes[0] === 4 && bytes.toString('base64url') === key
}

const notification = ({deliveryId, subscription, body}: Delivery): PushServerMessage => ({
  messageType: 'notification',
  channelID: subscription.subtype,
  version: deliveryId,
  ...(body && {data: Buffer.from(body).toString('base64url'), headers: {encoding: 'aes128gcm'}}),
})

const refuse = (state: Session, code: string, reason: CloseReason = 'badFrame'): Step => {
  const {state: closed, effects} = end(state, reason, code)
  return {state: closed, effects: [{do: 'record-refused', code}, ...effects]}
}

const end = (state: Session, reason: CloseReason, why: string): Step => ({
  state: {name: 'closed'},
  effects: [...leave(state, why), {do: 'close', reason}],
})

const leave = (state: Session, why: string): Effect[] =>
  state.name === 'ready' ? [{do: 'disconnect', uaid: state.uaid, why}] : []
