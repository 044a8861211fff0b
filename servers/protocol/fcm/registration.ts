/** FCM registrations as the web SDK creates, refreshes and deletes them (observed: firebase 12). Rules FB20–FB27. */
import * as v from 'valibot'

/** The SDK writes base64url without padding; other clients pad. */
const base64url = (bytes: number) =>
  v.pipe(
    v.string(),
    v.regex(/^[\w-]+=*$/),
    v.transform((text) => text.replace(/=+$/, '')),
    v.check((text) => Buffer.from(text, 'base64url').length === bytes, `${bytes} bytes in base64url`),
  )

const AUTH_BYTES = 16
/** An uncompressed P-256 point. */
const POINT_BYTES = 65

export const registrationRequest = v.object({
  web: v.object({
    /** Host and port of the service worker's scope, without a scheme. */
    origin: v.optional(v.pipe(v.string(), v.maxLength(300))),
    endpoint: v.pipe(v.string(), v.maxLength(2_000), v.url()),
    auth: base64url(AUTH_BYTES),
    p256dh: base64url(POINT_BYTES),
    /** Absent stands for Firebase's own default key. */
    applicationPubKey: v.optional(base64url(POINT_BYTES)),
  }),
  fcm_sdk_version: v.optional(v.string()),
})
export type RegistrationRequest = v.InferOutput<typeof registrationRequest>

/** What the web SDK subscribes with where the app gave no key (observed: firebase 12). */
export const DEFAULT_VAPID_KEY =
  'BDOU99-h67HcA6JeFXHbSNMu7e2yNNu3RzoMj8TM4W88jITfq7ZmPvIM1Iv-4_l2LxQcYwhqby2xGpWwzjfAnG4'

/** The last part of `name` is the installation's id: register() compares it with its own. */
export type RegistrationReply = {
  readonly name: string
  readonly token: string
  readonly web: RegistrationRequest['web']
}
