/** Firebase Installations as the web SDK calls it (observed: firebase 12). Rules FB10–FB13. */
import * as v from 'valibot'

/** The SDK makes one up: 17 random bytes in base64url whose first four bits are 0111. */
export const FID = /^[c-f][\w-]{21}$/

/** `1:<project number>:web:<hash>`; other shapes are let through, as they come from other people's apps. */
const appId = v.pipe(v.string(), v.minLength(1), v.maxLength(200))

export const createInstallationRequest = v.object({
  fid: v.optional(v.pipe(v.string(), v.maxLength(200))),
  authVersion: v.literal('FIS_v2'),
  appId,
  sdkVersion: v.optional(v.string()),
})

export const generateAuthTokenRequest = v.object({
  installation: v.optional(v.object({sdkVersion: v.optional(v.string()), appId: v.optional(appId)})),
})

/** `expiresIn` is whole seconds with an `s`; the SDK reads nothing else. */
export type AuthTokenReply = {readonly token: string; readonly expiresIn: `${number}s`}

export type CreateInstallationReply = {
  readonly name: string
  readonly fid: string
  readonly refreshToken: string
  readonly authToken: AuthTokenReply
}
