/** What the API's routes read of a request besides its body's meaning: who calls, and what for. Rules FB5, FB50. */
import type {Request, RequestHandler} from 'express'
import {permissionDenied, unauthenticated} from './google-refusal.ts'

/** The body as text; what it means is decoded where it is used. */
export const bodyOf = (req: Request): string => (typeof req.body === 'string' ? req.body : '')

/** A named part of the path, unescaped. */
export const segment = (req: Request, name: string): string => String(req.params[name] ?? '')

/** Any key will do: there is no console here in which to make one. */
export function needsApiKey(req: Request): void {
  if (!req.get('x-goog-api-key') && typeof req.query['key'] !== 'string')
    throw permissionDenied('The request is missing a valid API key.')
}

/** Any access token will do: the credential is a stub. */
export function needsAccessToken(req: Request): void {
  if (!/^Bearer \S+$/.test(req.get('authorization') ?? ''))
    throw unauthenticated(
      'Request is missing required authentication credential. Expected OAuth 2 access token, login cookie or other valid authentication credential.',
    )
}

/** Pages call Google's hosts from their own origin, with headers that are asked about first. */
export const cors: RequestHandler = (req, res, next) => {
  const {origin} = req.headers
  if (origin === undefined) return next()
  res.set({
    'access-control-allow-origin': origin,
    vary: 'origin',
    'access-control-expose-headers': 'location, ttl',
  })
  if (req.method !== 'OPTIONS') return next()
  res.set({
    'access-control-allow-methods': 'GET, POST, PATCH, DELETE, PUT',
    'access-control-allow-headers': req.get('access-control-request-headers') ?? '',
    'access-control-max-age': '3600',
  })
  res.status(204).end()
}
