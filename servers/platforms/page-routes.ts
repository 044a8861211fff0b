/**
 * The page and who it belongs to. The pages' addresses and `/api/auth/session` are observed on ChatGPT; `?as=` and
 * `/api/users`, which let a tab be a known person without a password, are invented (harness only), on both platforms.
 */
import {join} from 'node:path'
import express, {Router} from 'express'
import type {Accounts} from '../accounts/accounts.ts'
import type {User} from '../accounts/user.ts'
import {HttpRefusal} from './http-refusal.ts'

const A_YEAR_S = 31_536_000

/** `about` is what the platform's page has to know of a person besides. */
export function sessionRoutes(accounts: Accounts, about: (user: User) => object): Router {
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
    const {id, name, bearer} = user
    return void res.json({accessToken: bearer, user: {id, name}, ...about(user)})
  })
  return router
}

/** `folder` holds what Vite built: names in `assets` carry a hash of their contents, so they may be kept for ever. */
export function pageRoutes(folder: string, file: string, addresses: readonly string[]): Router {
  const router = Router()
  router.get([...addresses], (_, res) => {
    res.set('cache-control', 'no-cache').sendFile(join(folder, file), {cacheControl: false})
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
