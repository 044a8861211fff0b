/**
 * Who may be reached as what: installations, FCM registrations and their topics. Tables of their own in the back end's
 * file; what a method returned from survives SIGKILL. Refresh tokens are kept as hashes. Rules FB10–FB14, FB20–FB27, FB40–FB44.
 */
import {createHash, randomBytes} from 'node:crypto'
import type {DatabaseSync, SQLInputValue} from 'node:sqlite'

export type Registration = {
  /** What the app's server sends to. */
  readonly token: string
  readonly projectId: string
  readonly senderId: string
  readonly fid: string
  /** Host and port of the page, as the SDK says it; empty where it does not. */
  readonly origin: string
  readonly endpointToken: string
  readonly auth: string
  readonly p256dh: string
}

export type Installation = {readonly projectId: string; readonly fid: string; readonly senderId: string}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS fcm_value (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS fcm_installation (
    projectId TEXT NOT NULL, fid TEXT NOT NULL, senderId TEXT NOT NULL, refreshHash TEXT NOT NULL,
    PRIMARY KEY (projectId, fid)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS fcm_registration (
    token TEXT PRIMARY KEY, projectId TEXT NOT NULL, senderId TEXT NOT NULL, fid TEXT NOT NULL, origin TEXT NOT NULL,
    endpointToken TEXT NOT NULL, auth TEXT NOT NULL, p256dh TEXT NOT NULL, UNIQUE (projectId, fid)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS fcm_topic (
    token TEXT NOT NULL REFERENCES fcm_registration ON DELETE CASCADE ON UPDATE CASCADE, topic TEXT NOT NULL,
    PRIMARY KEY (token, topic)
  ) STRICT, WITHOUT ROWID;
`

/** The shape of Google's. */
const newToken = (fid: string) => `${fid}:APA91b${randomBytes(100).toString('base64url')}`

/** Looks like a token that could have been given out, here or by Google. */
export const isTokenShaped = (text: string): boolean => /^[\w-]{11,}:[\w-]{20,500}$/.test(text)

const hashOf = (text: string): string => createHash('sha256').update(text).digest('base64url')

export class Registrations {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()

  constructor(db: DatabaseSync) {
    this.#db = db
    db.exec('PRAGMA foreign_keys = ON')
    db.exec(SCHEMA)
  }

  /** The value of that name, made once for the life of the file. */
  lasting(name: string, make: () => string): string {
    const known = this.#get('SELECT value FROM fcm_value WHERE name = ?', name)
    if (known) return String(known['value'])
    const value = make()
    this.#run('INSERT INTO fcm_value VALUES (?, ?)', name, value)
    return value
  }

  /** Gives the new refresh token; an older one of the same installation ends. */
  install({projectId, fid, senderId}: Installation): string {
    const refreshToken = `3_${randomBytes(48).toString('base64url')}`
    this.#run(
      'INSERT OR REPLACE INTO fcm_installation VALUES (?, ?, ?, ?)',
      projectId,
      fid,
      senderId,
      hashOf(refreshToken),
    )
    return refreshToken
  }

  installation(projectId: string, fid: string): (Installation & {refreshHash: string}) | undefined {
    const row = this.#get('SELECT * FROM fcm_installation WHERE projectId = ? AND fid = ?', projectId, fid)
    return row && {projectId, fid, senderId: String(row['senderId']), refreshHash: String(row['refreshHash'])}
  }

  /** The installation that the refresh token belongs to, if it is this one's. */
  refreshing(projectId: string, fid: string, refreshToken: string): Installation | undefined {
    const installed = this.installation(projectId, fid)
    return installed?.refreshHash === hashOf(refreshToken) ? installed : undefined
  }

  /** Its registration goes with it. */
  uninstall(projectId: string, fid: string): void {
    this.#run('DELETE FROM fcm_registration WHERE projectId = ? AND fid = ?', projectId, fid)
    this.#run('DELETE FROM fcm_installation WHERE projectId = ? AND fid = ?', projectId, fid)
  }

  /** Asked twice for one subscription it gives the same; for another subscription of the installation the former token ends. */
  register(asked: Omit<Registration, 'token'>): Registration {
    const known = this.byFid(asked.projectId, asked.fid)
    if (known?.endpointToken === asked.endpointToken) return this.refresh(known.token, asked)
    if (known) this.remove(known.token)
    const registration = {...asked, token: newToken(asked.fid)}
    this.#run(
      'INSERT INTO fcm_registration VALUES (?, ?, ?, ?, ?, ?, ?, ?)',
      registration.token,
      asked.projectId,
      asked.senderId,
      asked.fid,
      asked.origin,
      asked.endpointToken,
      asked.auth,
      asked.p256dh,
    )
    return registration
  }

  /** The token and its topics stay; the subscription behind them may be another one. */
  refresh(token: string, asked: Omit<Registration, 'token'>): Registration {
    this.#run(
      'UPDATE fcm_registration SET senderId = ?, origin = ?, endpointToken = ?, auth = ?, p256dh = ? WHERE token = ?',
      asked.senderId,
      asked.origin,
      asked.endpointToken,
      asked.auth,
      asked.p256dh,
      token,
    )
    return {...asked, token}
  }

  byToken(token: string): Registration | undefined {
    const row = this.#get('SELECT * FROM fcm_registration WHERE token = ?', token)
    return row && readRegistration(row)
  }

  byFid(projectId: string, fid: string): Registration | undefined {
    const row = this.#get('SELECT * FROM fcm_registration WHERE projectId = ? AND fid = ?', projectId, fid)
    return row && readRegistration(row)
  }

  /** Topics go with it. */
  remove(token: string): void {
    this.#run('DELETE FROM fcm_registration WHERE token = ?', token)
  }

  follow(token: string, topic: string): void {
    this.#run('INSERT OR IGNORE INTO fcm_topic VALUES (?, ?)', token, topic)
  }

  unfollow(token: string, topic: string): void {
    this.#run('DELETE FROM fcm_topic WHERE token = ? AND topic = ?', token, topic)
  }

  topics(token: string): ReadonlySet<string> {
    return new Set(
      this.#all('SELECT topic FROM fcm_topic WHERE token = ?', token).map((row) => String(row['topic'])),
    )
  }

  followers(projectId: string, topic: string): readonly Registration[] {
    return this.#all(
      'SELECT r.* FROM fcm_topic t JOIN fcm_registration r USING (token) WHERE t.topic = ? AND r.projectId = ?',
      topic,
      projectId,
    ).map(readRegistration)
  }

  ofProject(projectId: string): readonly Registration[] {
    return this.#all('SELECT * FROM fcm_registration WHERE projectId = ?', projectId).map(readRegistration)
  }

  /** Whether the SDK told the origin with its scheme (firebase 12 does) or without. */
  ofOrigin(origin: string): readonly Registration[] {
    const {host} = new URL(origin)
    return this.#all('SELECT * FROM fcm_registration WHERE origin IN (?, ?)', origin, host).map(
      readRegistration,
    )
  }

  #prepare(sql: string) {
    const known = this.#statements.get(sql)
    if (known) return known
    const statement = this.#db.prepare(sql)
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

const readRegistration = (row: Record<string, unknown>): Registration => ({
  token: String(row['token']),
  projectId: String(row['projectId']),
  senderId: String(row['senderId']),
  fid: String(row['fid']),
  origin: String(row['origin']),
  endpointToken: String(row['endpointToken']),
  auth: String(row['auth']),
  p256dh: String(row['p256dh']),
})
