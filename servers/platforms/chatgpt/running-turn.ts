/**
 * One answer being written: the model's batches become stored text, ledger lines, numbered events and announcements.
 * Runs to its end whoever listens. Rules TU9–TU14, ST5–ST6, LE2.
 */
import type {User} from '../../accounts/user.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import type {Turn, TurnEvent} from '../../conversation/turn.ts'
import type {AnswerPlan} from '../../model/answer-plan.ts'
import {playAnswer, type Batch, type Player} from '../../model/answer-player.ts'
import {
  beginAnswer,
  breakAnswer,
  completeAnswer,
  writeAnswer,
  type AnswerFacts,
} from '../../stream/chatgpt-answer.ts'
import {sseText, type SseEvent} from '../../stream/sse-text.ts'
import {TurnBuffer} from '../../stream/turn-buffer.ts'
import {toWire} from './wire-message.ts'

export type RunningTurn = {
  readonly turn: Pick<Turn, 'id' | 'conversationId' | 'answerId'>
  readonly userId: string
  readonly buffer: TurnBuffer
  /** The turn ends as stopped, a moment later. */
  readonly stop: () => void
  /** Nothing more is written, said or announced. */
  readonly abandon: () => void
}

export type TurnParts = {
  readonly store: ConversationStore
  readonly publisher: Publisher
  readonly user: User
  readonly turn: Pick<Turn, 'id' | 'conversationId' | 'answerId'>
  readonly facts: AnswerFacts
  readonly plan: AnswerPlan
  readonly handoff: boolean
  readonly onEnd: () => void
}

export function runTurn(parts: TurnParts): RunningTurn {
  const {store, publisher, user, turn, facts, plan, handoff, onEnd} = parts
  const {conversationId, answerId} = turn
  const buffer = new TurnBuffer()
  let text = ''
  let parentItemId: string | null = null
  let halting: NodeJS.Immediate | undefined

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
    const step = writeAnswer(progress, batch.text)
    progress = step.progress
    say(step.events)
  }

  function complete(lastText: string): void {
    clearImmediate(halting)
    if (facts.title !== null) store.rename(conversationId, facts.title)
    const announceEnd = settle({type: 'finished'})
    say(completeAnswer(progress, lastText))
    buffer.end('done')
    if (facts.title !== null) {
      publisher.announce(user, conversationId, {type: 'title-updated', title: facts.title})
    }
    announceEnd()
  }

  function halt(): void {
    player.stop()
    try {
      const announceEnd = settle({type: 'halted'})
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
    say([breakAnswer()])
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
      publisher.announce(user, conversationId, {
        type: 'turn-completed',
        turnId: turn.id,
        message: toWire(message),
        handoff,
      })
  }

  const first = beginAnswer(facts)
  let progress = first.progress
  publisher.announce(user, conversationId, {
    type: 'turn-started',
    turnId: turn.id,
    message: facts.answer,
    handoff,
  })
  say(first.events)
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
    abandon() {
      clearImmediate(halting)
      player.stop()
      buffer.end('cut')
    },
  }
}
