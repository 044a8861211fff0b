/**
 * Answers that other tabs asked for, as their items pass by on the conversation's topic (carriage `content`).
 * A tab that came in the middle lacks the beginning and cannot read on: it is told to refetch, then and at the end.
 * Invented. Rule CA3.
 */
import type {TurnStreamPart} from '#protocol/celsius-payload.ts'
import type {Message} from '#protocol/conversation.ts'
import {createTurnItems, type TurnItems} from './turn-items.ts'

export type ForeignTurns = {
  /** Messages to take over, in order; `refetch` where the turn cannot be read. */
  take(part: TurnStreamPart): readonly Message[] | 'refetch'
  forget(): void
}

export function createForeignTurns(isOwn: (turnId: string) => boolean): ForeignTurns {
  const turns = new Map<string, TurnItems | 'unreadable'>()

  return {
    forget: () => turns.clear(),
    take(part) {
      if (part.type === 'heartbeat') return []
      const turn = turns.get(part.turn_id) ?? createTurnItems()
      if (part.type === 'done') turns.delete(part.turn_id)
      if (isOwn(part.turn_id)) return []
      if (part.type === 'done') return turn === 'unreadable' ? 'refetch' : []
      if (turn === 'unreadable') return []
      const updates = turn.take(part)
      turns.set(part.turn_id, updates === 'gap' ? 'unreadable' : turn)
      if (updates === 'gap') return 'refetch'
      return updates.flatMap((update) =>
        update.type === 'message' || update.type === 'prompt' ? [update.message] : [],
      )
    },
  }
}
