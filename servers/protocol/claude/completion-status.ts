/** `GET …/completion_status?poll=false|true`. Observed (several sources, vendor client code). Rules CL40–CL43. */
import * as v from 'valibot'

export const completionStatus = v.object({
  is_pending: v.boolean(),
  is_error: v.boolean(),
  error_code: v.nullable(v.string()),
  error_detail: v.nullable(v.string()),
})
export type CompletionStatus = v.InferOutput<typeof completionStatus>
