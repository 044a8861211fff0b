/**
 * What a ChatGPT tab hears unasked, over its channel or from another tab of its browser: taken over, and stamped with the
 * messages it brought. Rules CE30–CE39, CF13.
 */
import type {ReceivedMessage} from '#protocol/celsius-frame.ts'
import type {KnownMessage} from '#protocol/known-message.ts'
import type {Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import type {Visit} from '../visit.ts'
import type {EndCount} from './end-count.ts'
import type {ForeignTurns} from './foreign-turns.ts'
import {react} from './reactions.ts'
import type {TurnFollows} from './turn-follows.ts'
import {knownMessage} from './wire-words.ts'

export type News = {
  onMessages(messages: readonly ReceivedMessage[], at: number, bytes: number): void
  onRelayed(message: KnownMessage, at: number, bytes: number): void
  /** A message of the frame that is being read was taken by whoever follows its topic. */
  noteReceived(messageId: string): void
}

export type NewsNeeds = {
  readonly store: ChatStore
  readonly surroundings: Pick<Surroundings, 'witness'>
  /** The stay that the tab is in now. */
  readonly visit: () => Pick<Visit, 'heard' | 'followOthers' | 'takeOver' | 'gone'>
  readonly ends: EndCount
  readonly foreignTurns: ForeignTurns
  readonly follows: Pick<TurnFollows, 'of'>
  readonly refetchList: () => void
}

export function createNews(needs: NewsNeeds): News {
  const {store, surroundings, visit, ends} = needs
  let received: string[] = []

  function heardOfChange(): void {
    // What is heard during the own turn is mostly of that turn; it is read after it, whatever it is.
    if (store.conversation().ownTurn === null) visit().heard(null)
    void visit().followOthers()
  }

  function takeOver(message: KnownMessage): void {
    received.push(message.id)
    visit().takeOver(message)
  }

  function witnessReceived(via: 'celsius' | 'relay', topic: string | null, at: number, bytes: number): void {
    const messageIds = [...new Set(received)]
    received = []
    surroundings.witness({kind: 'received', via, topic, messageIds, bytes}, at)
  }

  function hear(message: ReceivedMessage): void {
    react(message, {
      openId: () => store.conversation().conversationId,
      applyToList: store.applyToList,
      refetchList: needs.refetchList,
      refetch: heardOfChange,
      has: (messageId) => store.conversation().tree.has(messageId),
      turnCompleted: () => ends.isOthers(store.conversation().ownTurn !== null) && visit().heard(null),
      takeOver: (told) => takeOver(knownMessage(told)),
      titled: (title) => store.apply({type: 'titled', title}),
      missing: () => visit().gone('told'),
      turnPart(topic, part) {
        const own = needs.follows.of(topic)
        if (own) return own.take(part)
        if (part.conversation_id !== store.conversation().conversationId) return
        const told = needs.foreignTurns.take(part)
        if (told === 'refetch') heardOfChange()
        else told.forEach((item) => takeOver(knownMessage(item)))
      },
    })
  }

  return {
    onMessages(messages, at, bytes) {
      store.batch(() => {
        for (const message of messages) {
          hear(message)
          witnessReceived('celsius', message.topic_id, at, bytes)
        }
      })
    },
    onRelayed(message, at, bytes) {
      store.batch(() => takeOver(message))
      witnessReceived('relay', null, at, bytes)
    },
    noteReceived: (messageId) => void received.push(messageId),
  }
}
