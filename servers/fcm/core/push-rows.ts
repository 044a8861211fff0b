/** How devices, subscriptions and queues lie in SQLite. Written by push-store.ts alone, so rows are trusted. */
import type {SQLOutputValue} from 'node:sqlite'
import type {Subscription, Transport, Urgency} from '../push-core.ts'
import type {QueuedMessage} from './queued-message.ts'

// Nothing waits for the disk, as in conversation-rows.ts: what was written survives SIGKILL, not the loss of power.
// A subscription that ended stays as `push_gone`, so that its token is not taken for one that a lost store forgot.
export const PUSH_SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  PRAGMA busy_timeout = 2000;
  CREATE TABLE IF NOT EXISTS push_life (one INTEGER PRIMARY KEY CHECK (one = 1), secret BLOB NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS push_device (
    deviceId TEXT PRIMARY KEY, tokenHash BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS push_subscription (
    endpointToken TEXT PRIMARY KEY, deviceId TEXT NOT NULL, transport TEXT NOT NULL, app TEXT NOT NULL,
    subtype TEXT NOT NULL, vapidKey TEXT, origin TEXT
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS push_subscription_of_device ON push_subscription (deviceId, app, subtype);
  CREATE TABLE IF NOT EXISTS push_gone (endpointToken TEXT PRIMARY KEY) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS push_message (
    "order" INTEGER PRIMARY KEY, deliveryId TEXT NOT NULL, deviceId TEXT NOT NULL, messageId TEXT NOT NULL,
    endpointToken TEXT NOT NULL, origin TEXT, topic TEXT, urgency TEXT NOT NULL, ttlSeconds INTEGER NOT NULL,
    acceptedAtMs REAL NOT NULL, dueAtMs REAL NOT NULL, isHeld INTEGER NOT NULL, copies INTEGER NOT NULL,
    attempts INTEGER NOT NULL, body BLOB
  ) STRICT;
`

export type Row = Readonly<Record<string, SQLOutputValue>>

const textOrNull = (value: SQLOutputValue | undefined) => (typeof value === 'string' ? value : null)

export const readSubscription = (row: Row): Subscription => ({
  endpointToken: String(row['endpointToken']),
  deviceId: String(row['deviceId']),
  transport: row['transport'] as Transport,
  app: String(row['app']),
  subtype: String(row['subtype']),
  vapidKey: textOrNull(row['vapidKey']),
  origin: textOrNull(row['origin']),
})

export const readMessage = (row: Row): QueuedMessage => ({
  deliveryId: String(row['deliveryId']),
  order: Number(row['order']),
  messageId: String(row['messageId']),
  endpointToken: String(row['endpointToken']),
  origin: textOrNull(row['origin']),
  topic: textOrNull(row['topic']),
  urgency: row['urgency'] as Urgency,
  ttlSeconds: Number(row['ttlSeconds']),
  acceptedAtMs: Number(row['acceptedAtMs']),
  dueAtMs: Number(row['dueAtMs']),
  isHeld: row['isHeld'] === 1,
  copies: Number(row['copies']),
  attempts: Number(row['attempts']),
})
