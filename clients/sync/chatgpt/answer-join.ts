/**
 * Answers that are being written when a tab comes, or comes back: joined with the browser's token, or polled for until
 * their end (observed of a reload). What nobody can say the end of is said to be lost. Rules RS4, ST2, ST8, CO17.
 */
import type {ChatStore} from '../chat-store.ts'
import {isWaiting} from '../awaited-answer.ts'
import type {Visit} from '../visit.ts'
import type {ChatgptReading} from './api.ts'
import type {OwnTurns} from './own-turn.ts'
import type {ResumeTokens} from './resume-tokens.ts'
import type {Settled} from './status-poll.ts'

type ChatgptVisit = Visit<ChatgptReading>

export type AnswerJoinNeeds = {
  readonly store: ChatStore
  readonly tokens: Pick<ResumeTokens, 'get'>
  readonly ownTurns: Pick<OwnTurns, 'rejoin'>
  readonly settle: (visit: ChatgptVisit) => Promise<Settled>
  /** The stay that the tab is in now. */
  readonly visit: () => ChatgptVisit
  /** With `resume` a tab that comes back waits for the end of what it left in the middle. */
  readonly waitsAgain: boolean
}

export type AnswerJoin = {
  /** Refetches, and joins what is being written. */
  refetchAndJoin(): Promise<void>
  /** The channel speaks, for the first time or again: what could not be read is read now. */
  comeBack(): Promise<void>
}

export function createAnswerJoin(needs: AnswerJoinNeeds): AnswerJoin {
  const {store} = needs
  let isReturn = false

  /** A tab that was there before (`again`) has the channel for the answer, and polls beside it for its end. */
  async function join(current: ChatgptVisit, how: 'anew' | 'again'): Promise<void> {
    const {conversationId, ownTurn} = store.conversation()
    if (conversationId === null || ownTurn !== null || current !== needs.visit() || !isWaiting(store)) return
    await current.join(async () => {
      const token = how === 'anew' ? needs.tokens.get(conversationId) : null
      const settled =
        token === null
          ? await needs.settle(current)
          : await needs.ownTurns.rejoin({conversationId, token}, current)
      if (settled.name === 'settled' || current.signal.aborted) return
      store.batch(() => {
        current.owe(`${settled.why} What is shown may not be all of the answer.`)
        store.apply({type: 'lost'})
      })
    })
  }

  return {
    async refetchAndJoin() {
      const current = needs.visit()
      await current.refetch()
      await join(current, 'anew')
    },
    async comeBack() {
      const mayWaitAgain = isReturn && needs.waitsAgain
      isReturn = true
      const current = needs.visit()
      const hasRead = await current.tryAgain()
      if (hasRead) await join(current, 'anew')
      else if (mayWaitAgain) await join(current, 'again')
    },
  }
}
