/** Who sends a Web Push message: `Authorization: vapid t=<JWT>, k=<key>` of RFC 8292. Pure but for the clock it is given. Rules FB61–FB63. */
import {importJWK, jwtVerify} from 'jose'

export type Vapid =
  | {readonly ok: true; readonly key: string}
  /** 401: nobody says who sends. 403: what is said is not true. */
  | {readonly ok: false; readonly status: 401 | 403; readonly why: string}

export type VapidExpectation = {
  readonly audiences: readonly string[]
  /** The subscription's; null lets any sender in who proves to be one. */
  readonly key: string | null
  readonly nowMs: number
}

/** RFC 8292, section 2. */
const LONGEST_SECONDS = 86_400
const HEADER = /^vapid\s+(.*)$/i
const COORDINATE_BYTES = 32
const UNCOMPRESSED = 4

export async function verifyVapid(header: string | undefined, expected: VapidExpectation): Promise<Vapid> {
  if (header === undefined) return {ok: false, status: 401, why: 'no VAPID authorization is given'}
  const given = fieldsOf(HEADER.exec(header)?.[1] ?? '')
  const [token, key] = [given.get('t'), given.get('k')?.replace(/=+$/, '')]
  if (token === undefined || key === undefined)
    return {ok: false, status: 401, why: 'the authorization is not of the scheme vapid with t and k'}
  if (expected.key !== null && key !== expected.key)
    return {ok: false, status: 403, why: 'the key is not the one the subscription was made for'}
  const why = await whyNot(token, key, expected)
  return why === null ? {ok: true, key} : {ok: false, status: 403, why}
}

/** Null for a token that holds. */
async function whyNot(
  token: string,
  key: string,
  {audiences, nowMs}: VapidExpectation,
): Promise<string | null> {
  const point = Buffer.from(key, 'base64url')
  if (point.length !== 1 + 2 * COORDINATE_BYTES || point[0] !== UNCOMPRESSED)
    return 'the key is not an uncompressed P-256 point'
  try {
    const [x, y] = [point.subarray(1, 1 + COORDINATE_BYTES), point.subarray(1 + COORDINATE_BYTES)]
    const publicKey = await importJWK(
      {kty: 'EC', crv: 'P-256', x: x.toString('base64url'), y: y.toString('base64url')},
      'ES256',
    )
    const {payload} = await jwtVerify(token, publicKey, {
      algorithms: ['ES256'],
      audience: [...audiences],
      requiredClaims: ['aud', 'exp'],
      currentDate: new Date(nowMs),
    })
    return Number(payload.exp) > nowMs / 1_000 + LONGEST_SECONDS
      ? 'the token is good for more than 24 hours'
      : null
  } catch {
    return 'the token is forged, expired or for another audience'
  }
}

/** `t=…, k=…`, in any order, quoted or not. */
const fieldsOf = (text: string): ReadonlyMap<string, string> =>
  new Map(
    text.split(',').flatMap((part) => {
      const [, name, value] = /^\s*(\w+)\s*=\s*"?([^"\s]*)"?\s*$/.exec(part) ?? []
      return name === undefined || value === undefined ? [] : [[name.toLowerCase(), value] as const]
    }),
  )
