/** Stored messages and conversations in Claude.ai's shapes. Pure. Rules CL20–CL23, CL40, CL42. */
import type {CompletionStatus} from '#protocol/claude/completion-status.ts'
import type {ClaudeConversation, ClaudeConversationSummary} from '#protocol/claude/conversation.ts'
import {ERROR_CODES} from '#protocol/claude/error.ts'
import type {ClaudeMessage, StopReason} from '#protocol/claude/message.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'
import type {Conversation, MessageState, StoredMessage} from '../../conversation/message.ts'
import {pathTo} from '../../conversation/tree.ts'
import {isRunning, type Turn} from '../../conversation/turn.ts'
import type {About} from './records.ts'
import type {View} from './view.ts'

export const RENDERING_MODES = ['messages', 'raw'] as const
export type RenderingMode = (typeof RENDERING_MODES)[number]

const STOP_REASON = {
  in_progress: 'error',
  complete: 'end_turn',
  stopped: 'user_canceled',
  failed: 'error',
} as const satisfies Record<MessageState, StopReason>

const isoTime = (ms: number) => new Date(ms).toISOString()

/** `index`: its place among all messages of the conversation, in the order of writing. */
export function toClaude(message: StoredMessage, index: number, mode: RenderingMode): ClaudeMessage {
  const {id, role, text, parentId, status} = message
  return {
    uuid: id,
    sender: role === 'user' ? 'human' : 'assistant',
    index,
    content: [{type: 'text', text, citations: []}],
    ...(mode === 'raw' ? {text} : {}),
    parent_message_uuid: parentId ?? ROOT_MESSAGE_UUID,
    created_at: isoTime(message.createdAtMs),
    updated_at: isoTime(message.updatedAtMs),
    attachments: [],
    files: [],
    files_v2: [],
    sync_sources: [],
    ...(role === 'user' ? {} : {stop_reason: STOP_REASON[status], truncated: status !== 'complete'}),
  }
}

export function toSummary(conversation: Conversation, about: About, view: View): ClaudeConversationSummary {
  const {id, title, createdAtMs, updatedAtMs, isListed} = conversation
  return {
    uuid: id,
    name: title,
    summary: '',
    model: about.model ?? view.messages.findLast(({model}) => model !== null)?.model ?? null,
    created_at: isoTime(createdAtMs),
    updated_at: isoTime(updatedAtMs),
    is_starred: about.isStarred,
    is_temporary: !isListed,
    current_leaf_message_uuid: view.leafId,
    settings: about.settings,
    project_uuid: null,
  }
}

/** `all`: every message of the conversation, which numbers them. */
export function toConversation(
  conversation: Conversation,
  about: About,
  all: readonly StoredMessage[],
  view: View,
  {tree, mode}: {readonly tree: boolean; readonly mode: RenderingMode},
): ClaudeConversation {
  const places = new Map(all.map(({id}, index) => [id, index]))
  const shown = tree ? view.messages : pathTo(view.messages, view.leafId)
  return {
    ...toSummary(conversation, about, view),
    chat_messages: shown.map((message) => toClaude(message, places.get(message.id) ?? 0, mode)),
  }
}

/** Of a turn that still runs, else of the latest one. A conversation without turns has nothing to wait for. */
export function statusOf(turns: readonly Turn[]): CompletionStatus {
  if (turns.some(({state}) => isRunning(state)))
    return {is_pending: true, is_error: false, error_code: null, error_detail: null}
  if (turns.at(-1)?.state.name !== 'failed')
    return {is_pending: false, is_error: false, error_code: null, error_detail: null}
  return {
    is_pending: false,
    is_error: true,
    error_code: ERROR_CODES.completionFailed,
    error_detail: 'The answer was cut off.',
  }
}
