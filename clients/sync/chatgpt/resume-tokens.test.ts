import {expect, test} from 'vitest'
import {createResumeTokens} from './resume-tokens.ts'

function tokensOver(kept = new Map<string, string>()) {
  let now = 1_000
  const storage = {
    get: (key: string) => kept.get(key) ?? null,
    set: (key: string, value: string) => void kept.set(key, value),
    remove: (key: string) => void kept.delete(key),
  }
  return {kept, tokens: createResumeTokens({storage, now: () => now}), pass: (byMs: number) => (now += byMs)}
}

test('[RS4] a token is kept by conversation for four hours', () => {
  const {tokens, pass} = tokensOver()
  tokens.set('c1', 'with:colons')
  expect([tokens.get('c1'), tokens.get('c2')]).toEqual(['with:colons', null])
  pass(4 * 3_600_000 - 1)
  expect(tokens.get('c1')).toBe('with:colons')
  pass(1)
  expect(tokens.get('c1')).toBeNull()
})

test('what somebody else left in the storage is no token', () => {
  const {kept, tokens} = tokensOver()
  for (const text of ['', 'x', ':t', 'soon:t', '12']) {
    kept.set('tabwitness-resume-c1', text)
    expect(tokens.get('c1')).toBeNull()
  }
})
