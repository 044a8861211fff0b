/** RFC 8291 for one subscription's keys, always in one record: Chromium reads no second one (observed). Rule FB38. */
import {createECDH, randomBytes} from 'node:crypto'
import {encrypt} from 'http_ece'
import type {Registration} from './registrations.ts'

const SALT_BYTES = 16
/** What everybody says where nothing more is needed. */
const RECORD_BYTES = 4_096
/** The delimiter and the authentication tag. */
const OVERHEAD_BYTES = 17

export function encryptFor(
  {p256dh, auth}: Pick<Registration, 'p256dh' | 'auth'>,
  payload: string,
): Uint8Array {
  const plaintext = Buffer.from(payload)
  const sender = createECDH('prime256v1')
  sender.generateKeys()
  return encrypt(plaintext, {
    version: 'aes128gcm',
    privateKey: sender,
    dh: p256dh,
    authSecret: auth,
    salt: randomBytes(SALT_BYTES).toString('base64url'),
    rs: Math.max(RECORD_BYTES, plaintext.length + OVERHEAD_BYTES + 1),
  })
}
