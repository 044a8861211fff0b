/** What the server says over MCS: the fields of its packets, in the shape that stock Chromium takes (measured). Rules MC5, MC9. */
import type {Delivery} from '../push-core.ts'
import type {McsMessageName} from './packets.ts'

export type ServerPacket = {
  readonly name: McsMessageName
  readonly fields: Readonly<Record<string, unknown>>
}

export const loginResponse = (
  id: string,
  user: string,
  wallMs: number,
  heartbeatMs: number,
): ServerPacket => ({
  name: 'LoginResponse',
  fields: {
    id,
    jid: `${user}@mcs.android.com/${user}`,
    streamId: 1,
    lastStreamIdReceived: 1,
    serverTimestamp: String(Math.floor(wallMs)),
    heartbeatConfig: {uploadStat: false, intervalMs: heartbeatMs},
  },
})

/** The code is invented. */
export const loginRefused = (id: string): ServerPacket => ({
  name: 'LoginResponse',
  fields: {id, error: {code: 401, message: 'authentication failed'}},
})

export const heartbeatAck = (lastStreamIdReceived: number): ServerPacket => ({
  name: 'HeartbeatAck',
  fields: {lastStreamIdReceived},
})

export const closing: ServerPacket = {name: 'Close', fields: {}}

/** `from` names the key to decrypt with, `category` the product that the subtype is believed of. */
export function dataMessage(delivery: Delivery, lastStreamIdReceived: number): ServerPacket {
  const {deliveryId, subscription, body, ttlSeconds, sentAtMs, topic} = delivery
  const {app, subtype, vapidKey} = subscription
  return {
    name: 'DataMessageStanza',
    fields: {
      from: vapidKey ?? '',
      category: app,
      ...(topic !== null && {token: topic}),
      appData: [
        {key: 'subtype', value: subtype},
        ...(body === null ? [] : [{key: 'content-encoding', value: 'aes128gcm'}]),
      ],
      persistentId: deliveryId,
      lastStreamIdReceived,
      ttl: ttlSeconds,
      sent: String(Math.floor(sentAtMs)),
      ...(body !== null && {rawData: body}),
      immediateAck: true,
    },
  }
}
