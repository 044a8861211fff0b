/** `POST /backend-api/stop_conversation`. Aborting the fetch alone does not stop an answer (observed). Rules ST5–ST7. */
import * as v from 'valibot'
import {identifier} from './identifier.ts'

export const stopRequest = v.object({
  conversation_id: identifier,
  exclude_async_types: v.optional(v.array(v.string())),
})

export const stopReply = v.object({status: v.literal('ok'), last_message_id: v.nullable(v.string())})
export type StopReply = v.InferOutput<typeof stopReply>
