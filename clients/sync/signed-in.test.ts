import {expect, test} from 'vitest'
import {OBSERVED_HABITS} from '#protocol/page-habits.ts'
import {asSignedIn, LAST_USER} from './signed-in.ts'
import {json} from './test-http.ts'

function browser(login: 'tab' | 'browser') {
  const kept = new Map<string, string>()
  const asked: string[] = []
  const given = {
    async fetch(input: string | URL | Request, init?: RequestInit) {
      const {pathname, searchParams} = new URL(input instanceof Request ? input.url : input)
      if (pathname !== '/api/auth/session') {
        asked.push(new Headers(init?.headers).get('authorization') ?? 'nobody')
        return json({})
      }
      const person = searchParams.get('as')
      asked.push(`who is ${person}`)
      return person === 'gone' ? json({detail: 'User not found'}, 404) : json({accessToken: `of-${person}`})
    },
    storage: {
      get: (key: string) => kept.get(key) ?? null,
      set: (key: string, value: string) => void kept.set(key, value),
      remove: (key: string) => void kept.delete(key),
    },
  }
  const options = {baseUrl: 'http://127.0.0.1:1', userId: 'ada', habits: {...OBSERVED_HABITS, login}}
  const page = asSignedIn(options, given)
  const ask = () => page.fetch('http://127.0.0.1:1/x', {headers: {authorization: 'Bearer of-ada'}})
  return {given, page, asked, ask, signIn: (person: string) => void kept.set(LAST_USER, person)}
}

test('[HB6] with login=browser a request is of whoever signed in last, from that moment on and back again', async () => {
  const {asked, ask, signIn} = browser('browser')
  await ask()
  signIn('bob')
  await ask()
  await ask()
  signIn('ada')
  await ask()
  expect(asked).toEqual(['Bearer of-ada', 'who is bob', 'Bearer of-bob', 'Bearer of-bob', 'Bearer of-ada'])
})

test('[HB6] somebody whom the servers do not know any more is nobody', async () => {
  const {asked, ask, signIn} = browser('browser')
  signIn('gone')
  await ask()
  expect(asked.at(-1)).toBe('Bearer of-ada')
})

test('[HB6] with login=tab who signed in elsewhere makes no difference, and nothing is wrapped', async () => {
  const {given, page, asked, ask, signIn} = browser('tab')
  signIn('bob')
  await ask()
  expect(asked).toEqual(['Bearer of-ada'])
  expect(page).toBe(given)
})
