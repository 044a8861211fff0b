/** Conversations as a page reads them: from the primary, or from the replica, which is behind by the person's lag. Rules CL20–CL25, CL30. */
import type {
  ClaudeConversation,
  ClaudeConversationList,
  ClaudeConversationSummary,
  Latest,
} from '#protocol/claude/conversation.ts'
import type {Consistency} from '#protocol/consistency.ts'
import type {User} from '../../accounts/user.ts'
import type {ConversationStore} from '../../conversation/conversation-store.ts'
import type {Conversation} from '../../conversation/message.ts'
import {NOW, seenUntilMs} from '../replica.ts'
import type {ClaudeRecords} from './records.ts'
import {noConversation} from './refusals.ts'
import {viewOf, type View} from './view.ts'
import {toConversation, toSummary, type RenderingMode} from './wire-message.ts'

export type ReadOptions = {
  readonly consistency: Consistency
  readonly tree: boolean
  readonly mode: RenderingMode
  readonly dangling: boolean
}

export type Reads = {
  /** Throws 404 for one that the replica does not have yet. */
  readonly one: (user: User, conversation: Conversation, options: ReadOptions) => ClaudeConversation
  readonly list: (
    user: User,
    offset: number,
    limit: number,
    consistency: Consistency,
  ) => ClaudeConversationList
  readonly summary: (conversation: Conversation) => ClaudeConversationSummary
  readonly latest: (conversation: Conversation) => Latest
}

export function createReads(store: ConversationStore, records: ClaudeRecords, wallMs: () => number): Reads {
  const untilMs = (user: User, consistency: Consistency) => seenUntilMs(user, consistency, wallMs)

  function look({id, leafId}: Conversation, until: number, dangling: boolean) {
    const all = store.messages(id)
    const leaf = until === NOW ? leafId : store.leafAt(id, until)
    return {all, view: viewOf(all, leaf, {untilMs: until, dangling})}
  }

  const summaryOf = (conversation: Conversation, view: View) =>
    toSummary(conversation, records.about(conversation.id), view)

  const summary = (conversation: Conversation, until: number = NOW) =>
    summaryOf(conversation, look(conversation, until, false).view)

  return {
    one(user, conversation, {consistency, tree, mode, dangling}) {
      const until = untilMs(user, consistency)
      if (conversation.createdAtMs > until) throw noConversation()
      const {all, view} = look(conversation, until, dangling)
      return toConversation(conversation, records.about(conversation.id), all, view, {tree, mode})
    },
    list(user, offset, limit, consistency) {
      const until = untilMs(user, consistency)
      const {items, total} = store.list(user.id, offset, limit, until)
      return {
        data: items.map((conversation) => summary(conversation, until)),
        has_more: offset + items.length < total,
      }
    },
    summary: (conversation) => summary(conversation),
    latest(conversation) {
      const {uuid, current_leaf_message_uuid, updated_at} = summary(conversation)
      return {uuid, current_leaf_message_uuid, updated_at}
    },
  }
}
