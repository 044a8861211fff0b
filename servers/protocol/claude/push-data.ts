/**
 * The data of a push to Claude.ai's service worker: flat texts, of which `payload` is JSON. Observed in vendor client code:
 * the keys, `OpenChat`, and that snake and camel case are read alike. Invented: the methods of the carriages `hint` and
 * `content`, under a type URL of our own. Rules CL65–CL67, CP1–CP5, TG12.
 */
import * as v from 'valibot'
import {parseJson} from '../decode.ts'
import {ProtocolError} from '../protocol-error.ts'
import {claudeMessage, type ClaudeMessage} from './message.ts'
import {APPROVAL_KEY} from './tool-approval.ts'
import {uuid} from './uuid.ts'

export const OPEN_CHAT_TYPE = 'type.googleapis.com/anthropic.claude.push.OpenChatRequest'
export const CONVERSATION_CHANGED_TYPE = 'type.googleapis.com/tabwitness.push.ConversationChanged'
export const MESSAGE_COMMITTED_TYPE = 'type.googleapis.com/tabwitness.push.MessageCommitted'

/** The categories of `notification_feature_category`: observed, and ours for what is no notification. */
export const COMPLETION_CATEGORY = 'completion'
export const TOOL_CATEGORY = 'tool_notification'
export const SYNC_CATEGORY = 'tabwitness_sync'

/** What a push says, once read. */
export type ClaudePush =
  | {
      readonly kind: 'completion'
      readonly conversationId: string
      readonly messageId: string
      readonly title: string
      readonly body: string
    }
  | {
      readonly kind: 'approval'
      readonly conversationId: string
      readonly messageId: string
      readonly approvalId: string
      readonly title: string
      readonly body: string
    }
  | {readonly kind: 'hint'; readonly conversationId: string; readonly messageId: string}
  | {readonly kind: 'content'; readonly conversationId: string; readonly message: ClaudeMessage}

const data = v.looseObject({
  notification_feature_category: v.optional(v.string()),
  title: v.optional(v.string(), ''),
  body: v.optional(v.string(), ''),
  /** The id of what waits for approval. Invented. */
  [APPROVAL_KEY]: v.optional(uuid),
  payload: v.string(),
})
const ofMessage = {conversation_uuid: uuid, message_uuid: uuid}
const payload = v.variant('method', [
  v.object({
    method: v.literal('OpenChat'),
    request: v.object({'@type': v.literal(OPEN_CHAT_TYPE), ...ofMessage}),
  }),
  v.object({
    method: v.literal('ConversationChanged'),
    request: v.object({'@type': v.literal(CONVERSATION_CHANGED_TYPE), ...ofMessage}),
  }),
  v.object({
    method: v.literal('MessageCommitted'),
    request: v.object({
      '@type': v.literal(MESSAGE_COMMITTED_TYPE),
      conversation_uuid: uuid,
      message: claudeMessage,
    }),
  }),
])
export type PushPayload = v.InferOutput<typeof payload>

/** Null for what a page ignores: another category's payload, an unknown method, a wrong `@type`, no JSON. Never throws. */
export function readClaudePush(value: unknown): ClaudePush | null {
  const outer = v.safeParse(data, value)
  if (!outer.success) return null
  const inner = v.safeParse(payload, inSnakeCase(jsonOf(outer.output.payload)))
  if (!inner.success) return null
  const {method, request} = inner.output
  const conversationId = request.conversation_uuid
  switch (method) {
    case 'OpenChat': {
      const {title, body, notification_feature_category: category, [APPROVAL_KEY]: approvalId} = outer.output
      if (category === TOOL_CATEGORY && approvalId !== undefined)
        return {kind: 'approval', conversationId, messageId: request.message_uuid, approvalId, title, body}
      return {kind: 'completion', conversationId, messageId: request.message_uuid, title, body}
    }
    case 'ConversationChanged':
      return {kind: 'hint', conversationId, messageId: request.message_uuid}
    case 'MessageCommitted':
      return {kind: 'content', conversationId, message: request.message}
  }
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}

/** Observed: the keys of a request are read in either case. Texts and the keys of a message are left alone. */
function inSnakeCase(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('request' in value)) return value
  const {request} = value
  if (typeof request !== 'object' || request === null) return value
  const entries = Object.entries(request).map(([key, part]) => [
    key.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    part,
  ])
  return {...value, request: Object.fromEntries(entries)}
}
