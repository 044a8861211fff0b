/** Subscribing registrations to topics, the older way: `iid.googleapis.com/iid/v1:batchAdd` and `:batchRemove`. Rules FB40–FB44. */
import * as v from 'valibot'

export const TOPIC_NAME = /^[a-zA-Z0-9\-_.~%]+$/

const MAX_TOKENS = 1_000

export const batchRequest = v.object({
  to: v.pipe(
    v.string(),
    v.transform((to) => to.replace(/^\/topics\//, '')),
    v.regex(TOPIC_NAME),
  ),
  registration_tokens: v.pipe(v.array(v.string()), v.minLength(1), v.maxLength(MAX_TOKENS)),
})

/** One result a token, in their order. */
export type BatchReply = {readonly results: readonly ({readonly error?: string} | Record<string, never>)[]}
