/**
 * `PATCH /backend-api/conversation/{id}`: a new title, `is_visible: false` to delete, or the model that answers from now on
 * (all invented: our sources do not describe it). Rules TU26, CF16.
 */
import * as v from 'valibot'
import {chosenModel} from './model-choice.ts'

const title = v.object({title: v.pipe(v.string(), v.trim(), v.nonEmpty(), v.maxLength(200))})
const choosing = v.object({model: chosenModel})
const hiding = v.object({is_visible: v.literal(false)})

export const conversationChange = v.union([title, choosing, hiding])

export const conversationChangeReply = v.object({success: v.literal(true)})
export type ConversationChangeReply = v.InferOutput<typeof conversationChangeReply>
