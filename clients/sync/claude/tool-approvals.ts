/**
 * What waits for the person's word in the conversation that is shown: told by the answer, by a push, or by a reading, and
 * given to the server. The page offers one at a time, the oldest first. All but the ways it is told is invented. Rule TG12.
 */
import type {ChatSession, Surroundings} from '../chat-session.ts'
import type {ChatStore} from '../chat-store.ts'
import {ApiError} from '../http-caller.ts'
import type {Quietly} from '../quietly.ts'
import type {ClaudeApi} from './api.ts'

export type ToolApprovals = Required<Pick<ChatSession, 'approve'>> & {
  asked(approvalId: string): void
  /** To be called when a reading begins; what it returns takes what the reading says. */
  reading(): (approvalIds: readonly string[]) => void
  /** The person goes elsewhere. */
  forget(): void
}

export type ToolApprovalNeeds = {
  readonly store: Pick<ChatStore, 'conversation' | 'setApproval' | 'setNotice'>
  readonly api: Pick<ClaudeApi, 'approve'>
  readonly surroundings: Pick<Surroundings, 'witness'>
  readonly quietly: Quietly
}

export function createToolApprovals({store, api, surroundings, quietly}: ToolApprovalNeeds): ToolApprovals {
  let waiting: readonly string[] = []
  let stay = {}

  function set(ids: readonly string[]): void {
    waiting = [...new Set(ids)]
    store.setApproval(waiting[0] ?? null)
  }

  return {
    asked: (approvalId) => set([...waiting, approvalId]),
    reading() {
      const known = waiting
      const begunIn = stay
      return (approvalIds) => {
        // What was asked while the reading was under way it may not know.
        if (stay === begunIn) set([...approvalIds, ...waiting.filter((id) => !known.includes(id))])
      }
    },
    forget() {
      stay = {}
      set([])
    },
    approve: () =>
      quietly(async () => {
        const {conversationId} = store.conversation()
        const [approvalId] = waiting
        if (conversationId === null || approvalId === undefined) return
        surroundings.witness({kind: 'acted', act: 'approved', messageId: null, parentId: null})
        const without = () => set(waiting.filter((id) => id !== approvalId))
        without()
        const begunIn = stay
        try {
          await api.approve(conversationId, approvalId)
        } catch (error) {
          // It was approved in another tab, or its answer has ended.
          if (error instanceof ApiError && error.status === 404) return
          if (stay === begunIn) set([approvalId, ...waiting])
          throw error
        }
      }),
  }
}
