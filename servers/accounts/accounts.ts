/**
 * The imitated people that the servers know. Ids look like observed ones and follow from the seed; bearers never do.
 * Invented throughout except the look of the ids (one public source). Rule CE49.
 */
import {hash, randomBytes} from 'node:crypto'
import {seededFaker} from '../model/seeded.ts'
import {personName} from '../model/words.ts'
import {AccountBook} from './account-book.ts'
import type {User, UserSettings} from './user.ts'

export type Accounts = {
  readonly create: (settings: UserSettings) => User
  /** The first people there ever were, so many of them as are left; made where they were not yet. */
  readonly first: (count: number, settings: UserSettings) => readonly User[]
  readonly byId: (userId: string) => User | undefined
  readonly byBearer: (bearer: string) => User | undefined
  readonly all: () => readonly User[]
  readonly remove: (userId: string) => void
}

/** Looked up by hash, so that how long a look-up takes says nothing about how much of a bearer was right. */
const hashOf = (bearer: string): string => hash('sha256', bearer, 'base64')

export function createAccounts(seed: string, book = new AccountBook(':memory:')): Accounts {
  const users = new Map<string, User>()
  const idByBearer = new Map<string, string>()
  let {created} = book

  function know(user: User): void {
    users.set(user.id, user)
    idByBearer.set(hashOf(user.bearer), user.id)
  }
  for (const {user} of book.people()) know(user)

  function create(settings: UserSettings): User {
    const number = ++created
    const key = `${seed}/${number}`
    const faker = seededFaker(`account ${key}`)
    const user: User = {
      id: `user-${faker.string.alphanumeric(24)}`,
      accountId: faker.string.uuid(),
      organizationId: faker.string.uuid(),
      name: personName(key),
      bearer: randomBytes(32).toString('base64url'),
      settings,
    }
    book.add({number, user})
    know(user)
    return user
  }

  return {
    create,
    first(count, settings) {
      while (created < count) create(settings)
      return book.people().flatMap(({number, user}) => (number <= count ? [users.get(user.id)!] : []))
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
      book.remove(userId)
      users.delete(userId)
      idByBearer.delete(hashOf(user.bearer))
    },
  }
}
