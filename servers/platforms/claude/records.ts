/**
 * What Claude.ai keeps besides conversations, in the same SQLite file: what is said about a conversation, channels and
 * preferences. What a method returned from survives SIGKILL. Rules CL16, CL32, CL60–CL64.
 */
import {randomUUIDv7} from 'node:crypto'
import {DatabaseSync, type SQLOutputValue} from 'node:sqlite'
import type {ConversationSettings} from '#protocol/claude/conversation.ts'
import type {FeaturePreference} from '#protocol/claude/notification.ts'

/** Null `model`: nobody chose one. */
export type About = {
  readonly model: string | null
  readonly isStarred: boolean
  readonly settings: ConversationSettings
}

/** One browser that can be reached. The token is a secret: never logged, never in a history. */
export type Channel = {
  readonly id: string
  readonly token: string
  readonly userId: string
  readonly platform: string
  readonly isActive: boolean
}

const PLAIN: About = {model: null, isStarred: false, settings: {}}
const pushes = {enable_push: true}
const DEFAULT_PREFERENCE: FeaturePreference = {
  completion: pushes,
  bogosort: pushes,
  code_requires_action: pushes,
  dispatch: pushes,
}

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  PRAGMA busy_timeout = 2000;
  CREATE TABLE IF NOT EXISTS about (
    conversationId TEXT PRIMARY KEY, userId TEXT NOT NULL, model TEXT, isStarred INTEGER NOT NULL,
    settings TEXT NOT NULL
  ) STRICT;
  CREATE TABLE IF NOT EXISTS channel (
    token TEXT PRIMARY KEY, id TEXT NOT NULL, userId TEXT NOT NULL, platform TEXT NOT NULL,
    isActive INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS channel_of_user ON channel (userId);
  CREATE TABLE IF NOT EXISTS preference (userId TEXT PRIMARY KEY, features TEXT NOT NULL) STRICT;
`

type Row = Readonly<Record<string, SQLOutputValue>>

const readChannel = (row: Row): Channel => ({
  id: String(row['id']),
  token: String(row['token']),
  userId: String(row['userId']),
  platform: String(row['platform']),
  isActive: row['isActive'] === 1,
})

export class ClaudeRecords {
  readonly #db: DatabaseSync
  readonly #statements = new Map<string, ReturnType<DatabaseSync['prepare']>>()

  constructor(file: string) {
    this.#db = new DatabaseSync(file)
    this.#db.exec(SCHEMA)
  }

  about(conversationId: string): About {
    const row = this.#prepare('SELECT * FROM about WHERE conversationId = ?').get(conversationId)
    if (!row) return PLAIN
    return {
      model: row['model'] === null ? null : String(row['model']),
      isStarred: row['isStarred'] === 1,
      // Our own writing, so it is not checked again.
      settings: JSON.parse(String(row['settings'])) as ConversationSettings,
    }
  }

  setAbout(conversationId: string, userId: string, {model, isStarred, settings}: About): void {
    this.#prepare('INSERT OR REPLACE INTO about VALUES (?, ?, ?, ?, ?)').run(
      conversationId,
      userId,
      model,
      isStarred ? 1 : 0,
      JSON.stringify(settings),
    )
  }

  /** The token is this person's from now on, and active; a token keeps its channel's id for as long as it is theirs. */
  openChannel(userId: string, token: string, platform: string): Channel {
    const row = this.#prepare('SELECT * FROM channel WHERE token = ?').get(token)
    const known = row && readChannel(row)
    const id = known?.userId === userId ? known.id : randomUUIDv7()
    this.#prepare('INSERT OR REPLACE INTO channel VALUES (?, ?, ?, ?, 1)').run(token, id, userId, platform)
    return {id, token, userId, platform, isActive: true}
  }

  channel(id: string): Channel | undefined {
    const row = this.#prepare('SELECT * FROM channel WHERE id = ?').get(id)
    return row && readChannel(row)
  }

  /** In the order of their registration. */
  channels(userId: string): readonly Channel[] {
    return this.#prepare('SELECT * FROM channel WHERE userId = ? ORDER BY rowid').all(userId).map(readChannel)
  }

  closeChannel(id: string): void {
    this.#prepare('UPDATE channel SET isActive = 0 WHERE id = ?').run(id)
  }

  preference(userId: string): FeaturePreference {
    const row = this.#prepare('SELECT features FROM preference WHERE userId = ?').get(userId)
    return row ? (JSON.parse(String(row['features'])) as FeaturePreference) : DEFAULT_PREFERENCE
  }

  setPreference(userId: string, features: FeaturePreference): void {
    this.#prepare('INSERT OR REPLACE INTO preference VALUES (?, ?)').run(userId, JSON.stringify(features))
  }

  removeUser(userId: string): void {
    for (const table of ['about', 'channel', 'preference'])
      this.#prepare(`DELETE FROM ${table} WHERE userId = ?`).run(userId)
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
