/**
 * The imitated people that the servers know. Ids look like observed ones and follow from the seed; bearers never do.
 * Invented throughout except the look of the ids (one public source).
 */
import {createHash, randomBytes} from 'node:crypto'
import {seededFaker} from '../model/seeded.ts'
import {personName} from '../model/words.ts'
import type {User, UserSettings} from './user.ts'

export type Accounts = {
  readonly create: (settings: UserSettings) => User
  readonly byId: (userId: string) => User | undefined
  readonly byBearer: (bearer: string) => User | undefined
  readonly all: () => readonly User[]
  readonly remove: (userId: string) => void
}

/** Looked up by hash, so that how long a look-up takes says nothing about how much of a bearer was right. */
const hashOf = (bearer: string): string => createHash('sha256').update(bearer).digest('base64')

export function createAccounts(seed: string): Accounts {
  const users = new Map<string, User>()
  const idByBearer = new Map<string, string>()
  let created = 0

  return {
    create(settings) {
      const key = `${seed}/${++created}`
      const faker = seededFaker(`account ${key}`)
      const user: User = {
        id: `user-${faker.string.alphanumeric(24)}`,
        accountId: faker.string.uuid(),
        organizationId: faker.string.uuid(),
        name: personName(key),
        bearer: randomBytes(32).toString('base64url'),
        settings,
      }
      users.set(user.id, user)
      idByBearer.set(hashOf(user.bearer), user.id)
      return user
    },
    byId: (userId) => users.get(userId),
    byBearer(bearer) {
      const id = idByBearer.get(hashOf(bearer))
      return id === undefined ? undefined : users.get(id)
    },
    all: () => [...users.values()],
    remove(userId) {
      const user = users.get(userId)
      if (!user) return
      users.delete(userId)
      idByBearer.delete(hashOf(user.bearer))
    },
  }
}
