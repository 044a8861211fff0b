/** What a device says over MCS, once protobuf has been read. Unknown fields are left out. Rules MC4–MC9. */
import * as v from 'valibot'

const acked = {lastStreamIdReceived: v.optional(v.pipe(v.number(), v.integer(), v.minValue(0)))}

/** An android id or a security token: a 64-bit number above 0, in decimal. */
export const decimalId = v.pipe(v.string(), v.regex(/^[1-9]\d{0,19}$/))

export const MAX_PERSISTENT_ID = 200
const persistentId = v.pipe(v.string(), v.maxLength(MAX_PERSISTENT_ID))

export const loginRequest = v.object({
  id: v.string(),
  user: decimalId,
  authToken: decimalId,
  receivedPersistentId: v.array(persistentId),
})
export const heartbeat = v.object(acked)
export const close = v.object({})
export const iqStanza = v.object({
  ...acked,
  extension: v.optional(v.object({id: v.number(), data: v.instance(Uint8Array)})),
})
export const selectiveAck = v.object({id: v.array(persistentId)})
export const upstreamMessage = v.object(acked)

export type LoginRequest = v.InferOutput<typeof loginRequest>
type Acking = v.InferOutput<typeof heartbeat>

export type DevicePacket =
  | {readonly type: 'login-request'; readonly login: LoginRequest}
  | ({readonly type: 'heartbeat-ping' | 'heartbeat-ack' | 'stream-ack' | 'data-message'} & Acking)
  | ({readonly type: 'selective-ack'; readonly persistentIds: readonly string[]} & Acking)
  | {readonly type: 'close'}
