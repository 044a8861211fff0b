/**
 * Who this page belongs to: the address says it, else the tab's last visit, else the browser's, else the first person the
 * server knows.
 * Asks for no password. Observed: the bearer comes from `/api/auth/session`. Invented: `?as=` and `/api/users`.
 */
import {LAST_USER} from '../sync/signed-in.ts'

export type Login = {
  readonly bearer: string
  /** The person's account, which on Claude is an organization. */
  readonly accountId: string
  readonly user: {readonly id: string; readonly name: string}
}

export class LoginError extends Error {
  override readonly name = 'LoginError'
}

export async function logIn(named: string | null): Promise<Login> {
  // A tab that a notification opened has no visit of its own to go by.
  const lastUser = sessionStorage.getItem(LAST_USER) ?? localStorage.getItem(LAST_USER)
  // The servers may have been started anew since the last visit, with other people.
  const login =
    (await sessionOf(named ?? lastUser)) ?? (named === null ? await sessionOf(await firstUser()) : null)
  if (login === null)
    throw new LoginError(`The server knows nobody called "${named}"; leave out as= to be its first user.`)
  sessionStorage.setItem(LAST_USER, login.user.id)
  localStorage.setItem(LAST_USER, login.user.id)
  return login
}

async function sessionOf(userId: string | null): Promise<Login | null> {
  if (userId === null) return null
  const {accessToken, user, account, organization} = (await ask(
    `/api/auth/session?as=${encodeURIComponent(userId)}`,
  )) as {
    accessToken?: unknown
    user?: {name?: unknown}
    account?: {id?: unknown}
    organization?: {uuid?: unknown}
  }
  const accountId = account?.id ?? organization?.uuid
  if (typeof accessToken !== 'string' || typeof accountId !== 'string') return null
  const name = typeof user?.name === 'string' ? user.name : userId
  return {bearer: accessToken, accountId, user: {id: userId, name}}
}

async function firstUser(): Promise<string> {
  const {users} = (await ask('/api/users')) as {users?: readonly {id?: unknown}[]}
  const id = users?.[0]?.id
  if (typeof id !== 'string')
    throw new LoginError('The server knows no user; name one in the address with as=.')
  return id
}

/** An object, empty where the server refused: what is missing from it is missed by the caller. */
async function ask(path: string): Promise<object> {
  let response: Response
  try {
    response = await fetch(path)
  } catch (cause) {
    throw new LoginError('The server cannot be reached; start it and reload this page.', {cause})
  }
  if (response.status >= 500) throw new LoginError(`The server failed with ${response.status} at ${path}.`)
  if (!response.ok) return {}
  const body: unknown = await response.json().catch(() => null)
  return typeof body === 'object' && body !== null ? body : {}
}
