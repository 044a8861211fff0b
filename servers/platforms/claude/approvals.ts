/**
 * Tools that wait for the person's word: an answer that is being written waits with them, and where none is only the person
 * is told. Knows no HTTP. Rule TG12.
 */
import {randomUUIDv7} from 'node:crypto'
import {APPROVAL_KEY} from '#protocol/claude/tool-approval.ts'
import type {User} from '../../accounts/user.ts'
import type {Conversation} from '../../conversation/message.ts'
import type {Publisher} from '../../conversation/publisher.ts'
import {completionSse} from '../../stream/claude-answer.ts'
import type {RecentTurns} from '../recent-turns.ts'
import type {RunningTurn} from '../running-turn.ts'

export type Approvals = {
  /** The id of what waits. Throws TypeError in a conversation where nothing is said yet. */
  readonly ask: (user: User, conversation: Conversation) => string
  /** False for what does not wait there (any more). */
  readonly give: (user: User, conversationId: string, approvalId: string) => boolean
  /** In the order of asking. */
  readonly waitingIn: (conversationId: string) => readonly string[]
  readonly forgetUser: (userId: string) => void
}

type Waiting = {
  readonly id: string
  readonly userId: string
  readonly conversationId: string
  readonly messageId: string
  readonly turn: RunningTurn | null
}

export function createApprovals(
  recent: Pick<RecentTurns, 'runningIn'>,
  publisher: Pick<Publisher, 'announce'>,
): Approvals {
  const waiting = new Map<string, Waiting>()

  /** What an answer asked for that has ended meanwhile, nobody has to approve. */
  const waits = ({turn}: Waiting) => turn === null || turn.buffer.ended === null

  const inConversation = (conversationId: string) =>
    [...waiting.values()].filter((one) => one.conversationId === conversationId && waits(one))

  return {
    ask(user, {id: conversationId, leafId}) {
      if (leafId === null) throw new TypeError('nothing is said in this conversation yet')
      const id = randomUUIDv7()
      const turn = recent.runningIn(conversationId).at(-1) ?? null
      const messageId = turn?.turn.answerId ?? leafId
      waiting.set(id, {id, userId: user.id, conversationId, messageId, turn})
      turn?.hold([completionSse({type: 'tool_approval', [APPROVAL_KEY]: id}, 0)])
      publisher.announce(user, conversationId, {type: 'approval', approvalId: id, phase: 'asked', messageId})
      return id
    },
    give(user, conversationId, approvalId) {
      const asked = inConversation(conversationId).find(({id}) => id === approvalId)
      if (!asked) return false
      waiting.delete(approvalId)
      const {messageId} = asked
      publisher.announce(user, conversationId, {type: 'approval', approvalId, phase: 'given', messageId})
      if (!inConversation(conversationId).some(({turn}) => turn === asked.turn)) asked.turn?.goOn()
      return true
    },
    waitingIn: (conversationId) => inConversation(conversationId).map(({id}) => id),
    forgetUser(userId) {
      for (const [id, one] of waiting) if (one.userId === userId) waiting.delete(id)
    },
  }
}
