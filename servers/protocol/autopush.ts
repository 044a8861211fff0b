/**
 * Mozilla's push protocol, between Firefox and its push server: JSON texts over WebSocket, told apart by `messageType`.
 * Observed: measured with Firefox ESR 153.7 and read in its client code. Unknown fields are let be, so that other
 * versions get on too; what else is refused is invented. Rules AP1–AP10.
 */
import * as v from 'valibot'
import {decode} from './decode.ts'

/** What Firefox asks for in `Sec-WebSocket-Protocol`. */
export const AUTOPUSH_SUBPROTOCOL = 'push-notification'

const channelID = v.pipe(v.string(), v.uuid())
const version = v.pipe(v.string(), v.nonEmpty(), v.maxLength(512))
const status = v.pipe(v.number(), v.integer())

// Browser → server. `{}` is a ping; it is read as a message so that there is one way in.
const ping = v.pipe(
  v.custom<object>(isEmptyObject, '{}'),
  v.transform(() => ({messageType: 'ping' as const})),
)
/** `uaid` is absent on a browser's first visit. */
const hello = v.object({
  messageType: v.literal('hello'),
  use_webpush: v.literal(true),
  uaid: v.optional(v.pipe(v.string(), v.maxLength(256))),
})
/** `key` is the VAPID public key, base64url with or without padding. */
const register = v.object({
  messageType: v.literal('register'),
  channelID,
  key: v.optional(v.pipe(v.string(), v.maxLength(256))),
})
const unregister = v.object({messageType: v.literal('unregister'), channelID})
/** 100 delivered, 101 could not be decrypted, 102 not delivered for another reason. */
const ack = v.object({
  messageType: v.literal('ack'),
  updates: v.array(v.object({channelID, version, code: v.optional(status)})),
})
const nack = v.object({messageType: v.literal('nack'), version})
const broadcastSubscribe = v.object({messageType: v.literal('broadcast_subscribe')})

const spoken = v.variant('messageType', [hello, register, unregister, ack, nack, broadcastSubscribe])
const browserMessage = v.union([ping, spoken])
export type BrowserMessage = v.InferOutput<typeof browserMessage>

// Server → browser.
const welcome = v.object({
  messageType: v.literal('hello'),
  uaid: v.string(),
  status,
  use_webpush: v.literal(true),
  broadcasts: v.object({}),
})
const registered = v.object({
  messageType: v.literal('register'),
  channelID: v.string(),
  status,
  pushEndpoint: v.optional(v.string()),
})
const unregistered = v.object({messageType: v.literal('unregister'), channelID: v.string(), status})
/** `data` (base64url) and `headers` are absent for a push without payload. */
const notification = v.object({
  messageType: v.literal('notification'),
  channelID: v.string(),
  version,
  data: v.optional(v.string()),
  headers: v.optional(v.object({encoding: v.literal('aes128gcm')})),
})

const answered = v.variant('messageType', [welcome, registered, unregistered, notification])
const pushServerMessage = v.union([ping, answered])
export type PushServerMessage = v.InferOutput<typeof pushServerMessage>

/** Throws {@link ProtocolError}; past this line the message is well formed. */
export const readBrowserMessage = (text: string): BrowserMessage => decode(browserMessage, text)
export const readPushServerMessage = (text: string): PushServerMessage => decode(pushServerMessage, text)

export const writePushServerMessage = (message: PushServerMessage): string =>
  JSON.stringify(message.messageType === 'ping' ? {} : message)

/** To valibot an empty list is an object without entries too. */
function isEmptyObject(value: unknown): boolean {
  return (
    typeof value === 'object' && value !== null && !Array.isArray(value) && Object.keys(value).length === 0
  )
}
