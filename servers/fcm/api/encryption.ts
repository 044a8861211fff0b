/** RFC 8291 for one subscription's keys: the body carries salt and sender key in its own header. Rule FB38. */
import {encrypt} from 'web-push'
import type {Registration} from './registrations.ts'

export const encryptFor = (
  {p256dh, auth}: Pick<Registration, 'p256dh' | 'auth'>,
  payload: string,
): Uint8Array => encrypt(p256dh, auth, payload, 'aes128gcm').cipherText
