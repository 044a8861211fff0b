/** Bodies of HTTP errors: `{"detail": "text"}` or `{"detail": {"message", "code", "clears_in"}}` (observed). Rules ER1–ER3. */
import * as v from 'valibot'

const coded = v.object({
  message: v.string(),
  code: v.optional(v.string()),
  clears_in: v.optional(v.pipe(v.number(), v.minValue(0))),
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
