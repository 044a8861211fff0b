/**
 * `verify={unix_ts}-{hmac}`: whose socket it is and from when, signed. Pure. The look is observed, the making invented.
 * The first half of the hex names the person without revealing them, the second signs it together with the time. Rule CE3.
 */
import {createHmac, timingSafeEqual} from 'node:crypto'

export type TokenOwner = {readonly userId: string; readonly accountId: string}

export type TokenVerdict = 'good' | 'malformed' | 'forged' | 'foreign' | 'expired'

const OWNER_CHARS = 32
const FORM = /^(\d{1,12})-([0-9a-f]{96})$/
/** Clocks of two servers may differ by this much. */
const CLOCK_SLACK_S = 60

export function makeVerify(secret: string, owner: TokenOwner, wallMs: number): string {
  const unixS = Math.floor(wallMs / 1_000)
  const tag = ownerTag(secret, owner)
  return `${unixS}-${tag}${signature(secret, tag, unixS)}`
}

export function checkVerify(
  secret: string,
  owner: TokenOwner,
  verify: string,
  wallMs: number,
  goodForMs: number,
): TokenVerdict {
  const parts = FORM.exec(verify)
  if (!parts) return 'malformed'
  const unixS = Number(parts[1])
  const tag = parts[2]!.slice(0, OWNER_CHARS)
  if (!isSame(parts[2]!.slice(OWNER_CHARS), signature(secret, tag, unixS))) return 'forged'
  if (!isSame(tag, ownerTag(secret, owner))) return 'foreign'
  const ageMs = wallMs - unixS * 1_000
  return ageMs > goodForMs || ageMs < -CLOCK_SLACK_S * 1_000 ? 'expired' : 'good'
}

const hmac = (secret: string, text: string) => createHmac('sha256', secret).update(text).digest('hex')

const ownerTag = (secret: string, {userId, accountId}: TokenOwner) =>
  hmac(secret, `owner ${userId} ${accountId}`).slice(0, OWNER_CHARS)

const signature = (secret: string, tag: string, unixS: number) => hmac(secret, `verify ${tag} ${unixS}`)

const isSame = (a: string, b: string) => timingSafeEqual(Buffer.from(a), Buffer.from(b))
