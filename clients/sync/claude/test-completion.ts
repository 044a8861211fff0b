/** Claude messages, conversations and completion streams for tests, as the server writes them. Ids are short words. */
import type {ClaudeConversation} from '#protocol/claude/conversation.ts'
import type {ClaudeMessage, StopReason} from '#protocol/claude/message.ts'
import {ROOT_MESSAGE_UUID} from '#protocol/claude/uuid.ts'

const AT = '2026-01-01T00:00:00.000Z'

/** A UUID that a test can read: `uuid('q1')` differs from `uuid('a1')` and is always the same. */
export function uuid(word: string): string {
  const hex = Buffer.from(word).toString('hex').padStart(12, '0').slice(-12)
  return `00000000-0000-4000-9000-${hex}`
}

type Shape = {parent?: string; sender?: ClaudeMessage['sender']; stopReason?: StopReason}

/** `parent` is a word; without one the message is the first. */
export function claudeMessage(
  word: string,
  text: string,
  {parent, sender = 'human', stopReason}: Shape = {},
): ClaudeMessage {
  return {
    uuid: uuid(word),
    sender,
    index: 0,
    content: [{type: 'text', text, citations: []}],
    parent_message_uuid: parent === undefined ? ROOT_MESSAGE_UUID : uuid(parent),
    created_at: AT,
    updated_at: AT,
    attachments: [],
    files: [],
    files_v2: [],
    sync_sources: [],
    ...(sender === 'assistant' && {stop_reason: stopReason ?? 'end_turn'}),
  }
}

/** The last message is the current leaf. */
export function claudeConversation(word: string, messages: readonly ClaudeMessage[]): ClaudeConversation {
  return {
    uuid: uuid(word),
    name: `about ${word}`,
    summary: '',
    model: null,
    created_at: AT,
    updated_at: AT,
    is_starred: false,
    is_temporary: false,
    current_leaf_message_uuid: messages.at(-1)?.uuid ?? null,
    settings: {},
    project_uuid: null,
    chat_messages: [...messages],
  }
}

/** As on the wire: padded before the closing brace. */
const sse = (data: {readonly type: string}) =>
  `event: ${data.type}\ndata: ${JSON.stringify(data).slice(0, -1)}${' '.repeat(7)}}\n\n`

const times = {start_timestamp: AT, stop_timestamp: null, flags: null}

/** The events of a completion stream, as text. */
export const events = {
  ready: sse({type: 'conversation_ready'}),
  ping: 'event: ping\ndata: {"type":"ping"}\n\n',
  start: (answerId: string, promptId: string, discarded: string | null = null) =>
    sse({
      type: 'message_start',
      message: {
        id: 'chatcompl_1',
        type: 'message',
        role: 'assistant',
        model: '',
        parent_uuid: promptId,
        uuid: answerId,
        content: [],
        stop_reason: null,
        stop_sequence: null,
        stop_details: null,
        trace_id: 't',
        request_id: 'r',
      },
      discarded_parent_message_uuid: discarded,
    } as {type: string}),
  thinking: (index: number) =>
    sse({
      type: 'content_block_start',
      index,
      content_block: {
        ...times,
        type: 'thinking',
        thinking: '',
        summaries: [],
        cut_off: false,
        truncated: false,
        alternative_display_type: null,
      },
    } as {type: string}),
  summary: (index: number, summary: string) =>
    sse({
      type: 'content_block_delta',
      index,
      delta: {type: 'thinking_summary_delta', summary: {summary}},
    } as {type: string}),
  block: (index: number) =>
    sse({
      type: 'content_block_start',
      index,
      content_block: {...times, type: 'text', text: '', citations: []},
    } as {type: string}),
  text: (index: number, text: string) =>
    sse({type: 'content_block_delta', index, delta: {type: 'text_delta', text}} as {type: string}),
  stopped: (index: number) => sse({type: 'content_block_stop', index, stop_timestamp: AT} as {type: string}),
  reason: (stop_reason: StopReason) =>
    sse({type: 'message_delta', delta: {stop_reason, stop_sequence: null, stop_details: null}} as {
      type: string
    }),
  limit: (type: 'within_limit' | 'approaching_limit' | 'exceeded_limit') =>
    sse({
      type: 'message_limit',
      message_limit: {
        type,
        resetsAt: null,
        remaining: null,
        perModelLimit: null,
        representativeClaim: null,
        overageDisabledReason: null,
        overageInUse: false,
        windows: {},
      },
    } as {type: string}),
  error: (message: string) =>
    sse({type: 'error', error: {type: 'overloaded_error', message}} as {type: string}),
  end: sse({type: 'message_stop'}),
}

/** A whole answer to a prompt. */
export const wholeAnswer = (answerId: string, promptId: string, text: string): readonly string[] => [
  events.start(answerId, promptId),
  events.block(0),
  events.text(0, text),
  events.stopped(0),
  events.reason('end_turn'),
  events.limit('within_limit'),
  events.end,
]
