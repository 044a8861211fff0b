import {generateVAPIDKeys, getVapidHeaders} from 'web-push'
import {expect, test} from 'vitest'
import {verifyVapid} from './vapid.ts'

const keys = generateVAPIDKeys()
const others = generateVAPIDKeys()
const AUDIENCE = 'https://fcm.googleapis.com'
const NOW_MS = Date.now()
const HOUR_S = 3_600

const header = (audience = AUDIENCE, {publicKey, privateKey} = keys, inSeconds = HOUR_S): string =>
  getVapidHeaders(
    audience,
    'mailto:app@example.com',
    publicKey,
    privateKey,
    'aes128gcm',
    Math.floor(NOW_MS / 1_000) + inSeconds,
  ).Authorization

const verified = (given: string | undefined, key: string | null = keys.publicKey, nowMs = NOW_MS) =>
  verifyVapid(given, {audiences: [AUDIENCE], key, nowMs})

test("[FB61] web-push's own header is accepted, once its key is the subscription's or none is asked for", async () => {
  expect(await verified(header())).toEqual({ok: true, key: keys.publicKey})
  expect(await verified(header(), null)).toEqual({ok: true, key: keys.publicKey})
})

test('[FB63] who says nothing of who sends is asked to', async () => {
  for (const given of [undefined, '', 'Bearer x', 'vapid', 'vapid t=x', `WebPush ${header()}`])
    expect(await verified(given)).toMatchObject({ok: false, status: 401})
})

test('[FB62] the key of another sender is refused, also with that sender’s own good signature', async () => {
  expect(await verified(header(AUDIENCE, others))).toMatchObject({ok: false, status: 403})
})

test('[FB61] a signature of another key under the right one is a forgery', async () => {
  const forged = header(AUDIENCE, {publicKey: keys.publicKey, privateKey: others.privateKey})
  expect(await verified(forged)).toMatchObject({ok: false, status: 403})
})

test.each([
  ['of another audience', header('https://example.com'), NOW_MS],
  ['expired', header(), NOW_MS + 2 * HOUR_S * 1_000],
  ['good for more than a day', header(AUDIENCE, keys, 24 * HOUR_S - 60), NOW_MS - 120_000],
])('[FB61] a token that is %s is refused', async (_, given, nowMs) => {
  expect(await verified(given, keys.publicKey, nowMs)).toMatchObject({ok: false, status: 403})
})

test.each([
  'vapid t=a.b.c, k=',
  'vapid t=a.b.c, k=AAAA',
  `vapid t=, k=${keys.publicKey}`,
  `vapid t=e30.e30.e30, k=${keys.publicKey}`,
])('[FB63] %s is refused without a crash', async (given) => {
  expect(await verified(given, null)).toMatchObject({ok: false})
})
