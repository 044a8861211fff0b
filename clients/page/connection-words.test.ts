import {expect, test} from 'vitest'
import {connectionInWords} from './connection-words.ts'

test.each([
  [{name: 'connecting', attempt: 1}, 'Connecting…'],
  [{name: 'connecting', attempt: 3}, 'Connecting… (attempt 3)'],
  [{name: 'connected'}, 'Connected'],
  [{name: 'waiting', attempt: 2, retryAtMs: 13_200}, 'Reconnecting in 4 s (attempt 2)'],
  [{name: 'waiting', attempt: 2, retryAtMs: 9_000}, 'Reconnecting in 0 s (attempt 2)'],
  [{name: 'stopped', why: 'no attempt left'}, 'Offline: no attempt left'],
  [{name: 'connected', push: 'registered'}, 'Push registered'],
  [{name: 'connected', push: 'heard'}, 'Push connected'],
  [{name: 'no push', why: 'permission denied', mayAsk: false}, 'No push: permission denied'],
] as const)('[CO8] %j is said in words', (connection, words) => {
  expect(connectionInWords(connection, 10_000)).toBe(words)
})
