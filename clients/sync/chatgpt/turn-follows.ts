/** The handed-off turns that a tab follows on their topics, one follow a topic. Rule CO7. */
import type {Surroundings} from '../chat-session.ts'
import type {AnswerUpdate} from './answer-reader.ts'
import {followTurn, type FollowEnd, type TurnFollow} from './turn-follow.ts'

export type TurnFollows = {
  of(topic: string): TurnFollow | undefined
  /** Follows until the turn is done, cannot be followed any more, or `signal` aborts. */
  follow(topic: string, take: (update: AnswerUpdate) => void, signal: AbortSignal): Promise<FollowEnd>
}

export type TurnFollowsNeeds = {
  readonly surroundings: Pick<Surroundings, 'setTimer'>
  readonly followTopic: (topic: string) => void
  readonly unfollowTopic: (topic: string) => void
  /** A message came on a followed topic. */
  readonly onReceived: (messageId: string) => void
}

export function createTurnFollows(needs: TurnFollowsNeeds): TurnFollows {
  const follows = new Map<string, TurnFollow>()

  return {
    of: (topic) => follows.get(topic),
    async follow(topic, take, signal) {
      const following = followTurn((update) => {
        if (update.type === 'message' || update.type === 'prompt') needs.onReceived(update.message.id)
        take(update)
      }, needs.surroundings)
      follows.set(topic, following)
      needs.followTopic(topic)
      signal.addEventListener('abort', following.fail)
      const ended = await following.ended
      signal.removeEventListener('abort', following.fail)
      follows.delete(topic)
      needs.unfollowTopic(topic)
      return ended
    },
  }
}
