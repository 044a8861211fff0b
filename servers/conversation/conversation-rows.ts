/** How conversations lie in SQLite. The tables are written by conversation-store.ts alone, so rows are trusted. */
import type {SQLOutputValue} from 'node:sqlite'
import type {Row} from './database.ts'
import type {Conversation, MessageState, StoredMessage} from './message.ts'
import type {Turn, TurnState} from './turn.ts'

// A message id is the page's own choice, so it is unique within its conversation only.
// `isVisible`: 0 is deleted, 1 is listed, 2 can be found and is not listed.
export const CONVERSATION_SCHEMA = `
  CREATE TABLE IF NOT EXISTS conversation (
    id TEXT PRIMARY KEY, userId TEXT NOT NULL, title TEXT NOT NULL,
    createdAtMs REAL NOT NULL, updatedAtMs REAL NOT NULL, leafId TEXT, isVisible INTEGER NOT NULL, model TEXT
  ) STRICT;
  CREATE INDEX IF NOT EXISTS conversation_of_user ON conversation (userId, updatedAtMs);
  CREATE TABLE IF NOT EXISTS message (
    conversationId TEXT NOT NULL, id TEXT NOT NULL, parentId TEXT, role TEXT NOT NULL, text TEXT NOT NULL,
    status TEXT NOT NULL, createdAtMs REAL NOT NULL, updatedAtMs REAL NOT NULL, turnId TEXT, model TEXT,
    PRIMARY KEY (conversationId, id)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS turn (
    id TEXT PRIMARY KEY, conversationId TEXT NOT NULL, answerId TEXT NOT NULL, state TEXT NOT NULL,
    startedAtMs REAL NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS turn_of_conversation ON turn (conversationId);
  CREATE TABLE IF NOT EXISTS leafMove (
    conversationId TEXT NOT NULL, leafId TEXT NOT NULL, atMs REAL NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS leafMove_of_conversation ON leafMove (conversationId, atMs);
`

const textOrNull = (value: SQLOutputValue | undefined) => (typeof value === 'string' ? value : null)

export const readConversation = (row: Row): Conversation => ({
  id: String(row['id']),
  userId: String(row['userId']),
  title: String(row['title']),
  createdAtMs: Number(row['createdAtMs']),
  updatedAtMs: Number(row['updatedAtMs']),
  leafId: textOrNull(row['leafId']),
  isListed: row['isVisible'] === 1,
  model: textOrNull(row['model']),
})

export const readMessage = (row: Row): StoredMessage => ({
  id: String(row['id']),
  conversationId: String(row['conversationId']),
  parentId: textOrNull(row['parentId']),
  role: row['role'] as StoredMessage['role'],
  text: String(row['text']),
  status: row['status'] as MessageState,
  createdAtMs: Number(row['createdAtMs']),
  updatedAtMs: Number(row['updatedAtMs']),
  turnId: textOrNull(row['turnId']),
  model: textOrNull(row['model']),
})

export const readTurn = (row: Row): Turn => ({
  id: String(row['id']),
  conversationId: String(row['conversationId']),
  answerId: String(row['answerId']),
  state: {name: row['state'] as TurnState['name']},
  startedAtMs: Number(row['startedAtMs']),
})
