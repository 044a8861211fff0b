/**
 * Follows one handed-off turn on its channel topic until it is done, or until it cannot be followed any more.
 * Observed: 5 s to the first item, 30 s between items, heartbeats count; then the caller falls back to HTTP.
 * Rules CO7.
 */
import type {TurnStreamPart} from '#protocol/celsius-payload.ts'
import type {AnswerUpdate} from './answer-reader.ts'
import type {Surroundings} from '../chat-session.ts'
import {followTimes} from './defaults.ts'
import {createTurnItems} from './turn-items.ts'

export type FollowEnd = 'done' | 'lost'

export type TurnFollow = {
  take(part: TurnStreamPart): void
  /** The channel may have missed something of this topic. */
  fail(): void
  readonly ended: Promise<FollowEnd>
}

export function followTurn(
  onUpdate: (update: AnswerUpdate) => void,
  {setTimer}: Pick<Surroundings, 'setTimer'>,
): TurnFollow {
  const items = createTurnItems()
  const {promise, resolve} = Promise.withResolvers<FollowEnd>()
  let cancelTimer = setTimer(() => end('lost'), followTimes.firstItemMs)
  let isOver = false

  function end(how: FollowEnd): void {
    isOver = true
    cancelTimer()
    resolve(how)
  }

  return {
    ended: promise,
    fail: () => end('lost'),
    take(part) {
      if (isOver) return
      cancelTimer()
      cancelTimer = setTimer(() => end('lost'), followTimes.idleMs)
      if (part.type === 'heartbeat') return
      if (part.type === 'done') return end('done')
      const updates = items.take(part)
      if (updates === 'gap') return end('lost')
      for (const update of updates) {
        onUpdate(update)
        if (update.type === 'complete' || update.type === 'done' || update.type === 'error')
          return end('done')
      }
    },
  }
}
