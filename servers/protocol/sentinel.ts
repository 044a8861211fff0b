/**
 * Sentinel, the bot check that precedes a turn: prepare, then finalize, both before the POST (observed).
 * Ours asks for nothing that costs work: a seed is given, any proof is taken (invented). Rules TU1–TU2.
 */
import * as v from 'valibot'

export const SENTINEL_HEADER = 'openai-sentinel-chat-requirements-token'

const token = v.pipe(v.string(), v.nonEmpty(), v.maxLength(4_096))

export const sentinelPrepareRequest = v.object({p: v.optional(v.nullable(v.string()))})
export const sentinelPrepareReply = v.object({
  prepare_token: token,
  turnstile: v.object({required: v.boolean(), dx: v.optional(v.string())}),
  proofofwork: v.object({required: v.boolean(), seed: v.string(), difficulty: v.string()}),
})
export type SentinelPrepareReply = v.InferOutput<typeof sentinelPrepareReply>

export const sentinelFinalizeRequest = v.object({
  prepare_token: token,
  proofofwork: v.optional(v.nullable(v.string())),
  turnstile: v.optional(v.nullable(v.string())),
})
export const sentinelFinalizeReply = v.object({token, so_token: v.optional(v.string())})
export type SentinelFinalizeReply = v.InferOutput<typeof sentinelFinalizeReply>
