/** One SQLite file, which only its owner may read, or memory; with its statements kept prepared. Knows no table. */
import {chmodSync, closeSync, openSync} from 'node:fs'
import {DatabaseSync, type SQLOutputValue} from 'node:sqlite'

export type Row = Readonly<Record<string, SQLOutputValue>>
type Value = string | number | null

// What was written survives SIGKILL of the process, being with the operating system by then. It is not forced to the disk:
// waiting for that stopped the event loop for up to 450 ms at a checkpoint, which no measured latency could bear.
const PRAGMAS = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  PRAGMA busy_timeout = 2000;
`

const OWNER_ONLY = 0o600

export class Database {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()

  /** `file` may be `:memory:`. */
  constructor(file: string, schema: string) {
    if (file !== ':memory:') makeForOwner(file)
    this.#db = new DatabaseSync(file)
    this.#db.exec(PRAGMAS + schema)
  }

  run(sql: string, ...values: Value[]): void {
    this.#prepare(sql).run(...values)
  }

  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#prepare(sql).get(...values)
  }

  all(sql: string, ...values: Value[]): readonly Row[] {
    return this.#prepare(sql).all(...values)
  }

  /** All or nothing; nests. */
  transaction<T>(work: () => T): T {
    if (this.#db.isTransaction) return work()
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.#db.exec('COMMIT')
      return result
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close()
  }

  #prepare(sql: string) {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }
}

/** Tokens and what people wrote are in it. SQLite gives what it puts beside a file the same permissions. */
function makeForOwner(file: string): void {
  closeSync(openSync(file, 'a', OWNER_ONLY))
  chmodSync(file, OWNER_ONLY)
}
