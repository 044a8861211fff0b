/**
 * What waits for the person's word: `POST …/chat_conversations/{id}/tool_approval` (observed route) and how it is named in
 * events, pushes and reads. No body of any is known: all of this is invented. Rule TG12.
 */
import * as v from 'valibot'
import {uuid} from './uuid.ts'

export const APPROVAL_KEY = 'tabwitness_approval_id'

/** Nothing else than a yes can be said. */
export const giveApprovalRequest = v.object({[APPROVAL_KEY]: uuid, approved: v.literal(true)})
export type GiveApprovalRequest = v.InferOutput<typeof giveApprovalRequest>
