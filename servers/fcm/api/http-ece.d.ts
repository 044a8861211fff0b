/** What is used of http_ece, which brings no types of its own. */
declare module 'http_ece' {
  import type {ECDH} from 'node:crypto'

  type Common = {
    readonly version: 'aes128gcm'
    /** base64url, as is `dh`. */
    readonly authSecret: string
    readonly privateKey: ECDH
  }

  export function encrypt(
    plaintext: Buffer,
    parameters: Common & {readonly dh: string; readonly salt: string; readonly rs?: number},
  ): Buffer
  export function decrypt(body: Buffer, parameters: Common): Buffer
}
