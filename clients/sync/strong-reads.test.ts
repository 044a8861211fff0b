import {expect, test} from 'vitest'
import {OBSERVED_HABITS} from '#protocol/page-habits.ts'
import type {SendGuard} from '#protocol/send-guard.ts'
import {createApi as chatgptApi} from './chatgpt/api.ts'
import {createApi as claudeApi} from './claude/api.ts'
import {json} from './test-http.ts'

/** What the two reads are asked for with: of the list, of a conversation, and of one as it is at the latest. */
async function consistencies(
  platform: 'chatgpt' | 'claude',
  reads?: 'observed' | 'strong',
  sendGuards: readonly SendGuard[] = [],
) {
  const asked: (string | null)[] = []
  const options = {
    baseUrl: 'http://127.0.0.1:1',
    bearer: 'b',
    userId: 'u',
    accountId: 'o',
    tab: 'A',
    remedies: [],
    pollPace: 1_000,
    sendGuards,
    ...(reads && {habits: {...OBSERVED_HABITS, reads}}),
  }
  const surroundings = {
    async fetch(input: string | URL | Request) {
      asked.push(new URL(input instanceof Request ? input.url : input).searchParams.get('consistency'))
      return json({})
    },
    now: () => 0,
    stampNow: () => 0,
    setTimer: () => () => {},
    newId: () => 'd',
    storage: {get: () => null, set: () => {}, remove: () => {}},
  }
  const create = platform === 'chatgpt' ? chatgptApi : claudeApi
  const api = create(options, surroundings, new AbortController().signal)
  // What was answered is nothing that could be read.
  for (const read of [api.list(), api.conversation('c', 'ordinary'), api.conversation('c', 'latest')])
    await read.catch(() => {})
  return asked
}

test.each([
  ['chatgpt', undefined, [null, null, null]],
  ['chatgpt', 'observed', [null, null, null]],
  ['chatgpt', 'strong', ['strong', 'strong', 'strong']],
  ['claude', undefined, ['eventual', 'eventual', 'strong']],
  ['claude', 'observed', ['eventual', 'eventual', 'strong']],
  ['claude', 'strong', ['strong', 'strong', 'strong']],
] as const)('[HB7] on %s reads=%s asks for %j', async (platform, reads, asked) => {
  expect(await consistencies(platform, reads)).toEqual(asked)
})

test('[HB7] [CF12] a guard that looks before it sends looks at the primary', async () => {
  expect(await consistencies('chatgpt', undefined, ['refetch-first'])).toEqual([null, null, 'strong'])
  expect(await consistencies('chatgpt', undefined, ['if-match'])).toEqual([null, null, null])
})
