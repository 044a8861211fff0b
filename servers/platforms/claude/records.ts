/**
 * What Claude.ai keeps besides conversations, in the same SQLite file: what is said about a conversation, channels and
 * preferences. What a method returned from survives SIGKILL. Rules CL16, CL32, CL60–CL64.
 */
import {randomUUIDv7} from 'node:crypto'
import type {ConversationSettings} from '#protocol/claude/conversation.ts'
import type {FeaturePreference} from '#protocol/claude/notification.ts'
import {Database, type Row} from '../../conversation/database.ts'

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

const readChannel = (row: Row): Channel => ({
  id: String(row['id']),
  token: String(row['token']),
  userId: String(row['userId']),
  platform: String(row['platform']),
  isActive: row['isActive'] === 1,
})

export class ClaudeRecords {
  readonly #db: Database

  constructor(file: string) {
    this.#db = new Database(file, SCHEMA)
  }

  about(conversationId: string): About {
    const row = this.#db.get('SELECT * FROM about WHERE conversationId = ?', conversationId)
    if (!row) return PLAIN
    return {
      model: row['model'] === null ? null : String(row['model']),
      isStarred: row['isStarred'] === 1,
      // Our own writing, so it is not checked again.
      settings: JSON.parse(String(row['settings'])) as ConversationSettings,
    }
  }

  setAbout(conversationId: string, userId: string, {model, isStarred, settings}: About): void {
    this.#db.run(
      'INSERT OR REPLACE INTO about VALUES (?, ?, ?, ?, ?)',
      conversationId,
      userId,
      model,
      isStarred ? 1 : 0,
      JSON.stringify(settings),
    )
  }

  /** The token is this person's from now on, and active; a token keeps its channel's id for as long as it is theirs. */
  openChannel(userId: string, token: string, platform: string): Channel {
    const row = this.#db.get('SELECT * FROM channel WHERE token = ?', token)
    const known = row && readChannel(row)
    const id = known?.userId === userId ? known.id : randomUUIDv7()
    this.#db.run('INSERT OR REPLACE INTO channel VALUES (?, ?, ?, ?, 1)', token, id, userId, platform)
    return {id, token, userId, platform, isActive: true}
  }

  channel(id: string): Channel | undefined {
    const row = this.#db.get('SELECT * FROM channel WHERE id = ?', id)
    return row && readChannel(row)
  }

  /** In the order of their registration. */
  channels(userId: string): readonly Channel[] {
    return this.#db.all('SELECT * FROM channel WHERE userId = ? ORDER BY rowid', userId).map(readChannel)
  }

  closeChannel(id: string): void {
    this.#db.run('UPDATE channel SET isActive = 0 WHERE id = ?', id)
  }

  preference(userId: string): FeaturePreference {
    const row = this.#db.get('SELECT features FROM preference WHERE userId = ?', userId)
    return row ? (JSON.parse(String(row['features'])) as FeaturePreference) : DEFAULT_PREFERENCE
  }

  setPreference(userId: string, features: FeaturePreference): void {
    this.#db.run('INSERT OR REPLACE INTO preference VALUES (?, ?)', userId, JSON.stringify(features))
  }

  removeUser(userId: string): void {
    for (const table of ['about', 'channel', 'preference'])
      this.#db.run(`DELETE FROM ${table} WHERE userId = ?`, userId)
  }

  close(): void {
    this.#db.close()
  }
}
