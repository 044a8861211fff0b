/** One MCS connection of a virtual device, as Chromium keeps it: every stanza acknowledged at once. Rules MC2, MC5, MC9. */
import {once} from 'node:events'
import {connect, type TLSSocket} from 'node:tls'
import type {Identity} from '../device/checkin.ts'
import {MCS_VERSION, newFrames, readFrames} from './frames.ts'
import {encodePacket, EXTENSIONS, MCS_TAGS, readServerPacket} from './packets.ts'
import type {VirtualMessage} from './virtual-device.ts'

export type VirtualLinkParts = {
  readonly host: string
  readonly port: number
  readonly caPem: string
  readonly identity: Identity
  readonly confirm: readonly string[]
  readonly onMessage: (message: VirtualMessage) => void
  /** The server knows that these were received. */
  readonly onConfirmed: (persistentIds: readonly string[]) => void
}

export type VirtualLink = {
  readonly socket: TLSSocket
  /** Off: stanzas are taken and not acknowledged. */
  setAcknowledging(isOn: boolean): void
  ping(): void
  cut(): void
  readonly closed: Promise<unknown>
}

const RULES = {tags: new Set<number>(Object.values(MCS_TAGS)), maxStanzaBytes: 1024 * 1024}
const IQ_SET = 1

/** Rejects when the server refuses the login or hangs up before it. */
export async function openVirtualLink(parts: VirtualLinkParts): Promise<VirtualLink> {
  const {host, port, caPem: ca, identity, confirm, onMessage, onConfirmed} = parts
  const socket = connect({host, port, ca, servername: 'mtalk.google.com'})
  const closed = new Promise<unknown>((resolve) => socket.once('close', resolve))
  await once(socket, 'secureConnect')
  socket.setNoDelay(true)
  let frames = newFrames
  let received = 0
  let sent = 0
  let isAcknowledging = true
  /** By the number of our packet that confirmed them. */
  let confirming: {readonly packet: number; readonly id: string}[] = confirm.map((id) => ({packet: 1, id}))

  const send = (...packet: Parameters<typeof encodePacket>) => {
    sent++
    socket.write(encodePacket(...packet))
  }

  function take(name: string, fields: Readonly<Record<string, unknown>>): void {
    received++
    const upTo = Number(fields['lastStreamIdReceived'] ?? 0)
    onConfirmed(confirming.filter(({packet}) => packet <= upTo).map(({id}) => id))
    confirming = confirming.filter(({packet}) => packet > upTo)
    if (name !== 'DataMessageStanza') return
    const message = messageOf(fields)
    onMessage(message)
    if (!isAcknowledging) return
    const extension = {id: EXTENSIONS.streamAck, data: Buffer.alloc(0)}
    send('IqStanza', {type: IQ_SET, id: '', extension, lastStreamIdReceived: received})
    confirming.push({packet: sent, id: message.persistentId})
  }

  const loggedIn = new Promise<void>((resolve, reject) => {
    socket.on('close', () => reject(new Error('the server hung up')))
    socket.on('error', reject)
    socket.on('data', (chunk: Buffer) => {
      const read = readFrames(frames, chunk, RULES)
      frames = read.state
      for (const frame of read.frames) {
        const {name, fields} = readServerPacket(frame)
        if (name === 'LoginResponse' && fields['error'] !== undefined)
          reject(new Error('the login was refused'))
        if (name === 'LoginResponse') resolve()
        take(name, fields)
      }
    })
  })
  socket.write(Buffer.of(MCS_VERSION))
  send('LoginRequest', loginOf(identity, confirm))
  await loggedIn

  return {
    socket,
    setAcknowledging: (isOn) => void (isAcknowledging = isOn),
    ping: () => send('HeartbeatPing', {lastStreamIdReceived: received}),
    cut: () => void socket.destroy(),
    closed,
  }
}

export const loginOf = (
  {deviceId, securityToken}: Identity,
  receivedPersistentId: readonly string[] = [],
) => ({
  id: 'chrome-0.0.0.0',
  domain: 'mcs.android.com',
  user: deviceId,
  resource: deviceId,
  authToken: securityToken,
  deviceId: `android-${BigInt(deviceId).toString(16)}`,
  setting: [{name: 'new_vc', value: '1'}],
  receivedPersistentId,
  useRmq2: true,
  authService: 2,
  networkType: 1,
})

function messageOf(fields: Readonly<Record<string, unknown>>): VirtualMessage {
  const appData = fields['appData'] as readonly {readonly key: string; readonly value: string}[]
  const body = fields['rawData']
  return {
    persistentId: String(fields['persistentId']),
    subtype: appData.find(({key}) => key === 'subtype')?.value ?? '',
    body: body instanceof Uint8Array ? Buffer.from(body) : null,
  }
}
