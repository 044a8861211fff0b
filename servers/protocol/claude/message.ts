/**
 * Messages as Claude.ai's HTTP API writes them. Observed (several public sources). Rules CL20–CL23.
 * The path that is shown runs back along `parent_message_uuid` from the conversation's current leaf.
 */
import * as v from 'valibot'
import {uuid} from './uuid.ts'

export const SENDERS = ['human', 'assistant'] as const

/** Observed; ours sends `end_turn`, `user_canceled` and `error`. */
export const STOP_REASONS = [
  'end_turn',
  'max_tokens',
  'stop_sequence',
  'tool_use',
  'tool_use_limit',
  'max_tool_use',
  'user_canceled',
  'refusal',
  'cyber_refusal',
  'prompt_injection_risk',
  'max_conversation_length',
  'error',
] as const
export type StopReason = (typeof STOP_REASONS)[number]

const isoTime = v.pipe(v.string(), v.isoTimestamp())

const textBlock = v.object({type: v.literal('text'), text: v.string(), citations: v.array(v.unknown())})

export const claudeMessage = v.object({
  uuid,
  sender: v.picklist(SENDERS),
  index: v.pipe(v.number(), v.integer(), v.minValue(0)),
  content: v.array(textBlock),
  /** Only where `rendering_mode=raw` was asked for. */
  text: v.optional(v.string()),
  parent_message_uuid: uuid,
  created_at: isoTime,
  updated_at: isoTime,
  attachments: v.array(v.unknown()),
  files: v.array(v.unknown()),
  files_v2: v.array(v.unknown()),
  sync_sources: v.array(v.unknown()),
  /** Of answers only; everything but `end_turn` also has `truncated: true`. */
  stop_reason: v.optional(v.picklist(STOP_REASONS)),
  truncated: v.optional(v.boolean()),
})
export type ClaudeMessage = v.InferOutput<typeof claudeMessage>

/** The text a person reads. */
export const claudeMessageText = ({content}: Pick<ClaudeMessage, 'content'>): string =>
  content.map(({text}) => text).join('')
