/**
 * What a Claude tab hears unasked, by a push or from another tab of its browser: taken over, and stamped with the messages it
 * spoke of. Rules CC20–CC22, CF13.
 */
import type {KnownMessage} from '#protocol/known-message.ts'
import type {Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import type {Visit} from '../visit.ts'
import type {HeardPush} from './claude-surroundings.ts'
import type {PositionFollower} from './position-follower.ts'
import {react} from './reactions.ts'

export type News = {
  onPush(push: HeardPush): void
  onRelayed(message: KnownMessage, at: number, bytes: number): void
}

export type NewsNeeds = {
  readonly store: ChatStore
  readonly surroundings: Pick<Surroundings, 'witness'>
  /** The stay that the tab is in now, and its place in the log where that is followed. */
  readonly visit: () => Pick<Visit, 'heard' | 'followOthers' | 'takeOver'>
  readonly position: () => Pick<PositionFollower, 'pushed'> | null
  readonly refetchList: () => void
  readonly approvalAsked: (approvalId: string) => void
}

export function createNews(needs: NewsNeeds): News {
  const {store, surroundings, visit, position, refetchList, approvalAsked} = needs
  return {
    onPush({id, data, at, bytes}) {
      store.batch(() => {
        const {connection} = store.view()
        if (connection.name === 'connected' && connection.push !== 'heard')
          store.setConnection({name: 'connected', push: 'heard'})
        const messageIds = react(data, {
          openId: () => store.conversation().conversationId,
          isListed: (conversationId) =>
            store.view().conversations.some((listed) => listed.id === conversationId),
          applyToList: store.applyToList,
          refetchList,
          refetch: () => void visit().followOthers('latest'),
          takeOver: (message) => visit().takeOver(message),
          heard: (messageId) => visit().heard(messageId),
          approvalAsked,
          follow: (pushed) => position()?.pushed(pushed) ?? false,
        })
        surroundings.witness(
          {kind: 'received', via: 'fcm', topic: null, messageIds: [...messageIds], bytes, pushId: id},
          at,
        )
      })
    },
    onRelayed(message, at, bytes) {
      store.batch(() => visit().takeOver(message))
      surroundings.witness({kind: 'received', via: 'relay', topic: null, messageIds: [message.id], bytes}, at)
    },
  }
}
