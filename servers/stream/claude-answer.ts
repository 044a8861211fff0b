/**
 * Claude.ai's completion stream: from what the model wrote to the events that say so, in the observed order. Pure: no clock,
 * no chance; `at` is ISO time.
 * Rules CL17–CL19, CL43, CF5.
 */
import type {CompletionEvent} from '#protocol/claude/completion-event.ts'
import {ERROR_CODES} from '#protocol/claude/error.ts'
import type {MessageLimit} from '#protocol/claude/message-limit.ts'
import type {SseEvent} from './sse-text.ts'

export type ClaudeAnswerFacts = {
  readonly answerId: string
  /** The person's message. */
  readonly parentId: string
  /** Whether the turn made its conversation. */
  readonly isNewConversation: boolean
  /** The parent that the request named and the server did not attach to; null where it did (as in every capture). */
  readonly discardedParentId: string | null
  /** Whether a thinking block comes first; `summary` is what it says, null leaves it empty. */
  readonly thinks: boolean
  readonly summary: string | null
  readonly completionId: string
  readonly traceId: string
  readonly requestId: string
}

/** Which block is open. Blocks are numbered in the order of their opening. */
export type ClaudeAnswerProgress = {
  readonly facts: ClaudeAnswerFacts
  readonly open: {readonly type: 'thinking' | 'text'; readonly index: number}
}
export type ClaudeAnswerStep = {
  readonly events: readonly CompletionEvent[]
  readonly progress: ClaudeAnswerProgress
}

/** Everything that can be said before the model has written. */
export function beginClaudeAnswer(facts: ClaudeAnswerFacts, at: string): ClaudeAnswerStep {
  const open = {type: facts.thinks ? 'thinking' : 'text', index: 0} as const
  return {
    events: [
      ...(facts.isNewConversation ? [{type: 'conversation_ready'} as const] : []),
      {
        type: 'message_start',
        message: {
          id: facts.completionId,
          type: 'message',
          role: 'assistant',
          // Empty in most captures.
          model: '',
          parent_uuid: facts.parentId,
          uuid: facts.answerId,
          content: [],
          stop_reason: null,
          stop_sequence: null,
          stop_details: null,
          trace_id: facts.traceId,
          request_id: facts.requestId,
        },
        discarded_parent_message_uuid: facts.discardedParentId,
      },
      blockStart(open, at),
    ],
    progress: {facts, open},
  }
}

/** The model wrote on. What it thought ends where its text begins. */
export function writeClaudeAnswer(
  progress: ClaudeAnswerProgress,
  text: string,
  at: string,
): ClaudeAnswerStep {
  const {facts, open} = progress
  if (open.type === 'text') return {events: text === '' ? [] : [textDelta(open.index, text)], progress}
  const opened = {type: 'text', index: open.index + 1} as const
  return {
    events: [
      ...thoughts(facts.summary, open.index),
      {type: 'content_block_stop', index: open.index, stop_timestamp: at},
      blockStart(opened, at),
      textDelta(opened.index, text),
    ],
    progress: {facts, open: opened},
  }
}

/** The model wrote its last. */
export function completeClaudeAnswer(
  progress: ClaudeAnswerProgress,
  text: string,
  at: string,
  limit: MessageLimit,
): readonly CompletionEvent[] {
  const {events, progress: last} = writeClaudeAnswer(progress, text, at)
  return [...events, ...end(last, 'end_turn', at, limit)]
}

/** A person stopped it: what is out stays. */
export const cancelClaudeAnswer = (
  progress: ClaudeAnswerProgress,
  at: string,
  limit: MessageLimit,
): readonly CompletionEvent[] => end(progress, 'user_canceled', at, limit)

/** The answer broke; nothing follows. The words are invented. */
export const breakClaudeAnswer = (): CompletionEvent => ({
  type: 'error',
  error: {
    type: 'api_error',
    message: 'Something went wrong while the answer was written.',
    details: {error_code: ERROR_CODES.completionFailed},
  },
})

/** The event as it travels: a run of spaces before the closing brace hides the length of what was said. */
export const completionSse = (event: CompletionEvent, spaces: number): SseEvent => ({
  event: event.type,
  data: `${JSON.stringify(event).slice(0, -1)}${' '.repeat(spaces)}}`,
})

function end(
  {open}: ClaudeAnswerProgress,
  stop_reason: 'end_turn' | 'user_canceled',
  at: string,
  message_limit: MessageLimit,
): readonly CompletionEvent[] {
  return [
    {type: 'content_block_stop', index: open.index, stop_timestamp: at},
    {type: 'message_delta', delta: {stop_reason, stop_sequence: null, stop_details: null}},
    {type: 'message_limit', message_limit},
    {type: 'message_stop'},
  ]
}

function blockStart({type, index}: ClaudeAnswerProgress['open'], at: string): CompletionEvent {
  const times = {start_timestamp: at, stop_timestamp: null, flags: null}
  if (type === 'text')
    return {type: 'content_block_start', index, content_block: {...times, type, text: '', citations: []}}
  return {
    type: 'content_block_start',
    index,
    content_block: {
      ...times,
      type,
      thinking: '',
      summaries: [],
      cut_off: false,
      truncated: false,
      alternative_display_type: null,
    },
  }
}

const textDelta = (index: number, text: string): CompletionEvent => ({
  type: 'content_block_delta',
  index,
  delta: {type: 'text_delta', text},
})

const thoughts = (summary: string | null, index: number): readonly CompletionEvent[] =>
  summary === null
    ? []
    : [{type: 'content_block_delta', index, delta: {type: 'thinking_summary_delta', summary: {summary}}}]
