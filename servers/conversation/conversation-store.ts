/**
 * Conversations, messages and turns in SQLite: a file, or memory. What a method returned from survives SIGKILL (not the
 * loss of power); a turn that a crash cut reads as failed from the next opening on. Rules TU9, TU20–TU25, TU27, ST3.
 */
import type {Conversation, MessageState, StoredMessage} from './message.ts'
import {Database} from './database.ts'
import {CONVERSATION_SCHEMA, readConversation, readMessage, readTurn} from './conversation-rows.ts'
import {next, type Turn, type TurnEvent, type TurnState} from './turn.ts'

export type NewConversation = Pick<Conversation, 'id' | 'userId' | 'title'> &
  Partial<Pick<Conversation, 'isListed'>>
export type ConversationPage = {readonly items: readonly Conversation[]; readonly total: number}

const SAVE_EVERY_MS = 500
const keyOf = (conversationId: string, messageId: string) => `${conversationId} ${messageId}`

export class ConversationStore {
  readonly #db: Database
  readonly #nowMs: () => number
  /** Texts of answers that are being written. */
  readonly #unsaved = new Map<string, {readonly text: string; readonly savedAtMs: number}>()
  /** Answers that a crash cut, with what was stored of them: failed by the opening of the file. */
  readonly cutAnswers: readonly StoredMessage[]

  constructor(file: string, nowMs: () => number = Date.now) {
    this.#nowMs = nowMs
    this.#db = new Database(file, CONVERSATION_SCHEMA)
    this.cutAnswers = this.#failWhatACrashCut()
  }

  create({id, userId, title, isListed = true}: NewConversation): Conversation {
    const at = this.#nowMs()
    const isVisible = isListed ? 1 : 2
    this.#db.run(
      'INSERT INTO conversation VALUES (?, ?, ?, ?, ?, NULL, ?, NULL)',
      id,
      userId,
      title,
      at,
      at,
      isVisible,
    )
    return {id, userId, title, createdAtMs: at, updatedAtMs: at, leafId: null, isListed, model: null}
  }

  /** Undefined also when it was deleted or belongs to somebody else. */
  find(conversationId: string, userId: string): Conversation | undefined {
    const row = this.#db.get(
      'SELECT * FROM conversation WHERE id = ? AND userId = ? AND isVisible > 0',
      conversationId,
      userId,
    )
    return row && readConversation(row)
  }

  /** Whoever owns it, deleted or not. */
  any(conversationId: string): Conversation | undefined {
    const row = this.#db.get('SELECT * FROM conversation WHERE id = ?', conversationId)
    return row && readConversation(row)
  }

  /** Newest first; without those that were created after `untilMs`. */
  list(userId: string, offset: number, limit: number, untilMs: number = Infinity): ConversationPage {
    const items = this.#db.all(
      `SELECT * FROM conversation WHERE userId = ? AND isVisible = 1 AND createdAtMs <= ?
       ORDER BY updatedAtMs DESC, rowid DESC LIMIT ? OFFSET ?`,
      userId,
      untilMs,
      limit,
      offset,
    )
    const count = this.#db.get(
      'SELECT count(*) AS n FROM conversation WHERE userId = ? AND isVisible = 1 AND createdAtMs <= ?',
      userId,
      untilMs,
    )
    return {items: items.map(readConversation), total: Number(count?.['n'])}
  }

  rename(conversationId: string, title: string): void {
    this.#db.run('UPDATE conversation SET title = ? WHERE id = ?', title, conversationId)
  }

  chooseModel(conversationId: string, model: string): void {
    this.#db.run('UPDATE conversation SET model = ? WHERE id = ?', model, conversationId)
  }

  delete(conversationId: string): void {
    this.#db.run('UPDATE conversation SET isVisible = 0 WHERE id = ?', conversationId)
  }

  removeUser(userId: string): void {
    this.transaction(() => {
      for (const row of this.#db.all('SELECT id FROM conversation WHERE userId = ?', userId)) {
        this.#forgetUnsaved(String(row['id']))
      }
      const theirs = '(SELECT id FROM conversation WHERE userId = ?)'
      this.#db.run(`DELETE FROM turn WHERE conversationId IN ${theirs}`, userId)
      this.#db.run(`DELETE FROM leafMove WHERE conversationId IN ${theirs}`, userId)
      this.#db.run(`DELETE FROM message WHERE conversationId IN ${theirs}`, userId)
      this.#db.run('DELETE FROM conversation WHERE userId = ?', userId)
    })
  }

  /** In the order they were added. */
  messages(conversationId: string): readonly StoredMessage[] {
    return this.#db
      .all('SELECT * FROM message WHERE conversationId = ? ORDER BY rowid', conversationId)
      .map((row) => this.#live(readMessage(row)))
  }

  message(conversationId: string, messageId: string): StoredMessage | undefined {
    const row = this.#db.get(
      'SELECT * FROM message WHERE conversationId = ? AND id = ?',
      conversationId,
      messageId,
    )
    return row && this.#live(readMessage(row))
  }

  /** A message that the person wrote, in this conversation or (null) wherever it is; of those that can be found. */
  writtenBy(userId: string, messageId: string, conversationId: string | null): StoredMessage | undefined {
    const row = this.#db.get(
      `SELECT message.* FROM conversation JOIN message ON message.conversationId = conversation.id
       WHERE userId = ? AND isVisible > 0 AND message.id = ? AND role = 'user' AND conversation.id = ifnull(?, conversation.id)`,
      userId,
      messageId,
      conversationId,
    )
    return row && this.#live(readMessage(row))
  }

  /** Adds the message and makes it the current leaf: the last writer's branch is what everybody sees (TU7). */
  addMessage(message: Omit<StoredMessage, 'createdAtMs' | 'updatedAtMs'>): StoredMessage {
    const at = this.#nowMs()
    const {id, conversationId, parentId, role, text, status, turnId, model} = message
    return this.transaction(() => {
      this.#db.run(
        'INSERT INTO message VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)',
        conversationId,
        id,
        parentId,
        role,
        text,
        status,
        at,
        at,
        turnId,
        model,
      )
      this.#db.run('UPDATE conversation SET updatedAtMs = ? WHERE id = ?', at, conversationId)
      this.moveLeaf(conversationId, id)
      return {...message, createdAtMs: at, updatedAtMs: at}
    })
  }

  /** The last mover wins. */
  moveLeaf(conversationId: string, messageId: string): void {
    this.transaction(() => {
      this.#db.run('UPDATE conversation SET leafId = ? WHERE id = ?', messageId, conversationId)
      this.#db.run('INSERT INTO leafMove VALUES (?, ?, ?)', conversationId, messageId, this.#nowMs())
    })
  }

  /** Where the leaf stood then; null when it stood nowhere yet. */
  leafAt(conversationId: string, atMs: number): string | null {
    const row = this.#db.get(
      `SELECT leafId FROM leafMove WHERE conversationId = ? AND atMs <= ?
       ORDER BY atMs DESC, rowid DESC LIMIT 1`,
      conversationId,
      atMs,
    )
    return row ? String(row['leafId']) : null
  }

  beginTurn(turn: Pick<Turn, 'id' | 'conversationId' | 'answerId'>): void {
    const {id, conversationId, answerId} = turn
    this.#db.run(
      'INSERT INTO turn VALUES (?, ?, ?, ?, ?)',
      id,
      conversationId,
      answerId,
      'queued',
      this.#nowMs(),
    )
  }

  turn(turnId: string): Turn | undefined {
    const row = this.#db.get('SELECT * FROM turn WHERE id = ?', turnId)
    return row && readTurn(row)
  }

  /** In the order they began. */
  turns(conversationId: string): readonly Turn[] {
    return this.#db
      .all('SELECT * FROM turn WHERE conversationId = ? ORDER BY rowid', conversationId)
      .map(readTurn)
  }

  /** Moves the turn on; its state afterwards. */
  advanceTurn(turnId: string, event: TurnEvent): TurnState {
    const turn = this.turn(turnId)
    if (!turn) throw new TypeError('no such turn')
    const state = next(turn.state, event)
    if (state !== turn.state) this.#db.run('UPDATE turn SET state = ? WHERE id = ?', state.name, turnId)
    return state
  }

  /**
   * The answer has this much text now. Readers see it at once; a crash may lose the last half second of it, which nobody
   * acknowledged. Writing every token would make the file the slowest part of an answer.
   */
  writeOn(conversationId: string, messageId: string, text: string): void {
    const key = keyOf(conversationId, messageId)
    const savedAtMs = this.#unsaved.get(key)?.savedAtMs ?? -Infinity
    const now = this.#nowMs()
    const isDue = Math.abs(now - savedAtMs) >= SAVE_EVERY_MS
    this.#unsaved.set(key, {text, savedAtMs: isDue ? now : savedAtMs})
    if (!isDue) return
    this.#db.run(
      'UPDATE message SET text = ? WHERE conversationId = ? AND id = ?',
      text,
      conversationId,
      messageId,
    )
  }

  /** The answer's final text and the turn's final state, or neither. */
  endTurn(
    turn: Pick<Turn, 'id' | 'conversationId' | 'answerId'>,
    event: TurnEvent,
    text: string,
  ): StoredMessage {
    return this.transaction(() => {
      const state = this.advanceTurn(turn.id, event)
      this.#unsaved.delete(keyOf(turn.conversationId, turn.answerId))
      const at = this.#nowMs()
      this.#db.run(
        'UPDATE message SET text = ?, status = ?, updatedAtMs = ? WHERE conversationId = ? AND id = ?',
        text,
        messageStateAfter(state),
        at,
        turn.conversationId,
        turn.answerId,
      )
      this.#db.run('UPDATE conversation SET updatedAtMs = ? WHERE id = ?', at, turn.conversationId)
      const message = this.message(turn.conversationId, turn.answerId)
      if (!message) throw new TypeError('a turn without its answer')
      return message
    })
  }

  /** All or nothing; nests. */
  transaction<T>(work: () => T): T {
    return this.#db.transaction(work)
  }

  close(): void {
    this.#db.close()
  }

  #failWhatACrashCut(): readonly StoredMessage[] {
    return this.transaction(() => {
      const cut = this.#db
        .all(`SELECT * FROM turn WHERE state IN ('queued', 'streaming', 'stop-requested') ORDER BY rowid`)
        .map(readTurn)
      const answers: StoredMessage[] = []
      for (const turn of cut) {
        const answer = this.message(turn.conversationId, turn.answerId)
        if (answer) answers.push(this.endTurn(turn, {type: 'broke'}, answer.text))
        else this.advanceTurn(turn.id, {type: 'broke'})
      }
      return answers
    })
  }

  #forgetUnsaved(conversationId: string): void {
    for (const key of this.#unsaved.keys())
      if (key.startsWith(`${conversationId} `)) this.#unsaved.delete(key)
  }

  #live(message: StoredMessage): StoredMessage {
    const unsaved = this.#unsaved.get(keyOf(message.conversationId, message.id))
    return unsaved ? {...message, text: unsaved.text} : message
  }
}

const AFTER = {
  queued: 'in_progress',
  streaming: 'in_progress',
  'stop-requested': 'in_progress',
  complete: 'complete',
  stopped: 'stopped',
  failed: 'failed',
} as const satisfies Record<TurnState['name'], MessageState>

const messageStateAfter = ({name}: TurnState): MessageState => AFTER[name]
