/** Registration: `POST android.clients.google.com/c2dm/register3`, a form, answered in text. Observed (Chromium 156). Rules CI5–CI10. */
import * as v from 'valibot'
import {decimalId} from './mcs-packet.ts'

const COORDINATES_BYTES = 64
const UNCOMPRESSED = 4

/** An uncompressed point of P-256, base64url without padding. */
export const vapidKey = v.pipe(
  v.string(),
  v.check((text) => {
    const bytes = Buffer.from(text, 'base64url')
    return (
      bytes.length === 1 + COORDINATES_BYTES &&
      bytes[0] === UNCOMPRESSED &&
      bytes.toString('base64url') === text
    )
  }, 'not a public key'),
)

/** `Authorization: AidLogin <android id>:<security token>`, taken apart. */
export const aidLogin = v.strictTuple([decimalId, decimalId])

const short = v.pipe(v.string(), v.nonEmpty(), v.maxLength(100))

export const register3Form = v.object({
  app: short,
  device: decimalId,
  /** A VAPID key, a project number, or `*` in a deletion. */
  sender: short,
  'X-subtype': v.optional(v.pipe(v.string(), v.nonEmpty(), v.maxLength(400))),
  delete: v.optional(v.literal('true')),
})
export type Register3Form = v.InferOutput<typeof register3Form>

/** Sent as `Error=<code>` with status 200. Chromium tries again after the first, and gives up on the others. */
export type Register3Error = 'AUTHENTICATION_FAILED' | 'INVALID_PARAMETERS' | 'INVALID_SENDER'
