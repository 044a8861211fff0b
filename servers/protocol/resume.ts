/**
 * `POST /backend-api/f/conversation/resume`: the answer again from event `offset` on, as SSE. A read, safe to repeat.
 * `offset` counts SSE events of the turn; it is not the offset of the channel (both observed). Rules RS1–RS6.
 */
import * as v from 'valibot'
import {identifier} from './identifier.ts'

export const resumeRequest = v.object({
  conversation_id: identifier,
  offset: v.pipe(v.number(), v.safeInteger(), v.minValue(0)),
})
