/**
 * One answer being written: the model's batches become stored text, ledger lines, numbered events and announcements.
 * Runs to its end whoever listens. How events read is the platform's: its writer. Rules TU9–TU14, ST5–ST6, CL14–CL15, LE2.
 */
import type {User} from '../accounts/user.ts'
import type {ConversationStore} from '../conversation/conversation-store.ts'
import type {StoredMessage} from '../conversation/message.ts'
import type {Publisher} from '../conversation/publisher.ts'
import type {Turn, TurnEvent} from '../conversation/turn.ts'
import type {AnswerPlan} from '../model/answer-plan.ts'
import {playAnswer, type Batch, type Player} from '../model/answer-player.ts'
import {sseText, type SseEvent} from '../stream/sse-text.ts'
import {TurnBuffer} from '../stream/turn-buffer.ts'

/** One answer in a platform's words. Keeps what it has said; asked in the order begin, write…, then one of the ends. */
export interface AnswerWriter {
  /** Everything that can be said before the model has written. */
  begin(): readonly SseEvent[]
  write(text: string): readonly SseEvent[]
  /** With the model's last text. */
  complete(text: string): readonly SseEvent[]
  /** A stop was obeyed. */
  halt(): readonly SseEvent[]
  fail(): readonly SseEvent[]
}

export type RunningTurn = {
  readonly turn: Pick<Turn, 'id' | 'conversationId' | 'answerId'>
  readonly userId: string
  readonly buffer: TurnBuffer
  /** The turn ends as stopped, a moment later. */
  readonly stop: () => void
  /** Says these events, and nothing of the answer until it goes on; it can be stopped meanwhile. */
  readonly hold: (events: readonly SseEvent[]) => void
  readonly goOn: () => void
  /** Nothing more is written, said or announced. */
  readonly abandon: () => void
}

export type TurnParts = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly user: User
  /** The answer before its first token; its id and conversation are the turn's. */
  readonly answer: StoredMessage
  readonly turnId: string
  readonly writer: AnswerWriter
  readonly plan: AnswerPlan
  /** Streamed on the turn's topic instead of the POST. */
  readonly handoff: boolean
  /** What the conversation is called once the answer is complete; null leaves its title. */
  readonly title: string | null
  readonly onEnd: () => void
}

export function runTurn(parts: TurnParts): RunningTurn {
  const {store, publisher, user, answer, turnId, writer, plan, handoff, title, onEnd} = parts
  const {conversationId, id: answerId} = answer
  const turn = {id: turnId, conversationId, answerId}
  const buffer = new TurnBuffer()
  let text = ''
  let parentItemId: string | null = null
  let halting: NodeJS.Immediate | undefined
  let isHeld = false
  /** What the model wrote meanwhile. */
  let heldBack: Batch | null = null

  function say(events: readonly SseEvent[]): void {
    for (const event of events) {
      const encodedItem = sseText(event)
      const itemId = `${turn.id}-${buffer.count}`
      publisher.announce(user, conversationId, {
        type: 'turn-item',
        turnId: turn.id,
        messageId: answerId,
        itemId,
        parentItemId,
        encodedItem,
        chars: text.length,
        handoff,
      })
      buffer.append(encodedItem)
      parentItemId = itemId
    }
  }

  function write(batch: Batch): void {
    if (isHeld) {
      heldBack = {text: (heldBack?.text ?? '') + batch.text, isLast: batch.isLast}
      return
    }
    try {
      writeOn(batch)
    } catch {
      fail()
    }
  }

  function writeOn(batch: Batch): void {
    text += batch.text
    if (batch.isLast) return complete(batch.text)
    store.writeOn(conversationId, answerId, text)
    publisher.appended(user, {id: answerId, conversationId}, text.length)
    say(writer.write(batch.text))
  }

  function complete(lastText: string): void {
    clearImmediate(halting)
    if (title !== null) store.rename(conversationId, title)
    const announceEnd = settle({type: 'finished'})
    say(writer.complete(lastText))
    buffer.end('done')
    if (title !== null) publisher.announce(user, conversationId, {type: 'title-updated', title})
    announceEnd()
  }

  function halt(): void {
    player.stop()
    try {
      const announceEnd = settle({type: 'halted'})
      say(writer.halt())
      buffer.end('cut')
      announceEnd()
    } catch {
      fail()
    }
  }

  /** The store is full or broken: this turn fails, the others and the server go on. */
  function fail(): void {
    player.stop()
    clearImmediate(halting)
    if (buffer.ended !== null) return
    let announceEnd = () => {}
    try {
      announceEnd = settle({type: 'broke'})
    } catch {
      onEnd()
    }
    say(writer.fail())
    buffer.end('cut')
    announceEnd()
  }

  /** The answer is durable; returns how to announce that, after its last events. */
  function settle(event: TurnEvent): () => void {
    const message = store.endTurn(turn, event, text)
    publisher.appended(user, {id: answerId, conversationId}, text.length)
    publisher.committed(user, message)
    onEnd()
    return () =>
      publisher.announce(user, conversationId, {type: 'turn-completed', turnId: turn.id, message, handoff})
  }

  publisher.announce(user, conversationId, {
    type: 'turn-started',
    turnId: turn.id,
    message: answer,
    handoff,
  })
  say(writer.begin())
  store.advanceTurn(turn.id, {type: 'began'})
  const player: Player = playAnswer(plan, write)

  return {
    turn,
    userId: user.id,
    buffer,
    stop() {
      if (buffer.ended !== null || halting !== undefined) return
      store.advanceTurn(turn.id, {type: 'stop-asked'})
      halting = setImmediate(halt)
    },
    hold(events) {
      if (buffer.ended !== null) return
      isHeld = true
      say(events)
    },
    goOn() {
      isHeld = false
      const batch = heldBack
      heldBack = null
      if (batch && buffer.ended === null) write(batch)
    },
    abandon() {
      clearImmediate(halting)
      player.stop()
      buffer.end('cut')
    },
  }
}
