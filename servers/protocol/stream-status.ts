/** `GET /backend-api/conversation/{id}/stream_status` (observed values; 404 when nothing is known). Rules ST1–ST3. */
import * as v from 'valibot'

export const STREAM_STATUSES = ['IS_STREAMING', 'COMPLETE', 'FAILURE', 'IS_STOP_REQUESTED'] as const

export const streamStatus = v.object({status: v.picklist(STREAM_STATUSES)})
export type StreamStatusReply = v.InferOutput<typeof streamStatus>
export type StreamStatus = StreamStatusReply['status']
