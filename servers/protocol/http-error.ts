/** Bodies of HTTP errors: `{"detail": "text"}` or `{"detail": {"message", "code", "clears_in"}}` (observed). Rules ER1–ER3, CF4. */
import * as v from 'valibot'
import {CONFLICT_CODE} from './conflict.ts'
import {identifier} from './identifier.ts'

const coded = v.object({
  message: v.string(),
  code: v.optional(v.string()),
  clears_in: v.optional(v.pipe(v.number(), v.minValue(0))),
  /** Of a send that a conflict rule refused: where the conversation stands. Invented. */
  current_node: v.optional(identifier),
})

export const httpErrorBody = v.object({detail: v.union([v.string(), coded])})
export type HttpErrorBody = v.InferOutput<typeof httpErrorBody>

/** What to tell a person; null when the body is none of ours (a proxy's page, for example). */
export function messageOfError(body: unknown): string | null {
  const result = v.safeParse(httpErrorBody, body)
  if (!result.success) return null
  const {detail} = result.output
  return typeof detail === 'string' ? detail : detail.message
}

/** The current leaf that a refused send is answered with; null for any other refusal. */
export function leafOfConflict(body: unknown): string | null {
  const result = v.safeParse(httpErrorBody, body)
  if (!result.success) return null
  const {detail} = result.output
  return typeof detail !== 'string' && detail.code === CONFLICT_CODE ? (detail.current_node ?? null) : null
}
