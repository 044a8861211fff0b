import {expect, test} from 'vitest'
import type {ServerProcess} from './server-process.ts'
import {siteOf} from './site.ts'

const servers = {
  chatgpt: {baseUrl: 'http://127.0.0.1:41', origin: 'http://127.0.0.1:41'},
  claude: {baseUrl: 'http://127.0.0.1:42', origin: 'http://127.0.0.1:42'},
} as unknown as ServerProcess
const page = {conversationId: 'c', userId: 'u', tab: 'A', policy: 'content+resume'}

test('[HZ2] the address of a page says how its cell sets it', () => {
  const url = new URL(
    siteOf('chatgpt', servers, 'cell-1').pageUrl({
      ...page,
      guards: ['if-match', 'warn-first'],
      habits: {outbox: 'replay', drafts: 'device'},
    }),
  )
  expect([url.origin, url.pathname]).toEqual(['http://127.0.0.1:41', '/c/c'])
  expect(Object.fromEntries(url.searchParams)).toEqual({
    as: 'u',
    tab: 'A',
    policy: 'content+resume',
    guards: 'if-match,warn-first',
    outbox: 'replay',
    drafts: 'device',
  })
})

test('what a cell does not set stands in no address', () => {
  const url = new URL(siteOf('claude', servers, 'cell-1', 43).pageUrl({...page, guards: [], habits: {}}))
  expect(url.origin).toBe('http://cell-1.localhost:43')
  expect([...url.searchParams.keys()]).toEqual(['as', 'tab', 'policy'])
})

test('who shares a sign-in with all pages of an origin has an origin of its own', () => {
  const url = new URL(siteOf('chatgpt', servers, 'cell-1', null, true).pageUrl(page))
  expect(url.origin).toBe('http://cell-1.localhost:41')
})
