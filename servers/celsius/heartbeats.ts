/** Heartbeat items on the topics of handed-off turns while they run. Observed in vendor client code; off by default. Rule CE36. */
import {turnTopic} from '#protocol/topics.ts'
import type {ConversationEvent} from '../conversation/conversation-event.ts'
import type {Announcement} from './announcement.ts'

export type Heartbeats = {
  readonly hear: (event: ConversationEvent, beat: () => void) => void
  readonly close: () => void
}

export function createHeartbeats(everyMs: number): Heartbeats {
  const running = new Map<string, NodeJS.Timeout>()
  return {
    hear(event, beat) {
      if (everyMs === 0) return
      if (event.type === 'turn-started' && event.handoff)
        running.set(event.turnId, setInterval(beat, everyMs))
      if (event.type !== 'turn-completed') return
      clearInterval(running.get(event.turnId))
      running.delete(event.turnId)
    },
    close() {
      for (const timer of running.values()) clearInterval(timer)
      running.clear()
    },
  }
}

export const heartbeat = (conversationId: string, turnId: string, wallMs: number): Announcement => ({
  topic: turnTopic(turnId),
  carries: 'content',
  messageIds: [],
  conversationId,
  numbered: true,
  payload: {
    type: 'conversation-turn-stream',
    payload: {
      type: 'heartbeat',
      turn_id: turnId,
      conversation_id: conversationId,
      server_timestamp_ms: wallMs,
    },
  },
})
