/**
 * Devices, subscriptions and queued messages in SQLite: a file, or memory. What a method returned from survives SIGKILL.
 * One process per file; the application's side keeps its tables in the same one. Rules PU1–PU3.
 */
import {createHash, randomBytes, timingSafeEqual} from 'node:crypto'
import {DatabaseSync, type SQLInputValue} from 'node:sqlite'
import type {Subscription} from '../push-core.ts'
import {openEndpointToken} from './endpoint-token.ts'
import {PUSH_SCHEMA, readMessage, readSubscription} from './push-rows.ts'
import type {QueuedMessage} from './queued-message.ts'

const SECRET_BYTES = 32
const hashOf = (securityToken: string) => createHash('sha256').update(securityToken).digest()

export class PushStore {
  /** For tables of the application's side. */
  readonly database: DatabaseSync
  /** What endpoint tokens are sealed with, for the life of the store. */
  readonly secret: Uint8Array

  /** `secret` is for a store that starts empty; without it one is drawn. */
  constructor(file: string, secret: Uint8Array = randomBytes(SECRET_BYTES)) {
    this.database = new DatabaseSync(file)
    this.database.exec(PUSH_SCHEMA)
    this.#run('INSERT OR IGNORE INTO push_life VALUES (1, ?)', secret)
    this.secret = this.#get('SELECT secret FROM push_life')?.['secret'] as Uint8Array
  }

  /** Whether the token is the device's; a device that nobody knows is taken in with the token it brings. */
  admit(deviceId: string, securityToken: string): boolean {
    const known = this.#get('SELECT tokenHash FROM push_device WHERE deviceId = ?', deviceId)
    const hash = hashOf(securityToken)
    if (known) return timingSafeEqual(known['tokenHash'] as Uint8Array, hash)
    this.#run('INSERT INTO push_device VALUES (?, ?)', deviceId, hash)
    return true
  }

  hasDevice(deviceId: string): boolean {
    return this.#get('SELECT 1 FROM push_device WHERE deviceId = ?', deviceId) !== undefined
  }

  hasSubscriptionOf(deviceId: string): boolean {
    return this.#get('SELECT 1 FROM push_subscription WHERE deviceId = ? LIMIT 1', deviceId) !== undefined
  }

  subscribe(subscription: Subscription): void {
    this.transaction(() => {
      this.#prepare(
        `INSERT OR REPLACE INTO push_subscription
         VALUES (:endpointToken, :deviceId, :transport, :app, :subtype, :vapidKey, :origin)`,
      ).run({...subscription})
      this.#run('DELETE FROM push_gone WHERE endpointToken = ?', subscription.endpointToken)
    })
  }

  /** Its messages go with it. */
  unsubscribe(endpointToken: string): void {
    this.transaction(() => {
      this.#run('DELETE FROM push_subscription WHERE endpointToken = ?', endpointToken)
      this.#run('DELETE FROM push_message WHERE endpointToken = ?', endpointToken)
      this.#run('INSERT OR IGNORE INTO push_gone VALUES (?)', endpointToken)
    })
  }

  /** A token that this store's secret sealed and that never ended is taken in again, whatever became of its row. */
  subscription(endpointToken: string): Subscription | undefined {
    const row = this.#get('SELECT * FROM push_subscription WHERE endpointToken = ?', endpointToken)
    if (row) return readSubscription(row)
    const sealed = openEndpointToken(endpointToken, this.secret)
    if (sealed === undefined || this.#isGone(endpointToken)) return undefined
    this.subscribe(sealed)
    return sealed
  }

  /** Whether the token was good once, here. */
  wasGivenOut(endpointToken: string): boolean {
    return this.#isGone(endpointToken) || this.subscription(endpointToken) !== undefined
  }

  /** Those of one registration of a device, whichever key they are for. */
  subscriptionsOf(deviceId: string, app: string, subtype: string): readonly Subscription[] {
    const sql = 'SELECT * FROM push_subscription WHERE deviceId = ? AND app = ? AND subtype = ?'
    return this.#all(sql, deviceId, app, subtype).map(readSubscription)
  }

  add(deviceId: string, message: QueuedMessage, body: Uint8Array | null): void {
    this.#prepare(
      `INSERT INTO push_message VALUES (:order, :deliveryId, :deviceId, :messageId, :endpointToken, :origin, :topic,
       :urgency, :ttlSeconds, :acceptedAtMs, :dueAtMs, :isHeld, :copies, :attempts, :body)`,
    ).run({...message, isHeld: Number(message.isHeld), deviceId, body})
  }

  /** What sending changes of a message. */
  update({order, dueAtMs, isHeld, copies, attempts}: QueuedMessage): void {
    const sql = 'UPDATE push_message SET dueAtMs = ?, isHeld = ?, copies = ?, attempts = ? WHERE "order" = ?'
    this.#run(sql, dueAtMs, Number(isHeld), copies, attempts, order)
  }

  remove({order}: QueuedMessage): void {
    this.#run('DELETE FROM push_message WHERE "order" = ?', order)
  }

  body({order}: QueuedMessage): Uint8Array | null {
    const body = this.#get('SELECT body FROM push_message WHERE "order" = ?', order)?.['body']
    return body instanceof Uint8Array ? body : null
  }

  /** Every queued message with its device, in the order of acceptance. */
  queued(): readonly {readonly deviceId: string; readonly message: QueuedMessage}[] {
    const columns = `"order", deliveryId, deviceId, messageId, endpointToken, origin, topic, urgency, ttlSeconds,
      acceptedAtMs, dueAtMs, isHeld, copies, attempts`
    return this.#all(`SELECT ${columns} FROM push_message ORDER BY "order"`).map((row) => ({
      deviceId: String(row['deviceId']),
      message: readMessage(row),
    }))
  }

  /** All or nothing; nests. */
  transaction<T>(work: () => T): T {
    if (this.database.isTransaction) return work()
    this.database.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      this.database.exec('COMMIT')
      return result
    } catch (error) {
      if (this.database.isTransaction) this.database.exec('ROLLBACK')
      throw error
    }
  }

  close(): void {
    if (this.database.isOpen) this.database.close()
  }

  #isGone(endpointToken: string): boolean {
    return this.#get('SELECT 1 FROM push_gone WHERE endpointToken = ?', endpointToken) !== undefined
  }

  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()

  #prepare(sql: string) {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.database.prepare(sql)
    this.#statements.set(sql, statement)
    return statement
  }

  #run(sql: string, ...values: SQLInputValue[]): void {
    this.#prepare(sql).run(...values)
  }

  #get(sql: string, ...values: SQLInputValue[]) {
    return this.#prepare(sql).get(...values)
  }

  #all(sql: string, ...values: SQLInputValue[]) {
    return this.#prepare(sql).all(...values)
  }
}
