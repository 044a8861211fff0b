/** The bot check's two steps. Observed: their order and fields. Invented: nothing is checked, any proof is taken. Rules TU1–TU2. */
import {randomUUID} from 'node:crypto'
import {Router, type Request} from 'express'
import {decode} from '#protocol/decode.ts'
import {
  SENTINEL_HEADER,
  sentinelFinalizeRequest,
  sentinelPrepareRequest,
  type SentinelFinalizeReply,
  type SentinelPrepareReply,
} from '#protocol/sentinel.ts'
import type {User} from '../../accounts/user.ts'
import {bodyOf, type PersonOf} from '../guard.ts'
import {HttpRefusal} from '../http-refusal.ts'
import {readToken, signToken, type TokenKind} from './signed-token.ts'

/** Pages use a finalized token for about nine minutes (observed). */
const LIFE_S = 600

export type Sentinel = {
  readonly router: Router
  /** Throws 403 unless the request carries a token that finalize gave this person. */
  readonly check: (user: User, req: Request) => void
}

export function createSentinel(secret: string, personOf: PersonOf, wallMs: () => number): Sentinel {
  const nowS = () => Math.floor(wallMs() / 1_000)
  const make = (kind: TokenKind, user: User) =>
    signToken(secret, {kind, sub: user.id, jti: randomUUID(), iat: nowS(), exp: nowS() + LIFE_S})
  const isGood = (kind: TokenKind, user: User, token: string) =>
    readToken(secret, token, {kind, userId: user.id, nowS: nowS()}) !== null

  const router = Router()
  router.post('/prepare', (req, res) => {
    const user = personOf(req)
    decode(sentinelPrepareRequest, bodyOf(req))
    res.json({
      prepare_token: make('sentinel-prepare', user),
      turnstile: {required: false},
      proofofwork: {required: true, seed: randomUUID(), difficulty: '0fffff'},
    } satisfies SentinelPrepareReply)
  })
  router.post('/finalize', (req, res) => {
    const user = personOf(req)
    const {prepare_token} = decode(sentinelFinalizeRequest, bodyOf(req))
    if (!isGood('sentinel-prepare', user, prepare_token)) throw refused()
    res.json({token: make('sentinel', user)} satisfies SentinelFinalizeReply)
  })

  return {
    router,
    check(user, req) {
      if (!isGood('sentinel', user, req.get(SENTINEL_HEADER) ?? '')) throw refused()
    },
  }
}

/** The wording is observed. */
const refused = () =>
  new HttpRefusal(403, 'Unusual activity has been detected from your device. Try again later.')
