/** Packets to and from protobuf. Rules MC4–MC6. */
import protobuf from 'protobufjs'
import {decodeValue} from '#protocol/decode.ts'
import {MCS_PROTO} from '#protocol/device/mcs-proto.ts'
import {
  close,
  heartbeat,
  iqStanza,
  loginRequest,
  selectiveAck,
  upstreamMessage,
  type DevicePacket,
} from '#protocol/device/mcs-packet.ts'
import type {Frame} from './frames.ts'
import {McsRefusal} from './mcs-refusal.ts'

const {root} = protobuf.parse(MCS_PROTO)

export const MCS_TAGS = {
  HeartbeatPing: 0,
  HeartbeatAck: 1,
  LoginRequest: 2,
  LoginResponse: 3,
  Close: 4,
  IqStanza: 7,
  DataMessageStanza: 8,
} as const satisfies Record<string, number>
export type McsMessageName = keyof typeof MCS_TAGS

const TYPES = Object.fromEntries(
  Object.keys(MCS_TAGS).map((name) => [name, root.lookupType(name)]),
) as Record<McsMessageName, protobuf.Type>
const SELECTIVE_ACK = root.lookupType('SelectiveAck')

/** What a device may send. */
export const DEVICE_TAGS: ReadonlySet<number> = new Set([
  MCS_TAGS.HeartbeatPing,
  MCS_TAGS.HeartbeatAck,
  MCS_TAGS.LoginRequest,
  MCS_TAGS.Close,
  MCS_TAGS.IqStanza,
  MCS_TAGS.DataMessageStanza,
])

/** Of `IqStanza.extension`. */
export const EXTENSIONS = {selectiveAck: 12, streamAck: 13} as const

/** Throws {@link McsRefusal} for anything that is no packet of a device's. */
export function readPacket({tag, body}: Frame): DevicePacket {
  try {
    return readTrusting(tag, body)
  } catch {
    // The cause would quote the bytes.
    throw new McsRefusal('malformed')
  }
}

function readTrusting(tag: number, body: Uint8Array): DevicePacket {
  switch (tag) {
    case MCS_TAGS.HeartbeatPing:
      return {type: 'heartbeat-ping', ...decodeValue(heartbeat, plain(TYPES.HeartbeatPing, body))}
    case MCS_TAGS.HeartbeatAck:
      return {type: 'heartbeat-ack', ...decodeValue(heartbeat, plain(TYPES.HeartbeatAck, body))}
    case MCS_TAGS.LoginRequest:
      return {type: 'login-request', login: decodeValue(loginRequest, plain(TYPES.LoginRequest, body))}
    case MCS_TAGS.Close:
      decodeValue(close, plain(TYPES.Close, body))
      return {type: 'close'}
    case MCS_TAGS.IqStanza:
      return readIq(body)
    case MCS_TAGS.DataMessageStanza:
      return {type: 'data-message', ...decodeValue(upstreamMessage, plain(TYPES.DataMessageStanza, body))}
    default:
      throw new McsRefusal('unknown-tag')
  }
}

/** An extension that we do not know still says what was received. */
function readIq(body: Uint8Array): DevicePacket {
  const {extension, ...acking} = decodeValue(iqStanza, plain(TYPES.IqStanza, body))
  if (extension?.id !== EXTENSIONS.selectiveAck) return {type: 'stream-ack', ...acking}
  const {id} = decodeValue(selectiveAck, plain(SELECTIVE_ACK, extension.data))
  return {type: 'selective-ack', persistentIds: id, ...acking}
}

const plain = (type: protobuf.Type, body: Uint8Array): unknown =>
  type.toObject(type.decode(body), {longs: String, arrays: true})

/** A packet as it goes over the wire, without the version byte. 64-bit numbers are given as decimal text. */
export function encodePacket(name: McsMessageName, fields: Readonly<Record<string, unknown>>): Buffer {
  const type = TYPES[name]
  return Buffer.concat([
    Buffer.of(MCS_TAGS[name]),
    type.encodeDelimited(type.fromObject({...fields})).finish(),
  ])
}

/** Reads a packet that a server sent: for the other end of the line. */
export function readServerPacket({tag, body}: Frame): {
  readonly name: McsMessageName
  readonly fields: Readonly<Record<string, unknown>>
} {
  const [name] = Object.entries(MCS_TAGS).find(([, known]) => known === tag) as [McsMessageName, number]
  return {name, fields: plain(TYPES[name], body) as Record<string, unknown>}
}
