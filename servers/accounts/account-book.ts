/**
 * People and the secret that signs all tokens, in SQLite: what a method returned from survives SIGKILL. Bearers and the
 * secret are for this process alone: nothing of them is ever logged. Rule CE49.
 */
import {randomBytes} from 'node:crypto'
import {Database} from '../conversation/database.ts'
import type {User} from './user.ts'

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS life (
    one INTEGER PRIMARY KEY CHECK (one = 1), secret TEXT NOT NULL, created INTEGER NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS account (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, person TEXT NOT NULL) STRICT;
`

export type Numbered = {readonly number: number; readonly user: User}

export class AccountBook {
  readonly #db: Database
  readonly secret: string

  /** `file` may be `:memory:`. */
  constructor(file: string) {
    this.#db = new Database(file, SCHEMA)
    this.#db.run('INSERT OR IGNORE INTO life VALUES (1, ?, 0)', randomBytes(32).toString('hex'))
    this.secret = String(this.#db.get('SELECT secret FROM life')?.['secret'])
  }

  /** How many people there ever were; nobody gets the number of somebody who was removed. */
  get created(): number {
    return Number(this.#db.get('SELECT created FROM life')?.['created'])
  }

  /** In the order of their numbers. */
  people(): readonly Numbered[] {
    return this.#db.all('SELECT number, person FROM account ORDER BY number').map((row) => ({
      number: Number(row['number']),
      // Our own writing, so it is not checked again.
      user: JSON.parse(String(row['person'])) as User,
    }))
  }

  add({number, user}: Numbered): void {
    this.#db.transaction(() => {
      this.#db.run('INSERT INTO account VALUES (?, ?, ?)', number, user.id, JSON.stringify(user))
      this.#db.run('UPDATE life SET created = ?', number)
    })
  }

  remove(userId: string): void {
    this.#db.run('DELETE FROM account WHERE id = ?', userId)
  }

  close(): void {
    this.#db.close()
  }
}
