/**
 * Who may open a celsius socket. Pure: what the request says and what is known, to a person or a refusal.
 * The path and the query are observed (`tab` is not); every refusal is invented. Rules CE2–CE4, CE25, CE41–CE42.
 */
import type {User} from '../accounts/user.ts'
import {checkVerify} from './verify-token.ts'

export type AdmissionRequest = {readonly url: string; readonly origin: string | undefined}

export type AdmissionRules = {
  readonly byId: (userId: string) => User | undefined
  readonly isOwnOrigin: (origin: string) => boolean
  readonly secret: string
  readonly shard: number
  /** Why nobody is let in just now. */
  readonly closedFor: 'draining' | 'overloaded' | null
  readonly wallMs: number
  readonly verifyForMs: number
}

export type Refusal = {
  readonly status: 400 | 401 | 403 | 404 | 503
  readonly code: string
  readonly detail: string
}
export type Admission = {readonly admitted: User; readonly tab: string} | {readonly refused: Refusal}

const PATH = /^\/p(\d{1,4})\/ws\/user\/([A-Za-z0-9_-]{1,128}?)__([A-Za-z0-9_-]{1,128})$/
/** What the ledger calls a tab that does not say its name. */
export const UNNAMED = '?'
const TAB = /^[A-Za-z0-9_-]{1,32}$/

const CLOSED = {draining: 'The server is restarting', overloaded: 'The server carries too much'} as const

export const socketPath = (shard: number, {id, accountId}: Pick<User, 'id' | 'accountId'>): string =>
  `/p${shard}/ws/user/${id}__${accountId}`

export function admit(request: AdmissionRequest, rules: AdmissionRules): Admission {
  const url = URL.parse(request.url, 'http://celsius')
  const path = url && PATH.exec(url.pathname)
  if (!path || Number(path[1]) !== rules.shard) return refuse(404, 'no-such-path', 'Not Found')
  if (rules.closedFor) return refuse(503, rules.closedFor, CLOSED[rules.closedFor])
  if (request.origin !== undefined && !rules.isOwnOrigin(request.origin)) {
    return refuse(403, 'foreign-origin', 'This origin may not open sockets')
  }

  const verify = url.searchParams.get('verify')
  if (verify === null) return refuse(401, 'no-verify', 'Unauthorized')
  const owner = {userId: path[2]!, accountId: path[3]!}
  const verdict = checkVerify(rules.secret, owner, verify, rules.wallMs, rules.verifyForMs)
  if (verdict === 'foreign') return refuse(403, 'foreign-verify', 'The verify token is of another user')
  if (verdict !== 'good') return refuse(401, `${verdict}-verify`, 'Unauthorized')

  const user = rules.byId(owner.userId)
  if (!user || user.accountId !== owner.accountId) return refuse(403, 'no-such-user', 'Forbidden')
  const tab = url.searchParams.get('tab') ?? UNNAMED
  if (tab !== UNNAMED && !TAB.test(tab))
    return refuse(400, 'bad-tab', 'tab is 1 to 32 letters, digits, _ or -')
  return {admitted: user, tab}
}

const refuse = (status: Refusal['status'], code: string, detail: string): Admission => ({
  refused: {status, code, detail},
})
