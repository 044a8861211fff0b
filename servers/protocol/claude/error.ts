/**
 * Bodies of HTTP errors and of the SSE event `error`: `{"type": "error", "error": {"type", "message", "details"}}`.
 * Observed (several sources) except the codes tagged below. Rules CL50–CL54, CF4.
 */
import * as v from 'valibot'
import {uuid} from './uuid.ts'

export const ERROR_TYPES = [
  'invalid_request_error',
  'permission_error',
  'not_found_error',
  'rate_limit_error',
  'api_error',
  'overloaded_error',
] as const
export type ClaudeErrorType = (typeof ERROR_TYPES)[number]

/** `account_session_invalid` is observed; the others are invented. */
export const ERROR_CODES = {
  noSession: 'account_session_invalid',
  duplicateMessage: 'message_already_created',
  duplicateConversation: 'conversation_already_created',
  tooLong: 'request_too_long',
  completionFailed: 'completion_failed',
  conversationChanged: 'conversation_changed',
} as const

export const claudeError = v.object({
  type: v.literal('error'),
  error: v.object({
    type: v.picklist(ERROR_TYPES),
    message: v.string(),
    details: v.optional(
      v.nullable(
        v.object({
          error_code: v.optional(v.string()),
          /** Of a send that a conflict rule refused: where the conversation stands. Invented. */
          current_leaf_message_uuid: v.optional(uuid),
        }),
      ),
    ),
  }),
  request_id: v.optional(v.string()),
})
export type ClaudeError = v.InferOutput<typeof claudeError>

/** Null when the body is none of ours (a proxy's page, for example). */
export function readClaudeError(body: unknown): {message: string; code: string | null} | null {
  const result = v.safeParse(claudeError, body)
  if (!result.success) return null
  const {message, details} = result.output.error
  return {message, code: details?.error_code ?? null}
}

/** The current leaf that a refused send is answered with; null for any other refusal. */
export function leafOfConflict(body: unknown): string | null {
  const result = v.safeParse(claudeError, body)
  const details = result.success ? result.output.error.details : null
  return details?.error_code === ERROR_CODES.conversationChanged
    ? (details.current_leaf_message_uuid ?? null)
    : null
}
