/**
 * Habit `login: browser`: a page's requests are of whoever signed in last with this browser, as a session cookie would have
 * it. Whoever that is the page does not show. Rule HB6.
 */
import {readBearer} from '#protocol/auth-session.ts'
import type {SessionOptions, Surroundings} from './chat-session.ts'

/** Where a browser remembers who signed in last. */
export const LAST_USER = 'tabwitness:as'

type Options = Pick<SessionOptions, 'baseUrl' | 'userId' | 'habits'>

/** The surroundings with the requests of that person, or as they are. */
export function asSignedIn<S extends Pick<Surroundings, 'fetch' | 'storage'>>(
  {baseUrl, userId, habits}: Options,
  surroundings: S,
): S {
  if (habits?.login !== 'browser') return surroundings
  const {fetch, storage} = surroundings
  const bearers = new Map<string, string>()

  /** Null for somebody whom the servers do not know any more. */
  async function bearerOf(person: string): Promise<string | null> {
    const known = bearers.get(person)
    if (known !== undefined) return known
    const response = await fetch(`${baseUrl}/api/auth/session?as=${encodeURIComponent(person)}`)
    if (!response.ok) return null
    const bearer = readBearer(await response.text())
    bearers.set(person, bearer)
    return bearer
  }

  return {
    ...surroundings,
    async fetch(input, init) {
      const last = storage.get(LAST_USER)
      const bearer = last === null || last === userId ? null : await bearerOf(last)
      if (bearer === null) return fetch(input, init)
      const headers = new Headers(init?.headers)
      headers.set('authorization', `Bearer ${bearer}`)
      return fetch(input, {...init, headers})
    },
  }
}
