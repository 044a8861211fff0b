import {expect, test} from 'vitest'
import {person, SECRET, startTestChannel} from './test-channel.ts'
import {checkVerify, makeVerify} from './verify-token.ts'

const ada = {userId: 'ada', accountId: 'ada-account'}
const MINUTE_MS = 60_000

test('[CE3] a token is good for its person and its time only', () => {
  const verify = makeVerify(SECRET, ada, 1_000_000_000)
  expect(verify).toMatch(/^1000000-[0-9a-f]+$/)
  const check = (owner: typeof ada, text: string, wallMs: number, secret = SECRET) =>
    checkVerify(secret, owner, text, wallMs, 30 * MINUTE_MS)
  expect(check(ada, verify, 1_000_000_000)).toBe('good')
  expect(check(ada, verify, 1_000_000_000 + 26 * MINUTE_MS)).toBe('good')
  expect(check(ada, verify, 1_000_000_000 + 31 * MINUTE_MS)).toBe('expired')
  expect(check(ada, verify, 1_000_000_000 - 2 * MINUTE_MS)).toBe('expired')
  expect(check({...ada, userId: 'bob'}, verify, 1_000_000_000)).toBe('foreign')
  expect(check({...ada, accountId: 'other'}, verify, 1_000_000_000)).toBe('foreign')
  expect(check(ada, verify, 1_000_000_000, 'another secret')).toBe('forged')
  expect(check(ada, verify.replace('1000000-', '1000001-'), 1_000_000_000)).toBe('forged')
  expect(check(ada, 'x', 1_000_000_000)).toBe('malformed')
})

test('[CE4] sockets are refused before the upgrade, and the ledger says why', async () => {
  await using channel = await startTestChannel()
  const {statusOf, urlOf, base} = channel
  const verify = new URL(urlOf('ada')).search
  const last = verify.at(-1) === '0' ? '1' : '0'

  expect(await statusOf(urlOf('ada'))).toBe(101)
  expect(await statusOf(`${base}/p3/ws/user/ada__ada-account`)).toBe(401)
  expect(await statusOf(`${base}/p3/ws/user/ada__ada-account?verify=nonsense`)).toBe(401)
  expect(await statusOf(urlOf('ada').slice(0, -1) + last)).toBe(401)
  expect(await statusOf(`${base}/p3/ws/user/bob__bob-account${verify}`)).toBe(403)
  expect(await statusOf(`${base}/p3/ws/user/ada__bob-account${verify}`)).toBe(403)
  expect(await statusOf(urlOf('ada'), {origin: 'http://elsewhere.test'})).toBe(403)
  expect(await statusOf(urlOf('ada'), {})).toBe(101)
  expect(await statusOf(`${base}/p4/ws/user/ada__ada-account${verify}`)).toBe(404)
  expect(await statusOf(`${base}/elsewhere`)).toBe(404)
  expect(await statusOf(urlOf('ada', 'not a name'))).toBe(400)

  const codes = (await channel.recorded('refused', 9)).map(({code}) => code)
  expect(codes).toEqual([
    'no-verify',
    'malformed-verify',
    'forged-verify',
    'foreign-verify',
    'foreign-verify',
    'foreign-origin',
    'no-such-path',
    'no-such-path',
    'bad-tab',
  ])
  expect(JSON.stringify(channel.ledger)).not.toContain(verify.slice(20, 40))
})

test('[CE3] an expired URL opens nothing, an open socket goes on', async () => {
  await using channel = await startTestChannel()
  const url = channel.urlOf('ada')
  const tab = await channel.connected('ada')
  channel.time.wallMs += 31 * MINUTE_MS
  expect(await channel.statusOf(url)).toBe(401)
  expect(await tab.replyTo(tab.send({type: 'presence', state: 'background'}))).toEqual({type: 'presence'})
})

test('[CE4] a token outlives its person in vain', async () => {
  await using channel = await startTestChannel({users: [person('ada')]})
  const url = channel.urlOf('ada')
  channel.users.delete('ada')
  expect(await channel.statusOf(url)).toBe(403)
})

test('[CE41] the ledger knows sockets by the tab named in the URL', async () => {
  await using channel = await startTestChannel()
  await channel.open('ada', 'B_2')
  await channel.open('ada')
  expect((await channel.recorded('connected', 2)).map(({tab}) => tab)).toEqual(['B_2', '?'])
})
