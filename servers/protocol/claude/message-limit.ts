/**
 * How near a person is to what she may use, as the SSE event `message_limit` and the body of a 429 say it. Observed
 * (several sources and measured). Rules CL17, TG14.
 */
import * as v from 'valibot'
import {parseJson} from '../decode.ts'
import {ProtocolError} from '../protocol-error.ts'

const limitWindow = v.looseObject({
  status: v.string(),
  resets_at: v.number(),
  /** May exceed 1. */
  utilization: v.number(),
})

export const messageLimit = v.looseObject({
  type: v.picklist(['within_limit', 'approaching_limit', 'exceeded_limit']),
  /** Unix seconds. */
  resetsAt: v.nullable(v.number()),
  remaining: v.nullable(v.number()),
  perModelLimit: v.nullable(v.boolean()),
  representativeClaim: v.nullable(v.string()),
  overageDisabledReason: v.nullable(v.string()),
  overageInUse: v.boolean(),
  windows: v.record(v.string(), limitWindow),
})
export type MessageLimit = v.InferOutput<typeof messageLimit>

const underError = v.object({error: messageLimit})
const inMessage = v.object({error: v.object({message: v.string()})})

/** The limit in the body of a 429: bare, under `error`, or as JSON text in `error.message` (all observed). Null where it has none. */
export function limitIn(body: unknown): MessageLimit | null {
  const bare = v.safeParse(messageLimit, body)
  if (bare.success) return bare.output
  const under = v.safeParse(underError, body)
  if (under.success) return under.output.error
  const worded = v.safeParse(inMessage, body)
  if (!worded.success) return null
  const inText = v.safeParse(messageLimit, jsonOf(worded.output.error.message))
  return inText.success ? inText.output : null
}

function jsonOf(text: string): unknown {
  try {
    return parseJson(text)
  } catch (error) {
    if (error instanceof ProtocolError) return null
    throw error
  }
}
