/**
 * What every request passes: the host it names, the headers every page needs, the person its bearer names.
 * Cross-origin isolation gives pages the full resolution of `performance.now()`. No CORS: pages come from this origin.
 * Rules ER2, CL54; refusing hosts is invented (it keeps a page that rebinds its name to 127.0.0.1 out).
 */
import type {Request, RequestHandler} from 'express'
import type {Accounts} from '../accounts/accounts.ts'
import type {User} from '../accounts/user.ts'
import {HttpRefusal} from './http-refusal.ts'

/** Whether a `Host` header names this server. */
export type ServedHost = (host: string) => boolean

export const guard =
  (isServed: ServedHost): RequestHandler =>
  (req, res, next) => {
    res.set({
      'cross-origin-opener-policy': 'same-origin',
      'cross-origin-embedder-policy': 'require-corp',
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
      'cache-control': 'no-store',
    })
    if (!isServed(req.headers.host ?? '')) throw new HttpRefusal(403, 'This host is not served here')
    next()
  }

const BEARER = /^Bearer ([\w-]{1,200})$/i

export const bearerOf = (req: Request): string | undefined =>
  BEARER.exec(req.headers.authorization ?? '')?.[1]

/** Throws the platform's refusal for nobody. */
export type PersonOf = (req: Request) => User

export const personOf =
  (accounts: Accounts, nobody: () => HttpRefusal): PersonOf =>
  (req) => {
    const bearer = bearerOf(req)
    const user = bearer === undefined ? undefined : accounts.byBearer(bearer)
    if (!user) throw nobody()
    return user
  }

/** The body as text; what it means is decoded where it is used. */
export const bodyOf = (req: Request): string => (typeof req.body === 'string' ? req.body : '')
