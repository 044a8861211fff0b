/**
 * The page and who it belongs to. The page's addresses and `/api/auth/session` are observed; `?as=` and `/api/users`, which
 * let a tab be a known person without a password, are invented (harness only).
 */
import {join} from 'node:path'
import express, {Router} from 'express'
import type {Accounts} from '../../accounts/accounts.ts'
import {HttpRefusal} from './http-refusal.ts'

const A_YEAR_S = 31_536_000

export function sessionRoutes(accounts: Accounts): Router {
  const router = Router()
  router.get('/users', (_, res) => {
    res.json({users: accounts.all().map(({id, name}) => ({id, name}))})
  })
  router.get('/auth/session', (req, res) => {
    const {as} = req.query
    // Without a person the observed answer is an empty object.
    if (as === undefined) return void res.json({})
    const user = typeof as === 'string' ? accounts.byId(as) : undefined
    if (!user) throw new HttpRefusal(404, 'User not found')
    const {id, name, accountId, bearer} = user
    return void res.json({accessToken: bearer, user: {id, name}, account: {id: accountId}})
  })
  return router
}

/** `folder` holds what Vite built: names in `assets` carry a hash of their contents, so they may be kept for ever. */
export function pageRoutes(folder: string): Router {
  const router = Router()
  router.get(['/', '/c/:id'], (_, res) => {
    res.set('cache-control', 'no-cache').sendFile(join(folder, 'index.html'), {cacheControl: false})
  })
  router.use(
    express.static(folder, {
      index: false,
      redirect: false,
      cacheControl: false,
      setHeaders(res, path) {
        const isHashed = path.startsWith(join(folder, 'assets'))
        res.setHeader('cache-control', isHashed ? `public, max-age=${A_YEAR_S}, immutable` : 'no-cache')
      },
    }),
  )
  return router
}
