import {expect, test} from 'vitest'
import {defaultModelSettings} from '../model/model-settings.ts'
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
