/**
 * JWT-like tokens: claims that anybody may read and only this server can have written. Pure.
 * Of the real tokens only the claims of the conduit token were seen (one source); the signing is invented. Rule RS6.
 */
import {createHmac, timingSafeEqual} from 'node:crypto'

export type TokenKind = 'sentinel-prepare' | 'sentinel' | 'conduit'

export type Claims = {
  readonly kind: TokenKind
  readonly sub: string
  readonly iat: number
  readonly exp: number
  readonly [claim: string]: string | number
}

const HEADER = Buffer.from(JSON.stringify({alg: 'HS256', typ: 'JWT'})).toString('base64url')

const signatureOf = (secret: string, content: string) => createHmac('sha256', secret).update(content).digest()

export function signToken(secret: string, claims: Claims): string {
  const content = `${HEADER}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}`
  return `${content}.${signatureOf(secret, content).toString('base64url')}`
}

/** Null for a token that is malformed, forged, expired, of another kind or of another person. */
export function readToken(
  secret: string,
  token: string,
  want: {readonly kind: TokenKind; readonly userId: string; readonly nowS: number},
): Claims | null {
  const [header, payload, signature, ...rest] = token.split('.')
  if (header !== HEADER || !payload || !signature || rest.length > 0) return null
  const expected = signatureOf(secret, `${header}.${payload}`)
  const given = Buffer.from(signature, 'base64url')
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return null
  // What carries our signature is our own writing, so it is not checked again.
  const claims = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Claims
  return claims.kind === want.kind && claims.sub === want.userId && claims.exp > want.nowS ? claims : null
}
