import {request} from 'node:https'
import {expect, test} from 'vitest'
import {originOf} from '../core/endpoint-token.ts'
import {newVapidKey, startTestBackEnd} from '../mcs/test-back-end.ts'
import {VirtualDevice} from '../mcs/virtual-device.ts'
import {encodeCheckinRequest, readCheckinResponse, type Identity} from './checkin.ts'

type BackEnd = Awaited<ReturnType<typeof startTestBackEnd>>

function post({backEnd}: BackEnd, path: string, body: Uint8Array | string, authorization?: string) {
  return new Promise<{readonly status: number; readonly body: Buffer}>((resolve, reject) => {
    const host = 'android.clients.google.com'
    const headers = {host, ...(authorization !== undefined && {authorization})}
    const sent = request(
      {...backEnd.api, path, method: 'POST', ca: backEnd.caPem, servername: host, headers},
      (response) => {
        const parts: Buffer[] = []
        response.on('data', (part: Buffer) => parts.push(part))
        response.on('end', () => resolve({status: response.statusCode ?? 0, body: Buffer.concat(parts)}))
      },
    )
    sent.on('error', reject)
    sent.end(body)
  })
}

const NOBODY: Identity = {deviceId: '0', securityToken: '0'}
const checkIn = async (back: BackEnd, identity = NOBODY) =>
  readCheckinResponse((await post(back, '/checkin', encodeCheckinRequest(identity))).body)

const SUBTYPE = 'wp:http://localhost:8080/#4F9D0C5E-V2'
const aid = ({deviceId, securityToken}: Identity) => `AidLogin ${deviceId}:${securityToken}`
const form = (identity: Identity, about: Record<string, string> = {}) =>
  new URLSearchParams({
    app: 'org.chromium.linux',
    'X-subtype': SUBTYPE,
    device: identity.deviceId,
    scope: 'GCM',
    'X-scope': 'GCM',
    gmsv: '156',
    appid: 'dXJ2aXZlcjE',
    ...about,
  }).toString()
const register = async (
  back: BackEnd,
  identity: Identity,
  about: Record<string, string>,
  as = aid(identity),
) => {
  const {status, body} = await post(back, '/c2dm/register3', form(identity, about), as)
  expect(status).toBe(200)
  return body.toString()
}

test('[CI1] the first check-in gives two numbers that are not 0, and others every time', async () => {
  await using back = await startTestBackEnd()
  const [a, b] = [await checkIn(back), await checkIn(back)]
  for (const {deviceId, securityToken} of [a, b]) {
    expect(BigInt(deviceId)).toBeGreaterThan(0n)
    expect(BigInt(securityToken)).toBeGreaterThan(0n)
  }
  expect(a.deviceId).not.toBe(b.deviceId)
})

test('[CI2] a device that says who it is stays that, known here or not', async () => {
  await using back = await startTestBackEnd()
  const known = await checkIn(back)
  expect(await checkIn(back, known)).toEqual(known)
  const stranger = {deviceId: '4242424242424242424', securityToken: '18446744073709551615'}
  expect(await checkIn(back, stranger)).toEqual(stranger)
})

test('[CI3] the id of another device gets a new one, not an error', async () => {
  await using back = await startTestBackEnd()
  const known = await checkIn(back)
  const given = await checkIn(back, {...known, securityToken: '5'})
  expect(given.deviceId).not.toBe(known.deviceId)
  expect(await checkIn(back, known)).toEqual(known)
})

test.each([
  ['nothing', new Uint8Array()],
  ['noise', Buffer.from([0xff, 0xff, 0xff])],
  ['a message without its check-in', Buffer.from([0x10, 0])],
])('[CI4] %s is no check-in', async (_name, body) => {
  await using back = await startTestBackEnd()
  expect((await post(back, '/checkin', body)).status).toBe(400)
  expect(back.kinds('push-refused')).toMatchObject([{where: 'checkin', code: 'malformed'}])
})

test('[CI6] [CI10] a subscription gets a token that stands for it, and the same one again', async () => {
  await using back = await startTestBackEnd()
  const identity = await checkIn(back)
  const sender = newVapidKey()
  const answer = await register(back, identity, {sender})
  const endpointToken = answer.replace('token=', '')
  expect(await register(back, identity, {sender})).toBe(answer)
  expect(await register(back, identity, {sender: newVapidKey()})).not.toBe(answer)
  expect(back.core.subscription(endpointToken)).toEqual({
    endpointToken,
    deviceId: identity.deviceId,
    transport: 'mcs',
    app: 'org.chromium.linux',
    subtype: SUBTYPE,
    vapidKey: sender,
    origin: originOf(SUBTYPE),
  })
})

test('[CI7] the browser’s own registration is answered; nothing can be sent to it', async () => {
  await using back = await startTestBackEnd()
  const identity = await checkIn(back)
  const own = new URLSearchParams({
    app: 'com.google.android.gms',
    device: identity.deviceId,
    sender: '745476177629',
  }).toString()
  const {body} = await post(back, '/c2dm/register3', own, aid(identity))
  expect(body.toString()).toMatch(/^token=[\w-]{50,}$/)
  expect(back.push(body.toString().replace('token=', ''), 'a')).toEqual({ok: false, why: 'gone'})
  expect(back.core.knowsDevice(identity.deviceId)).toBe(false)
})

test('[CI5] [CI8] what is wrong is said in the words of the service', async () => {
  await using back = await startTestBackEnd()
  const identity = await checkIn(back)
  const sender = newVapidKey()
  const wrong = {...identity, securityToken: '5'}
  expect(await register(back, identity, {sender}, aid(wrong))).toBe('Error=AUTHENTICATION_FAILED')
  expect(await register(back, identity, {sender}, 'Bearer x')).toBe('Error=AUTHENTICATION_FAILED')
  expect(await register(back, identity, {sender, device: '9'})).toBe('Error=INVALID_PARAMETERS')
  expect(await register(back, identity, {sender, 'X-subtype': 'x'.repeat(401)})).toBe(
    'Error=INVALID_PARAMETERS',
  )
  expect(await register(back, identity, {})).toBe('Error=INVALID_PARAMETERS')
  expect(await register(back, identity, {sender: 'somebody'})).toBe('Error=INVALID_SENDER')
  expect(await register(back, identity, {sender: `${sender.slice(0, -1)}=`})).toBe('Error=INVALID_SENDER')
  expect(back.kinds('push-refused').map((event) => 'code' in event && event.code)).toHaveLength(7)
  const stranger = {deviceId: '77', securityToken: '78'}
  expect(await register(back, stranger, {sender})).toMatch(/^token=/)
})

test('[CI9] a deletion ends what it names and what waits for it, once or twice', async () => {
  await using back = await startTestBackEnd()
  const device = await VirtualDevice.checkIn(back.backEnd, () => {})
  const [one, other] = ['http://one.localhost', 'http://other.localhost']
  const vapidKey = newVapidKey()
  const ended = await device.register({origin: one, vapidKey})
  const kept = await device.register({origin: other, vapidKey})
  back.push(ended, 'a')
  await device.unregister({origin: one, vapidKey})
  await device.unregister({origin: one, vapidKey})
  expect(back.push(ended, 'b')).toEqual({ok: false, why: 'gone'})
  expect(back.push(kept, 'c')).toMatchObject({ok: true})
  expect([back.store.queued().length, back.store.wasGivenOut(ended)]).toEqual([1, true])
  expect(await device.register({origin: one, vapidKey})).not.toBe(ended)
  const text = await register(back, device.identity, {sender: '*', scope: '*', delete: 'true'})
  expect(text).toBe(`token=${SUBTYPE}`)
})
