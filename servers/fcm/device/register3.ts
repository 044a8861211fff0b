/** Registrations of a device: what a subscription of a page is to Google's servers. Rules CI5–CI10. */
import {randomBytes} from 'node:crypto'
import {decodeValue} from '#protocol/decode.ts'
import {
  aidLogin,
  register3Form,
  vapidKey,
  type Register3Error,
  type Register3Form,
} from '#protocol/device/register3.ts'
import {originOf, sealEndpointToken} from '../core/endpoint-token.ts'
import type {PushStore} from '../core/push-store.ts'
import type {PushCore} from '../push-core.ts'

export type Register3Parts = {readonly core: PushCore; readonly store: PushStore}

export type Register3Answer =
  | {readonly ok: true; readonly text: string}
  | {readonly ok: false; readonly error: Register3Error}

export function register3(
  authorization: string | undefined,
  body: string,
  {core, store}: Register3Parts,
): Register3Answer {
  const login = readOr(undefined, () =>
    decodeValue(aidLogin, /^AidLogin (\d+):(\d+)$/.exec(authorization ?? '')?.slice(1)),
  )
  if (login === undefined || !store.admit(...login)) return {ok: false, error: 'AUTHENTICATION_FAILED'}
  const form = readOr(undefined, () =>
    decodeValue(register3Form, Object.fromEntries(new URLSearchParams(body))),
  )
  if (form === undefined || form.device !== login[0]) return {ok: false, error: 'INVALID_PARAMETERS'}
  return form.delete ? unregister(form, {core, store}) : register(form, {core, store})
}

function register(form: Register3Form, {core, store}: Register3Parts): Register3Answer {
  const {app, device: deviceId, sender, 'X-subtype': subtype} = form
  // The browser's own registrations have a project for a sender. They are answered; nothing can be sent to them.
  if (PROJECT.test(sender)) return token(randomBytes(TOKEN_BYTES).toString('base64url'))
  const key = readOr(undefined, () => decodeValue(vapidKey, sender))
  if (key === undefined) return {ok: false, error: 'INVALID_SENDER'}
  if (subtype === undefined) return {ok: false, error: 'INVALID_PARAMETERS'}

  const known = store.subscriptionsOf(deviceId, app, subtype).find((one) => one.vapidKey === key)
  if (known) return token(known.endpointToken)
  const about = {deviceId, app, subtype, vapidKey: key}
  const endpointToken = sealEndpointToken(about, store.secret)
  core.subscribe({...about, endpointToken, transport: 'mcs', origin: originOf(subtype)})
  return token(endpointToken)
}

/** What is not there is deleted already. */
function unregister(
  {app, device, sender, 'X-subtype': subtype}: Register3Form,
  {core, store}: Register3Parts,
): Register3Answer {
  if (subtype === undefined) return {ok: true, text: `deleted=${app}`}
  for (const {endpointToken, vapidKey: key} of store.subscriptionsOf(device, app, subtype))
    if (sender === '*' || sender === key) core.unsubscribe(endpointToken)
  return token(subtype)
}

const PROJECT = /^\d{1,20}$/
const TOKEN_BYTES = 96

const token = (text: string): Register3Answer => ({ok: true, text: `token=${text}`})

function readOr<T>(otherwise: T, read: () => T): T {
  try {
    return read()
  } catch {
    return otherwise
  }
}
