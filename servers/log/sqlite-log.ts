/**
 * The log in SQLite: a file survives SIGKILL of the process, and its epoch with it. Nothing waits for the disk (as in
 * conversation-rows.ts), so the loss of power is not survived.
 * One process per file. Rules LO1–LO8.
 */
import {randomUUID} from 'node:crypto'
import {DatabaseSync} from 'node:sqlite'
import {formatOffset, parseOffset, type OffsetParts} from '#protocol/offset.ts'
import type {LogOptions} from './memory-log.ts'
import {BEFORE_ALL, isAfter, nextOffset} from './next-offset.ts'
import {defaultRetention} from './retention.ts'
import type {StreamLog} from './stream-log.ts'
import {TopicListeners} from './topic-listeners.ts'

const SCHEMA = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  PRAGMA busy_timeout = 2000;
  CREATE TABLE IF NOT EXISTS log_life (one INTEGER PRIMARY KEY CHECK (one = 1), epoch TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS log_topic (
    topic TEXT PRIMARY KEY, lastMs INTEGER NOT NULL, lastSeq INTEGER NOT NULL,
    trimmedMs INTEGER NOT NULL, trimmedSeq INTEGER NOT NULL, kept INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS log_entry (
    topic TEXT NOT NULL, ms INTEGER NOT NULL, seq INTEGER NOT NULL, value TEXT NOT NULL, PRIMARY KEY (topic, ms, seq)
  ) STRICT, WITHOUT ROWID;
`

type Topic = {readonly last: OffsetParts; readonly trimmed: OffsetParts; readonly kept: number}
const NEW_TOPIC: Topic = {last: BEFORE_ALL, trimmed: BEFORE_ALL, kept: 0}

export function openSqliteLog(file: string, options: LogOptions = {}): StreamLog {
  const {retention = defaultRetention, nowMs = Date.now} = options
  const db = new DatabaseSync(file)
  db.exec(SCHEMA)
  db.prepare('INSERT OR IGNORE INTO log_life VALUES (1, ?)').run(randomUUID())
  const epoch = String(db.prepare('SELECT epoch FROM log_life').get()?.['epoch'])
  const listeners = new TopicListeners()
  let sweptAtMs = nowMs()

  const selectTopic = db.prepare('SELECT * FROM log_topic WHERE topic = ?')
  const selectNames = db.prepare('SELECT topic FROM log_topic WHERE kept > 0')
  const saveTopic = db.prepare('INSERT OR REPLACE INTO log_topic VALUES (?, ?, ?, ?, ?, ?)')
  const insertEntry = db.prepare('INSERT INTO log_entry VALUES (?, ?, ?, ?)')
  const selectOldest = db.prepare('SELECT ms, seq FROM log_entry WHERE topic = ? ORDER BY ms, seq LIMIT 1')
  const selectAfter = db.prepare(
    'SELECT ms, seq, value FROM log_entry WHERE topic = ? AND (ms, seq) > (?, ?) ORDER BY ms, seq',
  )
  const deleteEntry = db.prepare('DELETE FROM log_entry WHERE topic = ? AND ms = ? AND seq = ?')

  function topicOf(name: string): Topic {
    const row = selectTopic.get(name)
    if (!row) return NEW_TOPIC
    return {
      last: {ms: Number(row['lastMs']), seq: Number(row['lastSeq'])},
      trimmed: {ms: Number(row['trimmedMs']), seq: Number(row['trimmedSeq'])},
      kept: Number(row['kept']),
    }
  }

  const save = (name: string, {last, trimmed, kept}: Topic) =>
    saveTopic.run(name, last.ms, last.seq, trimmed.ms, trimmed.seq, kept)

  function trim(name: string, topic: Topic): Topic {
    const oldestMs = nowMs() - retention.maxAgeMs
    let {kept, trimmed} = topic
    for (;;) {
      const row = kept > 0 ? selectOldest.get(name) : undefined
      if (!row || (kept <= retention.maxEntries && Number(row['ms']) >= oldestMs)) break
      trimmed = {ms: Number(row['ms']), seq: Number(row['seq'])}
      deleteEntry.run(name, trimmed.ms, trimmed.seq)
      kept--
    }
    return {last: topic.last, trimmed, kept}
  }

  function trimAndSave(name: string, topic: Topic): Topic {
    const left = trim(name, topic)
    if (left.kept !== topic.kept) save(name, left)
    return left
  }

  /** Topics that nobody appends to any more (past turns) must not keep their entries. */
  function sweep(): void {
    if (Math.abs(nowMs() - sweptAtMs) < retention.maxAgeMs) return
    sweptAtMs = nowMs()
    for (const row of selectNames.all()) trimAndSave(String(row['topic']), topicOf(String(row['topic'])))
  }

  function atomically<T>(work: () => T): T {
    db.exec('BEGIN IMMEDIATE')
    try {
      const result = work()
      db.exec('COMMIT')
      return result
    } catch (error) {
      if (db.isTransaction) db.exec('ROLLBACK')
      throw error
    }
  }

  return {
    async append(name, value) {
      const offset = atomically(() => {
        sweep()
        const topic = topicOf(name)
        const last = nextOffset(topic.last, nowMs())
        insertEntry.run(name, last.ms, last.seq, value)
        save(name, trim(name, {last, trimmed: topic.trimmed, kept: topic.kept + 1}))
        return formatOffset(last)
      })
      listeners.tell(name, {offset, value})
      return {epoch, offset}
    },
    async read(name, since) {
      const after = parseOffset(since.offset)
      const topic = atomically(() => trimAndSave(name, topicOf(name)))
      const head = {epoch, offset: formatOffset(topic.last)}
      if (after === null || (since.epoch !== undefined && since.epoch !== epoch))
        return {recovered: false, entries: [], head}
      // An offset after the head was never given out in this life of the log.
      if (isAfter(topic.trimmed, after) || isAfter(after, topic.last))
        return {recovered: false, entries: [], head}
      const entries = selectAfter.all(name, after.ms, after.seq).map((row) => ({
        offset: formatOffset({ms: Number(row['ms']), seq: Number(row['seq'])}),
        value: String(row['value']),
      }))
      return {recovered: true, entries, head}
    },
    async head(name) {
      return {epoch, offset: formatOffset(topicOf(name).last)}
    },
    async subscribe(name, listener) {
      return listeners.add(name, listener)
    },
    async close() {
      listeners.clear()
      if (db.isOpen) db.close()
    },
  }
}
