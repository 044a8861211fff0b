/**
 * Endpoint tokens that say themselves which subscription they are, sealed with the store's secret: nobody can make one up,
 * and a store that lost the row takes the subscription in again. For MCS; autopush makes its own. Rules PU2, PU3.
 */
import {createHmac, randomBytes, timingSafeEqual} from 'node:crypto'
import {sealedSubscription} from '#protocol/device/endpoint-token.ts'
import {decode} from '#protocol/decode.ts'
import type {Subscription} from '../push-core.ts'

const SEAL_BYTES = 16
const NONCE_BYTES = 6

/** Never the same twice: a subscription that ended keeps its token to itself. */
export function sealEndpointToken(
  subscription: Omit<Subscription, 'endpointToken' | 'transport' | 'origin'>,
  secret: Uint8Array,
): string {
  const {deviceId, app, subtype, vapidKey} = subscription
  const fields = [deviceId, app, subtype, vapidKey, randomBytes(NONCE_BYTES).toString('base64url')]
  const text = Buffer.from(JSON.stringify(fields)).toString('base64url')
  return `${text}.${sealOf(text, secret).toString('base64url')}`
}

/** Undefined for what was not sealed with this secret. */
export function openEndpointToken(endpointToken: string, secret: Uint8Array): Subscription | undefined {
  const [text = '', seal = ''] = endpointToken.split('.')
  const given = Buffer.from(seal, 'base64url')
  if (given.length !== SEAL_BYTES || !timingSafeEqual(given, sealOf(text, secret))) return undefined
  // One text for one token: base64url has others that decode to the same bytes.
  if (endpointToken !== `${text}.${given.toString('base64url')}`) return undefined
  const [deviceId, app, subtype, vapidKey] = decode(
    sealedSubscription,
    Buffer.from(text, 'base64url').toString(),
  )
  return {endpointToken, deviceId, transport: 'mcs', app, subtype, vapidKey, origin: originOf(subtype)}
}

/** The page's origin in `wp:<origin>/#<id>`, which is Chromium's name for a service worker registration; null in others. */
export function originOf(subtype: string): string | null {
  const [, url = ''] = /^wp:([^#]+)#/.exec(subtype) ?? []
  if (!URL.canParse(url)) return null
  const {origin} = new URL(url)
  return origin === 'null' ? null : origin
}

const sealOf = (text: string, secret: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(text).digest().subarray(0, SEAL_BYTES)
