/**
 * One stay in a conversation under the remedy `resume`: its log is asked where it is read, and what was missing is shown as
 * a push would have been. Rules CC22, CC40–CC44.
 */
import type {ChatStore} from '../chat-store.ts'
import type {Visit} from '../visit.ts'
import type {ClaudeApi} from './api.ts'
import {createPositionFollower, type FollowerNeeds, type PositionFollower} from './position-follower.ts'
import {knownMessage} from './wire-words.ts'

type Needs = Pick<FollowerNeeds, 'onDeafChannel' | 'quietly' | 'surroundings'> & {
  readonly store: ChatStore
  readonly api: Pick<ClaudeApi, 'channelEvents'>
  /** What the server calls this browser; null while it is not registered. */
  readonly channelId: () => string | null
}

export function followVisit(visit: Visit, {store, api, channelId, ...rest}: Needs): PositionFollower {
  return createPositionFollower({
    ...rest,
    signal: visit.signal,
    ask(place, limitMs) {
      const {conversationId} = store.conversation()
      if (conversationId === null) throw new TypeError('a new conversation has no log')
      return api.channelEvents({conversationId, place, channelId: channelId(), limitMs})
    },
    async read() {
      await visit.read('latest')
    },
    deliver(events) {
      store.batch(() => {
        for (const event of events)
          if (event?.kind === 'content') visit.takeOver(knownMessage(event.message))
          else void visit.followOthers('latest')
      })
    },
  })
}
