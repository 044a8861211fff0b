import {mkdtempSync, rmSync, statSync, writeFileSync} from 'node:fs'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import {expect, test} from 'vitest'
import {defaultModelSettings} from '../model/model-settings.ts'
import {AccountBook} from './account-book.ts'
import {createAccounts} from './accounts.ts'

const settings = {
  carriage: 'observed',
  channelDelayMs: 0,
  replicaLagMs: 0,
  model: defaultModelSettings,
} as const

test('a person is found by id and by bearer until removed', () => {
  const accounts = createAccounts('seed')
  const user = accounts.create(settings)
  expect([accounts.byId(user.id), accounts.byBearer(user.bearer)]).toEqual([user, user])
  expect(accounts.byBearer(`${user.bearer}x`)).toBeUndefined()
  accounts.remove(user.id)
  expect([accounts.byId(user.id), accounts.byBearer(user.bearer), accounts.all()]).toEqual([
    undefined,
    undefined,
    [],
  ])
})

test('the seed gives the same people, but never the same bearers', () => {
  const [a, b] = [createAccounts('seed').create(settings), createAccounts('seed').create(settings)]
  expect(a.id).toMatch(/^user-[A-Za-z0-9]{24}$/)
  expect({...a, bearer: ''}).toEqual({...b, bearer: ''})
  expect(a.bearer).not.toBe(b.bearer)
})

test('two people of one seed are two', () => {
  const accounts = createAccounts('seed')
  const [a, b] = [accounts.create(settings), accounts.create(settings)]
  expect(a.id).not.toBe(b.id)
  expect(a.accountId).not.toBe(b.accountId)
  expect(a.organizationId).not.toBe(b.organizationId)
})

test('[CE49] a file keeps people, bearers, settings and the secret, for its owner only', () => {
  const folder = mkdtempSync(join(tmpdir(), 'accounts-'))
  const file = join(folder, 'people.sqlite')
  writeFileSync(file, '', {mode: 0o644})
  const before = new AccountBook(file)
  const accounts = createAccounts('seed', before)
  const [ada, bob] = accounts.first(2, settings)
  const removed = accounts.create(settings)
  accounts.remove(removed.id)
  const modes = ['', '-wal', '-shm'].map((suffix) => statSync(`${file}${suffix}`).mode & 0o777)
  expect(modes).toEqual([0o600, 0o600, 0o600])
  // As after a kill: nobody closes the former one.
  const after = new AccountBook(file)
  const again = createAccounts('seed', after)
  expect(again.first(2, settings)).toEqual([ada, bob])
  expect([again.byBearer(ada!.bearer), again.byId(removed.id), after.secret]).toEqual([
    ada,
    undefined,
    before.secret,
  ])
  const next = again.create({...settings, channelDelayMs: 5, channel: {pingMs: 7}})
  expect(next.id).not.toBe(removed.id)
  expect(createAccounts('seed', new AccountBook(file)).byId(next.id)).toEqual(next)
  for (const book of [before, after]) book.close()
  rmSync(folder, {recursive: true})
})

test('[CE49] without a file everybody has another secret', () => {
  const [a, b] = [new AccountBook(':memory:'), new AccountBook(':memory:')]
  expect(a.secret).toMatch(/^[\da-f]{64}$/)
  expect(a.secret).not.toBe(b.secret)
})
