/** Conversations of Claude.ai: the object, the list, and what changes them. Observed except where tagged. Rules CL20–CL33. */
import * as v from 'valibot'
import {paprikaMode} from './completion-request.ts'
import {chosenModel} from '../model-choice.ts'
import {claudeMessage} from './message.ts'
import {uuid} from './uuid.ts'

const isoTime = v.pipe(v.string(), v.isoTimestamp())
const name = v.pipe(v.string(), v.trim(), v.maxLength(200))

/** Of the real settings only what decides something here. */
export const conversationSettings = v.object({paprika_mode: v.optional(paprikaMode)})
export type ConversationSettings = v.InferOutput<typeof conversationSettings>

const summaryEntries = {
  uuid,
  name: v.string(),
  summary: v.string(),
  model: v.nullable(v.string()),
  created_at: isoTime,
  updated_at: isoTime,
  is_starred: v.boolean(),
  is_temporary: v.boolean(),
  /** Null while nothing of it can be seen. */
  current_leaf_message_uuid: v.nullable(uuid),
  settings: conversationSettings,
  project_uuid: v.nullable(uuid),
}

export const claudeConversationSummary = v.object(summaryEntries)
export type ClaudeConversationSummary = v.InferOutput<typeof claudeConversationSummary>

/** `GET …/chat_conversations/{id}`: flat, every branch, in the order of writing; with `tree=False` the shown path only. */
export const claudeConversation = v.object({
  ...summaryEntries,
  chat_messages: v.array(claudeMessage),
  /** Tasks that run there; absent where none does. Invented. */
  tabwitness_task_uuids: v.optional(v.array(uuid)),
  /** What waits for the person's word; absent where nothing does. Invented. */
  tabwitness_approval_uuids: v.optional(v.array(uuid)),
})
export type ClaudeConversation = v.InferOutput<typeof claudeConversation>

/** `GET …/chat_conversations_v2` */
export const claudeConversationList = v.object({
  data: v.array(claudeConversationSummary),
  has_more: v.boolean(),
})
export type ClaudeConversationList = v.InferOutput<typeof claudeConversationList>

/** `POST …/chat_conversations`; answered with 201 and the conversation. */
export const createConversationRequest = v.object({
  uuid,
  name: v.optional(name, ''),
  model: v.optional(v.nullable(v.string())),
  is_temporary: v.optional(v.boolean(), false),
})

/** `PUT …/chat_conversations/{id}`: what is named is changed, the rest stays. */
export const changeConversationRequest = v.object({
  name: v.optional(v.pipe(name, v.nonEmpty())),
  is_starred: v.optional(v.boolean()),
  settings: v.optional(conversationSettings),
  model: v.optional(chosenModel),
})

/** `PUT …/current_leaf_message_uuid`. The last writer wins. */
export const setLeafRequest = v.object({current_leaf_message_uuid: uuid})
export const currentLeaf = v.object({current_leaf_message_uuid: v.nullable(uuid)})
export type CurrentLeaf = v.InferOutput<typeof currentLeaf>

/** `GET …/latest` (observed route, invented body): enough to see whether what one has is old. */
export const latest = v.object({uuid, current_leaf_message_uuid: v.nullable(uuid), updated_at: isoTime})
export type Latest = v.InferOutput<typeof latest>

/** `POST …/title`; answered with 202 and the title. */
export const titleRequest = v.object({
  message_content: v.string(),
  recent_titles: v.optional(v.array(v.string())),
})
export const titleReply = v.object({title: v.string()})
export type TitleReply = v.InferOutput<typeof titleReply>
