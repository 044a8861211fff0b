import {connect, type TLSSocket} from 'node:tls'
import {once} from 'node:events'
import {connect as connectTcp} from 'node:net'
import * as fc from 'fast-check'
import {expect, test, vi} from 'vitest'
import {encodePacket} from './packets.ts'
import {startTestBackEnd} from './test-back-end.ts'
import {loginOf} from './virtual-link.ts'

type BackEnd = Awaited<ReturnType<typeof startTestBackEnd>>

async function open({
  backEnd,
}: BackEnd): Promise<{readonly socket: TLSSocket; readonly heard: Buffer[]; readonly closed: Promise<void>}> {
  const socket = connect({...backEnd.mcs, ca: backEnd.caPem, servername: 'mtalk.google.com'})
  const heard: Buffer[] = []
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()))
  socket.on('error', () => {})
  socket.on('data', (chunk: Buffer) => heard.push(chunk))
  await once(socket, 'secureConnect')
  return {socket, heard, closed}
}

const login = (deviceId: string) => encodePacket('LoginRequest', loginOf({deviceId, securityToken: '5'}))
const ping = encodePacket('HeartbeatPing', {})
const VERSION = Buffer.of(41)

test.each([
  ['[MC6] a wrong version byte', [Buffer.of(40), login('9')], 'bad-version'],
  ['[MC6] HTTP', [Buffer.from('GET / HTTP/1.1\r\n\r\n')], 'bad-version'],
  ['[MC4] an unknown tag', [VERSION, Buffer.of(99, 0)], 'unknown-tag'],
  ['[MC4] a tag of the server’s', [VERSION, encodePacket('LoginResponse', {id: 'x'})], 'unknown-tag'],
  ['[MC3] a stanza over the limit', [VERSION, Buffer.of(8, 0x81, 0x80, 0x04)], 'too-large'],
  ['[MC3] a size without end', [VERSION, Buffer.of(8, 0x80, 0x80, 0x80, 0x80, 0x80)], 'bad-length'],
  ['[MC6] protobuf that is none', [VERSION, Buffer.of(2, 3, 0xff, 0xff, 0xff)], 'malformed'],
  ['[MC6] a login without its fields', [VERSION, Buffer.of(2, 0)], 'malformed'],
  ['[MC6] a login of device 0', [VERSION, login('0')], 'malformed'],
  ['[MC6] a second version byte', [VERSION, login('9'), VERSION], 'unknown-tag'],
  ['[MC7] a heartbeat before the login', [VERSION, ping], 'not-logged-in'],
  ['[MC7] two logins', [VERSION, login('9'), login('9')], 'out-of-order'],
  [
    '[MC3] a size too small for what follows',
    [VERSION, login('9'), Buffer.of(0, 0), Buffer.of(8, 1, 0xff, 0xff)],
    'malformed',
  ],
] as const)('%s ends its own connection and no other', async (_name, bytes, code) => {
  await using back = await startTestBackEnd()
  const good = await back.device()
  const bad = await open(back)
  bad.socket.write(Buffer.concat([...bytes]))
  await bad.closed
  expect(back.kinds('push-refused')).toEqual([
    {kind: 'push-refused', at: expect.any(Number), where: 'mcs', code},
  ])
  back.push(good.endpointToken, 'still here')
  await vi.waitFor(() => expect(good.texts()).toEqual(['still here']))
})

test('[MC3] [MC10] a size that promises more than comes is ended when its time is over', async () => {
  await using back = await startTestBackEnd({settings: {loginWithinMs: 60}})
  const bad = await open(back)
  bad.socket.write(Buffer.concat([VERSION, Buffer.of(2, 100, 1, 2, 3)]))
  await bad.closed
  expect(back.kinds('push-refused')).toMatchObject([{code: 'login-overdue'}])
})

test('[MC11] half a packet, again and again, is no sign of life', async () => {
  await using back = await startTestBackEnd({settings: {heartbeatMs: 30, missedHeartbeats: 2}})
  const bad = await open(back)
  bad.socket.write(Buffer.concat([VERSION, login('9'), Buffer.of(8, 0xff, 0x7f)]))
  const drip = setInterval(() => bad.socket.write(Buffer.of(0)), 10)
  await bad.closed
  clearInterval(drip)
  expect(back.kinds('push-link-closed')).toMatchObject([{deviceId: '9', why: 'silent'}])
})

test('[MC13] a device that does not read is cut off, and keeps its messages', async () => {
  await using back = await startTestBackEnd({settings: {maxOutboundBytes: 64 * 1024}})
  const {device, endpointToken} = await back.device()
  device.link?.socket.pause()
  const flood = Buffer.concat(Array.from({length: 20_000}, () => ping))
  while (back.kinds('push-link-closed').length === 0) {
    device.link?.socket.write(flood)
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  expect(back.kinds('push-link-closed')).toMatchObject([{why: 'not-reading'}])
  device.link?.socket.destroy()
  back.push(endpointToken, 'kept')
  expect(back.store.queued()).toHaveLength(1)
})

test('[MC14] connections that never speak TLS, or hang up in its midst, disturb nobody', async () => {
  await using back = await startTestBackEnd()
  const {endpointToken, texts} = await back.device()
  const raw = connectTcp(back.backEnd.mcs)
  raw.on('error', () => {})
  raw.write('hello')
  await once(raw, 'close')
  const half = connectTcp(back.backEnd.mcs)
  await once(half, 'connect')
  half.destroy()
  back.push(endpointToken, 'a')
  await vi.waitFor(() => expect(texts()).toEqual(['a']))
  // One that is still open does not keep the server from closing: `await using` waits for it.
  connectTcp(back.backEnd.mcs).on('error', () => {})
})

test('[MC14] what cannot be written down ends the connection that it came over, and nothing else', async () => {
  await using back = await startTestBackEnd()
  const [one, other] = [await back.device(), await back.device()]
  one.device.link?.setAcknowledging(false)
  back.push(one.endpointToken, 'a')
  await vi.waitFor(() => expect(one.texts()).toEqual(['a']))
  back.store.close()
  one.device.link?.ping()
  await one.device.link?.closed
  expect(back.kinds('push-refused')).toMatchObject([{where: 'mcs', code: 'internal'}])
  expect(other.device.link?.socket.destroyed).toBe(false)
})

const SEED = Number(process.env['MCS_FUZZ_SEED'] ?? Date.now()) | 0

test(`[MC6] [MC14] noise on many connections changes nothing for a device that behaves (MCS_FUZZ_SEED=${SEED})`, async () => {
  await using back = await startTestBackEnd()
  const {device, endpointToken, texts} = await back.device()
  const noise = fc.oneof(
    fc.uint8Array({maxLength: 200}),
    fc.uint8Array({maxLength: 200}).map((bytes) => Buffer.concat([VERSION, bytes])),
    fc.uint8Array({maxLength: 60}).map((bytes) => Buffer.concat([VERSION, login('9'), bytes])),
    fc.nat().map((place) => {
      const bytes = Buffer.concat([VERSION, login('9'), ping, ping])
      bytes[place % bytes.length]! ^= 1 << (place % 8)
      return bytes
    }),
  )
  const sent: string[] = []
  await fc.assert(
    fc.asyncProperty(noise, async (bytes) => {
      const bad = await open(back)
      bad.socket.end(bytes)
      sent.push(`${sent.length}`)
      back.push(endpointToken, sent.at(-1)!)
      await bad.closed
    }),
    {numRuns: 60, seed: SEED},
  )
  await vi.waitFor(() => expect(texts()).toEqual(sent))
  expect(device.link?.socket.destroyed).toBe(false)
  expect(
    back
      .kinds('push-link-closed')
      .filter((event) => 'deviceId' in event && event.deviceId === device.identity.deviceId),
  ).toEqual([])
})
