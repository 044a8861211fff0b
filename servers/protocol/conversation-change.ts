/** `PATCH /backend-api/conversation/{id}`: a new title, or `is_visible: false` to delete (invented: our sources do not describe it). */
import * as v from 'valibot'

const title = v.object({title: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200))})
const hiding = v.object({is_visible: v.literal(false)})

export const conversationChange = v.union([title, hiding])

export const conversationChangeReply = v.object({success: v.literal(true)})
export type ConversationChangeReply = v.InferOutput<typeof conversationChangeReply>
