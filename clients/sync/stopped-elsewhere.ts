/**
 * Answers that another tab stopped, said to the person who waited for them. Only of what was told: by the channel, or by a
 * reading that looks for what others do. The observed page takes the end of its own stream for what it is and says nothing.
 * Invented. Rule PG10.
 */
import type {ChatStore} from './chat-store.ts'
import type {ConversationState} from './conversation-state.ts'
import {isBeingWritten, pathTo} from './message-tree.ts'
import {messageIn} from './told-message.ts'

export const STOPPED_ELSEWHERE = 'This answer was stopped in another tab.'

export type StoppedElsewhere = {
  /** This tab's person stops what is being written: that is nobody else's doing. */
  stopAsked(): void
  /** `change` brings what others did; returns what it returns. */
  hearing<T>(change: () => T): T
  end(): void
}

export function watchStops(
  store: Pick<ChatStore, 'conversation' | 'subscribe' | 'setNotice'>,
): StoppedElsewhere {
  /** Answers that this tab waited for, by what they answer: before their first word they have no name. */
  const awaited = new Set<string>()
  const stoppedHere = new Set<string>()
  const said = new Set<string>()

  /** The way to the end is gone once for each answer, and not with each of its words. */
  let lookedAtId: string | null = null

  const look = () => {
    const now = store.conversation()
    const {leafId, ownTurn, isPending} = now
    if (leafId === null || leafId === lookedAtId) return
    const message = messageIn(now, leafId)
    const isAwaited = ownTurn !== null || isPending || (message !== null && isBeingWritten(message))
    if (!isAwaited) return
    lookedAtId = leafId
    const promptId = promptAt(now)
    if (promptId !== null) awaited.add(promptId)
  }
  const stopLooking = store.subscribe(look)

  return {
    stopAsked() {
      const promptId = promptAt(store.conversation())
      if (promptId !== null) stoppedHere.add(promptId)
    },
    hearing(change) {
      look()
      const result = change()
      const now = store.conversation()
      const {leafId} = now
      const promptId = promptAt(now)
      const isStopped = leafId !== null && messageIn(now, leafId)?.status === 'stopped'
      if (!isStopped || promptId === null || said.has(leafId)) return result
      if (awaited.has(promptId) && !stoppedHere.has(promptId)) {
        said.add(leafId)
        store.setNotice(STOPPED_ELSEWHERE)
      }
      return result
    },
    end: stopLooking,
  }
}

/** The person's message that the end of what is shown is, or answers. */
function promptAt(now: ConversationState): string | null {
  return pathTo(now.tree, now.leafId).findLast((id) => messageIn(now, id)?.role === 'user') ?? null
}
