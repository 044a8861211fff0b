/**
 * `POST …/completion` and `…/retry_completion`: what a page sends to begin a turn. Observed in vendor client code, except
 * the body of a retry (inferred). Fields that decide nothing here are accepted and dropped. Rules CL10–CL16.
 */
import * as v from 'valibot'
import {uuid} from './uuid.ts'

/** A turn is asked for in at most so many characters; longer is 413, as a body over the limit is. Invented. */
export const MAX_PROMPT_CHARS = 100_000

/** Both made by the page: a second POST with either of them is 409. */
export const turnMessageUuids = v.object({human_message_uuid: uuid, assistant_message_uuid: uuid})

/** Makes the conversation of the path if it is not there yet, instead of a POST of its own. */
export const createConversationParams = v.object({
  name: v.optional(v.pipe(v.string(), v.maxLength(200)), ''),
  model: v.optional(v.nullable(v.string())),
  is_temporary: v.optional(v.boolean(), false),
  include_conversation_preferences: v.optional(v.boolean()),
})

/** `extended` is thinking; null or absent is what the conversation's settings say. */
export const paprikaMode = v.nullable(v.picklist(['extended']))

const common = {
  parent_message_uuid: uuid,
  model: v.optional(v.nullable(v.string())),
  paprika_mode: v.optional(paprikaMode),
  rendering_mode: v.optional(v.picklist(['messages', 'raw'])),
  timezone: v.optional(v.string()),
  locale: v.optional(v.string()),
}

export const completionRequest = v.object({
  ...common,
  prompt: v.pipe(v.string(), v.nonEmpty()),
  turn_message_uuids: v.optional(turnMessageUuids),
  create_conversation_params: v.optional(createConversationParams),
})
export type CompletionRequest = v.InferOutput<typeof completionRequest>

/** Another answer to the same message: `parent_message_uuid` is the person's message. */
export const retryCompletionRequest = v.object({
  ...common,
  prompt: v.optional(v.string()),
  turn_message_uuids: v.optional(v.object({assistant_message_uuid: uuid})),
})
export type RetryCompletionRequest = v.InferOutput<typeof retryCompletionRequest>
